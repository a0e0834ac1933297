"""How work is run: split into units, spread over processes, remembered between runs.

Nothing here knows what a unit means, and nothing here changes a result.
"""
