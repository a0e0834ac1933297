"""The fields of a cluster's spec that become objects of their own beside the HostedCluster."""

PAYLOAD_FIELDS = ("guest", "secrets", "backup")
