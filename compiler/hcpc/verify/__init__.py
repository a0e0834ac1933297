"""Checks: manifests against what the API server takes, clusters by rules and against each other.

Every finding is told at the line of a spec that caused it: the mapping table leads there from a
path in a manifest.
"""
