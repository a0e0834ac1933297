"""From manifests to files: output formats, and the one place that writes.

Formats are pure functions from bundles to texts by path; `write` decides and then does.
"""
