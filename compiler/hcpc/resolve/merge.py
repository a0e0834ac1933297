"""Merging layers: mappings merge, scalars and lists replace, null removes.

Below the passthrough fields a null stays: there it means "remove this from the manifest".
Merging picks subtrees and never changes them, so every leaf keeps its place.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve import messages
from hcpc.spec.document import spec_model
from hcpc.spec.fields import holds
from hcpc.spec.passthrough import NAMES, is_passthrough
from hcpc.syntax.tree import Mapping, Path, Scalar, Tree


def merge(
    base: Mapping,
    over: Mapping,
    sink: Sink,
    *,
    path: Path = (),
    raw: bool = False,
    kind: str = "Cluster",
) -> Mapping:
    """`base` with `over` laid on top; a mapping that meets something else is a finding.

    `path` is where both stand below the `spec` of a document of a `kind`; `raw` says that this is
    in a passthrough.
    """
    children = dict(base.children)
    keys = dict(base.keys)
    for name, value in over.children.items():
        is_null = type(value) is Scalar and value.value is None
        if is_null:
            _check_meant(over, (*path, name), kind, sink)
        if is_null and not raw:
            children.pop(name, None)
            keys.pop(name, None)
            continue
        below, inner = children.get(name), raw or (name in NAMES and is_passthrough((*path, name)))
        if below is None or is_null or (type(below) is Scalar and below.value is None):
            merged: Tree = value
            if type(value) is Mapping:
                merged = _without_nulls(value, sink, path=(*path, name), raw=inner, kind=kind)
        elif type(below) is Mapping and type(value) is Mapping:
            merged = merge(below, value, sink, path=(*path, name), raw=inner, kind=kind)
        elif type(below) is Mapping or type(value) is Mapping:
            _report_clash(over, base, name, (*path, name), sink)
            continue
        else:
            merged = value
        children[name] = merged
        keys[name] = over.keys[name]
    return Mapping(children, keys, over.file, over.start, over.end)


def _without_nulls(tree: Mapping, sink: Sink, *, path: Path, raw: bool, kind: str) -> Mapping:
    """A mapping that nothing lies under: its nulls have nothing to remove."""
    children: dict[str, Tree] = {}
    for name, value in tree.children.items():
        if type(value) is Mapping:
            at = (*path, name)
            inner = raw or is_passthrough(at)
            children[name] = _without_nulls(value, sink, path=at, raw=inner, kind=kind)
            continue
        is_null = type(value) is Scalar and value.value is None
        if is_null:
            _check_meant(tree, (*path, name), kind, sink)
        if raw or not is_null:
            children[name] = value
    return Mapping(children, tree.keys, tree.file, tree.start, tree.end)


def _check_meant(tree: Mapping, path: Path, kind: str, sink: Sink) -> None:
    """Only a written `null` or `~` removes: a value that was forgotten must not."""
    name = str(path[-1])
    value = tree.children[name]
    if isinstance(value, Scalar) and not value.text:
        sink.report(
            codes.EMPTY_VALUE,
            tree.keys[name].span,
            messages.empty_value(path),
            help=messages.empty_value_help(holds(spec_model(kind), path)),
            subjects=(name,),
        )


def _report_clash(over: Mapping, base: Mapping, name: str, path: Path, sink: Sink) -> None:
    value, below = over.children[name], base.children[name]
    sink.report(
        codes.KIND_CLASH,
        over.keys[name].span,
        messages.kind_clash(path, value, below),
        secondary=(Label(base.keys[name].span, messages.kind_below(below)),),
        help=messages.KIND_CLASH_HELP,
    )
