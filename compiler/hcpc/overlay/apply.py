"""The steps of overlays on a cluster's objects, one after the other, each change with its place."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Change, Manifest
from hcpc.mapping.patch import apply_patch
from hcpc.overlay import GUEST, MANAGEMENT, Parts
from hcpc.overlay.identity import kept
from hcpc.overlay.json_patch import Effect, Unfit, apply_operation
from hcpc.overlay.provenance import changes_of_tree
from hcpc.overlay.steps import (
    Function,
    JsonPatch,
    Merge,
    Operation,
    Step,
    read_merge,
    read_steps,
)
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.references import References
from hcpc.resolve.scope import Environment
from hcpc.syntax.tree import Mapping, Scalar, Tree, plain

_FAILED = {"test": "test fails"}
_REMEDY = {
    "replace": "`add` sets a value whether it is there or not",
    "test": "the whole patch is left out where a test fails: narrow its `target`, or mend it",
}


def apply(cluster: Cluster, parts: Parts, environment: Environment, sink: Sink) -> Parts:
    """The parts after every step of every overlay that the cluster sees."""
    objects = {MANAGEMENT: list(parts.management), GUEST: list(parts.guest)}
    matched: list[str] = []
    roots: dict[str, Tree] | None = None
    for overlay in cluster.scope.overlays:
        for step in read_steps(overlay):
            if step.gaps or not step.is_for(cluster):
                continue
            if step.has_references:
                roots = roots or _roots(cluster, environment)
                own = Sink()
                step = _expanded(step, References(roots, own))  # noqa: PLW2901  # the same step
                sink.absorb(own)
                if own.has_errors:
                    continue
            before = objects[step.part]
            objects[step.part], is_used = _apply_step(step, cluster, before, environment, sink)
            if is_used:
                matched.append(step.id)
    return Parts(tuple(objects[MANAGEMENT]), tuple(objects[GUEST]), tuple(matched))


def _apply_step(
    step: Step, cluster: Cluster, objects: list[Manifest], environment: Environment, sink: Sink
) -> tuple[list[Manifest], bool]:
    """The objects of a part after a step, and whether it was for any of them."""
    if isinstance(step.change, Function):
        from hcpc.overlay.function import call  # noqa: PLC0415  # only who uses it pays for it

        return call(step, step.change, cluster, objects, environment, sink), True
    after = [_patched(step, each, sink) if step.is_for_object(each) else each for each in objects]
    return after, any(step.is_for_object(each) for each in objects)


def _patched(step: Step, manifest: Manifest, sink: Sink) -> Manifest:
    """An object after a patch; as it was after a finding."""
    if isinstance(step.change, Merge):
        body = apply_patch(manifest.body, step.change.patch)
        return kept(step, manifest, body, step.change.changes, sink)
    assert isinstance(step.change, JsonPatch)
    body, changes = manifest.body, list[Change]()
    for operation in step.change.operations:
        try:
            body, effects = _operated(body, operation)
        except Unfit as unfit:
            _report_unfit(operation, manifest, unfit, sink)
            return manifest
        for effect in effects:
            changes += _changes(step, operation, effect, body)
    return kept(step, manifest, body, tuple(changes), sink)


def _operated(body: Any, operation: Operation) -> tuple[Any, list[Effect]]:
    value = plain(operation.value) if operation.value is not None else None
    return apply_operation(body, operation.op, operation.pointer, operation.source, value)


def _changes(step: Step, operation: Operation, effect: Effect, body: Any) -> list[Change]:
    """What an operation did, with the places of all that it set."""
    if effect.is_removal:
        span = operation.source_span
        return [Change(step.title, effect.path, span, span, shift=effect.shift)]
    if operation.value is not None and operation.op in {"add", "replace"}:
        first, *inner = changes_of_tree(step.title, operation.value, effect.path, operation.span)
        return [first._replace(shift=effect.shift), *inner]
    span = operation.span
    for part in effect.path:
        body = body[part]
    return [Change(step.title, effect.path, span, span, body, shift=effect.shift)]


def _report_unfit(operation: Operation, manifest: Manifest, unfit: Unfit, sink: Sink) -> None:
    sink.report(
        codes.PATCH_FAILS,
        operation.source_span if unfit.is_about_source else operation.span,
        f"{_FAILED.get(operation.op, f'cannot {operation.op}')}: {unfit.message}",
        label=unfit.label,
        notes=(f"the object is {manifest.kind} `{manifest.name}`",),
        help=unfit.remedy or ("" if unfit.label else _REMEDY.get(operation.op, "")),
    )


def _expanded(step: Step, references: References) -> Step:
    """A step with the references in its values replaced."""
    if isinstance(step.change, Merge):
        tree = references.expand(step.change.tree)
        assert isinstance(tree, Mapping)
        return step._replace(change=read_merge(step.title, tree))
    assert isinstance(step.change, JsonPatch)
    operations = tuple(
        each._replace(value=references.expand(each.value) if each.value is not None else None)
        for each in step.change.operations
    )
    return step._replace(change=JsonPatch(operations))


def _roots(cluster: Cluster, environment: Environment) -> dict[str, Tree]:
    """What `${…}` can name in an overlay: the same as in the cluster's spec."""
    file = cluster.tree.file
    texts = {"name": cluster.name, "namespace": cluster.namespace}
    own: dict[str, Tree] = {
        field: cluster.tree.children[field]
        for field in ("labels", "annotations")
        if field in cluster.tree.children
    }
    own |= {field: Scalar(text, text, file, 0, 0) for field, text in texts.items()}
    roots: dict[str, Tree] = {
        "cluster": Mapping(own, {}, file, 0, 0),
        "spec": cluster.tree,
        "fleet": environment.fleet_root,
    }
    if cluster.scope.management_cluster:
        roots["managementCluster"] = cluster.scope.management_cluster.tree
    return roots
