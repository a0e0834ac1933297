"""One file per platform: its spec models, its rows, its defaults and what it supports.

Nothing outside a platform's file knows anything about that platform but the line in `registry`.
"""
