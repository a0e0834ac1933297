"""How a pool replaces its nodes: said in full, with room for a step, and at what price.

The operator refuses a `replace` without strategy, or a rolling one without its settings; the
API's default stands only where there is no `replace` at all. Cluster API takes a surge of 0 with
no node missing for a deployment that can never move. Source: HyperShift, `validateManagement`.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping
from hcpc.kube.manifest import Manifest
from hcpc.platforms import registry
from hcpc.spec.node_pool import is_zero
from hcpc.syntax.tree import FieldPath
from hcpc.verify.subject import Subject

_MANAGEMENT: FieldPath = ("spec", "management")
_TYPE: FieldPath = (*_MANAGEMENT, "upgradeType")
_REPLACE: FieldPath = (*_MANAGEMENT, "replace")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse pools that cannot replace nodes; say where that installs hosts anew."""
    platform = registry.platform(subject.cluster.platform)
    assert platform is not None
    for pool in subject.node_pools:
        management = mapping(mapping(pool.body.get("spec")).get("management"))
        if management.get("upgradeType") != "Replace":
            continue
        replace = management.get("replace")
        if isinstance(replace, dict):
            _check_replace(subject, pool, replace, sink)
        if platform.reinstalls:
            sink.report(
                codes.INSTALLED_ANEW,
                subject.span(pool, _TYPE),
                f"each rollout of node pool `{pool.source[1]}` installs its hosts anew",
                help="`InPlace` upgrades them as they are; with `Replace`, keep a host to spare",
            )


def _check_replace(subject: Subject, pool: Manifest, replace: dict[str, Any], sink: Sink) -> None:
    strategy = replace.get("strategy")
    rolling = replace.get("rollingUpdate")
    if strategy is None:
        path, fault = _REPLACE, "`replace` has no `strategy`"
    elif strategy == "RollingUpdate" and not isinstance(rolling, dict):
        path, fault = _REPLACE, "`RollingUpdate` has no `rollingUpdate` with its settings"
    elif (
        isinstance(rolling, dict)
        and is_zero(rolling.get("maxSurge"))
        and is_zero(rolling.get("maxUnavailable", 0))
    ):
        path = (*_REPLACE, "rollingUpdate", "maxSurge")
        fault = "`maxSurge` and `maxUnavailable` are both 0"
    else:
        return
    sink.report(
        codes.ROLLOUT_STUCK,
        subject.span(pool, path),
        f"{fault}, so no node could ever be replaced",
        help="say `strategy`, and for `RollingUpdate` how many nodes may surge or be missing",
    )
