"""Fields of a NodePool that stay as they were when the pool was made.

Source: HyperShift, the transition rules of its API.
"""

from hcpc.diagnostics.sink import Sink
from hcpc.kube.frozen import NEW_POOL, Frozen, frozen
from hcpc.platforms import registry
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.frozen import check_table
from hcpc.verify.transitions.pair import node_pools

_DEFAULT_ARCH = "amd64"


def _is_no_step_back(old: object, new: object) -> bool:
    return not (old == "rhel-10" and new == "rhel-9")


TABLE: tuple[Frozen, ...] = (
    frozen("spec.clusterName", "add a node pool to the other cluster, and remove this one"),
    frozen("spec.platform.type", NEW_POOL),
    frozen("spec.management.upgradeType", NEW_POOL),
    frozen("spec.arch", NEW_POOL, _DEFAULT_ARCH, added="refused", removed="refused"),
    frozen(
        "spec.osImageStream.name",
        NEW_POOL,
        added="free",
        removed="refused",
        same=_is_no_step_back,
    ),
)
_TYPE = ("spec", "platform", "type")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Report changes of frozen fields, the platform's own among them."""
    for pair in node_pools(before, after):
        check_table(pair, (), TABLE, sink)
        kind = pair.now(_TYPE)
        platform = registry.platform_of_type(str(kind))
        if platform and platform.member and pair.was(_TYPE) == kind:
            member = ("spec", "platform", platform.member)
            check_table(pair, member, platform.frozen_of_pool, sink)
