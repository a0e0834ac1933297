"""Policies: decisions on findings, and rules of the organisation."""
