"""What each kind of document may say: pydantic models, one kind per file.

Models check form (types, required fields, enums, formats). What needs more than one field of
another document is checked later.
"""
