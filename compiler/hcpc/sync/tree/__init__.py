"""Files of a commit → what git wants of a management cluster, or nothing of it."""
