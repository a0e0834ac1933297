"""Without the capability `NodeTuning`, the operator ignores all tuning of nodes.

Source: HyperShift, nodepool controller.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import numbered
from hcpc.mapping.table import get
from hcpc.resolve.node_configs import tuning_map_name, uses
from hcpc.source.text import Span
from hcpc.syntax.tree import FieldPath, Path
from hcpc.verify.subject import Subject

_TUNING: FieldPath = ("spec", "tuningConfig")
_DISABLED: FieldPath = ("spec", "capabilities", "disabled")
_CAPABILITY = "NodeTuning"


def check(subject: Subject, sink: Sink) -> None:
    """Warn of tuning that has no effect, once for each ConfigMap with it."""
    disabled = subject.value(_DISABLED)
    if not isinstance(disabled, list) or _CAPABILITY not in disabled:
        return
    cluster = subject.cluster
    made = {tuning_map_name(cluster.name, use.name): use for use in reversed(uses(cluster.tree))}
    found: dict[str, Span] = {}
    for pool in subject.node_pools:
        for place, item in numbered(get(pool.body, _TUNING)):
            name = str(item.get("name"))
            if name not in found:
                at: Path = (*_TUNING, place, "name")
                found[name] = made[name].span if name in made else subject.span(pool, at)
    path: Path = (*_DISABLED, disabled.index(_CAPABILITY))
    for name, span in found.items():
        title = made[name].name if name in made else name
        sink.report(
            codes.WITHOUT_EFFECT,
            span,
            f"tuning of `{title}` is ignored: the cluster has no `{_CAPABILITY}`",
            secondary=(Label(subject.span(subject.hosted_cluster, path), "disabled here"),),
            help="leave the capability enabled, or the tuning out",
        )
