"""From a resolved spec to manifests and back: the rows of every kind we emit.

The only place where spec fields and manifest fields meet.
"""
