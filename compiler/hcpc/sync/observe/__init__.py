"""What a cluster has of what matters, read with few requests."""
