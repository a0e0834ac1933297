"""Transitions: what is told of a cluster that changes."""
