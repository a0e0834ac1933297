"""What each kind of document may say: pydantic models, one kind per file.

Models check form (types, required fields, enums, formats). What needs more than one field of
another document is checked later.
"""

import os

# Plugins of the environment have no say in what a spec means, and looking for them takes 10 ms.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
