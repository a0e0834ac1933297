"""What people wrote: source files, spans into them, and which files make a fleet.

No other room reads the files of a fleet, and nothing here writes any.
"""
