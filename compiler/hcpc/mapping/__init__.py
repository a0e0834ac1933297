"""The table engine: how a spec field and a manifest field correspond, declared once as rows.

Knows nothing of hosted clusters; the rows themselves live in `lower` and `platforms`.
"""
