"""Manifests against what the API server takes: schema checks, later CRD sets and rules.

Knows manifests only, never specs; what it finds are paths into a manifest, and the pipeline leads
them back to the spec line that caused them.
"""
