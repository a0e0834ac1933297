"""What a sync tells of itself in git, and how that is read: one file for each hosted cluster."""
