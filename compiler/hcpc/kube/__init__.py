"""Kubernetes vocabulary: what a manifest is called, how it is ordered and how it becomes bytes."""
