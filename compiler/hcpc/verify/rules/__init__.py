"""Rules: one file each, which reads like its own manual page. `RULES` names them all.

A rule gets a resolved cluster with its manifests and reports what no schema can see. A rule that
crashes becomes a finding that names it, and the run goes on.
"""

from collections.abc import Callable
from typing import TypeAlias

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.rules import (
    annotations,
    architecture,
    authentication,
    autoscaling,
    capabilities,
    catalogs,
    certificate_names,
    cluster_networks,
    contested_hosts,
    control_plane_namespace,
    control_plane_release,
    encryption,
    external_dns,
    feature_set,
    identity,
    identity_providers,
    issuer,
    network_settings,
    network_sizes,
    node_count,
    node_pool_size,
    node_port,
    node_references,
    node_rollout,
    object_names,
    oidc_bucket,
    paused,
    platform_member,
    platform_settings,
    pool_platform,
    pool_release,
    private_endpoints,
    references,
    registries,
    reserved_names,
    scheduling,
    service_hostnames,
    service_strategies,
    services,
    single_replica,
    snapshot,
    sre_metrics,
    supported_release,
    taints,
    tech_preview,
    tuning_capability,
    upgrade_type,
)
from hcpc.verify.subject import Subject

Rule: TypeAlias = Callable[[Subject, Sink], None]

RULES: tuple[Rule, ...] = (
    control_plane_namespace.check,
    reserved_names.check,
    object_names.check,
    identity.check,
    architecture.check,
    node_pool_size.check,
    pool_platform.check,
    pool_release.check,
    node_count.check,
    node_rollout.check,
    taints.check,
    contested_hosts.check,
    node_references.check,
    tuning_capability.check,
    upgrade_type.check,
    supported_release.check,
    tech_preview.check,
    private_endpoints.check,
    oidc_bucket.check,
    external_dns.check,
    sre_metrics.check,
    references.check,
    platform_member.check,
    services.check,
    service_hostnames.check,
    service_strategies.check,
    node_port.check,
    certificate_names.check,
    cluster_networks.check,
    network_settings.check,
    network_sizes.check,
    snapshot.check,
    encryption.check,
    issuer.check,
    authentication.check,
    identity_providers.check,
    feature_set.check,
    registries.check,
    capabilities.check,
    paused.check,
    platform_settings.check,
    annotations.check,
    control_plane_release.check,
    single_replica.check,
    catalogs.check,
    autoscaling.check,
    scheduling.check,
)


def check_rules(subject: Subject, sink: Sink) -> None:
    """Run every rule on a cluster and its manifests."""
    for rule in RULES:
        try:
            rule(subject, sink)
        except Exception as crash:  # noqa: BLE001  # one broken rule must not hide the others
            sink.report(
                codes.CHECK_CRASHED,
                subject.cluster.name_span,
                f"check `{rule.__module__}` failed: {type(crash).__name__}: {crash}",
                help="this is a fault of hcpc, not of the fleet; please report it",
            )
