"""All that is known to be otherwise, with its reason: no line may be missing or too much."""

# Kinds of disagreement: (set, kind of object, outcome, the server's reasons, hcpc's rules) → why.
DISAGREEMENTS: dict[tuple[str, str, str, str, str], str] = {}

ALWAYS_THERE = "the field has a default, so it is always there"
STOPPED_BEFORE = "the schema's own limit says the same, and stops all rules"

# Rules of which one direction cannot be seen from outside: (set, kind, rule) → why.
UNREACHABLE: dict[tuple[str, str, str], str] = {
    ("own", "Law", "#2"): "an object of another kind is a wrong request, which no rule sees",
    ("own", "Law", "#3"): ALWAYS_THERE,
    ("hypershift-2026.08", "HostedCluster", "spec#6"): ALWAYS_THERE,
    (
        "hypershift-2026.08",
        "HostedCluster",
        "spec.etcd.managed.storage.restoreSnapshotURL#0",
    ): STOPPED_BEFORE,
    ("hypershift-2026.08", "HostedCluster", "spec.nodeSelector#0"): STOPPED_BEFORE,
    ("hypershift-4.15", "NodePool", "spec#0"): ALWAYS_THERE,
    ("hypershift-4.17", "NodePool", "spec#0"): ALWAYS_THERE,
    ("hypershift-2026.08", "NodePool", "spec#0"): ALWAYS_THERE,
    (
        "hypershift-2026.08",
        "NodePool",
        "spec.platform.azure.image.azureMarketplace#0",
    ): ALWAYS_THERE,
}
