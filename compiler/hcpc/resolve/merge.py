"""Merging layers: mappings merge, scalars and lists replace, null removes.

Below the passthrough fields a null stays: there it means "remove this from the manifest".
Merging picks subtrees and never changes them, so every leaf keeps its place.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve import messages
from hcpc.syntax.tree import Mapping, Path, Scalar, Tree

PASSTHROUGH = frozenset({"hostedCluster", "nodePool"})


def merge(
    base: Mapping, over: Mapping, sink: Sink, *, path: Path = (), raw: bool = False
) -> Mapping:
    """`base` with `over` laid on top; a mapping that meets something else is a finding."""
    children = dict(base.children)
    keys = dict(base.keys)
    for name, value in over.children.items():
        is_null = type(value) is Scalar and value.value is None
        if is_null:
            _check_meant(over, name, (*path, name), sink)
        if is_null and not raw:
            children.pop(name, None)
            keys.pop(name, None)
            continue
        below = children.get(name)
        if below is None or is_null or (type(below) is Scalar and below.value is None):
            merged: Tree = value
            if type(value) is Mapping:
                merged = _without_nulls(
                    value, sink, path=(*path, name), raw=raw or name in PASSTHROUGH
                )
        elif type(below) is Mapping and type(value) is Mapping:
            merged = merge(below, value, sink, path=(*path, name), raw=raw or name in PASSTHROUGH)
        elif type(below) is Mapping or type(value) is Mapping:
            _report_clash(over, base, name, (*path, name), sink)
            continue
        else:
            merged = value
        children[name] = merged
        keys[name] = over.keys[name]
    return Mapping(children, keys, over.file, over.start, over.end)


def _without_nulls(tree: Mapping, sink: Sink, *, path: Path, raw: bool) -> Mapping:
    """A mapping that nothing lies under: its nulls have nothing to remove."""
    children: dict[str, Tree] = {}
    for name, value in tree.children.items():
        if type(value) is Mapping:
            inner = raw or name in PASSTHROUGH
            children[name] = _without_nulls(value, sink, path=(*path, name), raw=inner)
            continue
        is_null = type(value) is Scalar and value.value is None
        if is_null:
            _check_meant(tree, name, (*path, name), sink)
        if raw or not is_null:
            children[name] = value
    return Mapping(children, tree.keys, tree.file, tree.start, tree.end)


def _check_meant(tree: Mapping, name: str, path: Path, sink: Sink) -> None:
    """Only a written `null` or `~` removes: a value that was forgotten must not."""
    value = tree.children[name]
    if isinstance(value, Scalar) and not value.text:
        sink.report(
            codes.EMPTY_VALUE,
            tree.keys[name].span,
            messages.empty_value(path),
            help=messages.EMPTY_VALUE_HELP,
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
