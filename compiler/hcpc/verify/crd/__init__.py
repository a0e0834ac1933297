"""Objects against the CRDs of their management cluster: what its API server would say to each.

A set is read and written (`crd_set`), an object completed as the API server does it
(`defaulting`) and checked (`structural`, `metadata`, `rules`); `verdict` is the door.
"""
