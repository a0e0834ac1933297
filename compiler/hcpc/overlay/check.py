"""Overlays whatever the clusters: values that were forgotten, and steps that change nothing."""

from collections.abc import Collection

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.overlay.steps import Function, Step, read_steps
from hcpc.resolve.scope import Environment, sees
from hcpc.syntax.tree import Scalar, find


def check(
    environment: Environment, matched: Collection[str], troubled: Collection[str], sink: Sink
) -> None:
    """As `hcpc.overlay.check_overlays`."""
    for overlay in environment.documents:
        if overlay.kind != "Overlay":
            continue
        is_judged = not any(sees(directory, overlay.directory) for directory in troubled)
        for step in read_steps(overlay):
            if step.gaps:
                _report_gaps(step, sink)
            elif is_judged and step.id not in matched:
                _report_unused(step, sink)


def _report_gaps(step: Step, sink: Sink) -> None:
    for key in step.gaps:
        name = key.file.text[key.start : key.end]
        sink.report(
            codes.EMPTY_VALUE,
            key,
            f"`{name}` has no value",
            help='write `null` to remove what is there, or `{}` or `""` for nothing in it',
            subjects=(name,),
        )


def _report_unused(step: Step, sink: Sink) -> None:
    kind = find(step.overlay.tree, (*step.path, "target", "kind"))
    span, label = step.span, ""
    if isinstance(kind, Scalar) and kind.text not in {HOSTED_CLUSTER, NODE_POOL}:
        label = did_you_mean(kind.text, [HOSTED_CLUSTER, NODE_POOL])
        span = kind.span if label else span
    where = f"`{step.overlay.directory}`" if step.overlay.directory else "the fleet"
    what = "cluster" if isinstance(step.change, Function) else "object of a cluster"
    sink.report(
        codes.OVERLAY_UNUSED,
        span,
        f"the overlay changes nothing: no {what} in {where} fits its target",
        label=label,
        help="" if label else "mend the target, or remove what nothing needs any more",
    )
