"""The ConfigMaps that configure the HyperShift operator of a management cluster."""

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.resolve.operator_setup import SRE, metrics_set
from hcpc.resolve.scope import Environment, ManagementCluster


def manifests(
    management: ManagementCluster, environment: Environment, sink: Sink
) -> tuple[Manifest, ...]:
    """Those that the management cluster has settings for; mistakes in them go to the sink."""
    found: list[Manifest] = []
    if "metrics" in management.data or metrics_set(management) == SRE:
        from hcpc.payloads import metrics  # noqa: PLC0415  # imported when a fleet uses it

        found += metrics.config_map(management, sink)
    if "operator" in management.data:
        from hcpc.payloads import install_flags  # noqa: PLC0415  # as above

        found += install_flags.config_map(management, sink)
    if "dashboard" in management.data:
        from hcpc.payloads import dashboard  # noqa: PLC0415  # as above

        found += dashboard.config_map(management, environment, sink)
    return tuple(found)
