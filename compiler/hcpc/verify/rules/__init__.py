"""Rules: one file each, which reads like its own manual page. `RULES` names them all.

A rule gets a resolved cluster with its manifests and reports what no schema can see. A rule that
crashes becomes a finding that names it, and the run goes on.
"""

from collections.abc import Callable
from typing import TypeAlias

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.rules import (
    architecture,
    control_plane_namespace,
    external_dns,
    identity,
    node_pool_size,
    object_names,
    oidc_bucket,
    private_endpoints,
    reserved_names,
    sre_metrics,
    supported_release,
    tech_preview,
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
    upgrade_type.check,
    supported_release.check,
    tech_preview.check,
    private_endpoints.check,
    oidc_bucket.check,
    external_dns.check,
    sre_metrics.check,
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
