"""Layers, scope, references and defaults: from documents to one resolved spec per cluster.

Every value of a resolved spec still knows the line that set it.
"""
