"""Exact output: one text file per case, to be read by people."""
