"""What people wrote: source files, spans into them, and which files make a fleet.

The only room that reads files; `emit.write` is the only one that writes them.
"""
