"""Fields that somebody took over from a manifest: findings that name them name the spec field too.

In come findings; those about an unknown field (or platform) of a cluster's spec that the rows know
as a manifest field go out with help that says where it is in the spec language. Findings know
places and no paths, so a file with such a finding is read once more.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic, Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.lower import INHERITED
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.mapping.backwards import NAME, manifest_places, spec_fields
from hcpc.source.text import SourceFile, Span
from hcpc.spec.document import spec_model
from hcpc.spec.fields import fields_at
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import FieldPath, Mapping, Path, Scalar, Sequence, Tree, dotted, find

_CODES = {codes.UNKNOWN_FIELD.id, codes.BAD_ENUM.id}
_SPECS: dict[str, FieldPath] = {
    "Cluster": ("spec",),
    "Profile": ("spec",),
    "Defaults": ("spec", "cluster"),
}
_POOL: FieldPath = ("nodePools", NAME)
_MANY, _TOO_MANY = 4, 14
_INHERITED = {path[1:] for path in INHERITED.values() if path[0] == "spec"}


def with_spec_fields(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, in the same order, with help where a field comes from a manifest."""
    trees = cache(_trees)
    return [_told(found, trees) if found.code in _CODES else found for found in findings]


def _trees(file: SourceFile) -> list[Tree]:
    return parse(file, Sink())


def _told(found: Diagnostic, trees: Callable[[SourceFile], list[Tree]]) -> Diagnostic:
    span = found.primary.span
    remedy = _remedy(span, trees(span.file))
    return found._replace(primary=Label(span), help=remedy) if remedy else found


def _remedy(span: Span, trees: list[Tree]) -> str:
    """What to do about the key at a place; empty when it is no manifest field of a cluster."""
    for tree in trees:
        kind = find(tree, ("kind",))
        base = _SPECS.get(kind.text) if isinstance(kind, Scalar) else None
        path = _path_of(tree, span) if base else None
        if base and path and path[: len(base)] == base:
            return _said(path[len(base) :], find(tree, path))
    return ""


def _path_of(tree: Tree, span: Span, at: Path = ()) -> Path | None:
    """The path whose last key stands at a place."""
    children: Iterable[tuple[str | int, Tree]] = ()
    match tree:
        case Mapping(keys=keys):
            mine = [name for name, key in keys.items() if key.span == span]
            if mine:
                return (*at, mine[0])
            children = tree.children.items()
        case Sequence():
            children = enumerate(tree.items)
        case _:
            pass
    below = (_path_of(child, span, (*at, step)) for step, child in children)
    return next((path for path in below if path), None)


def _said(path: Path, value: Tree | None) -> str:
    in_pool = {"nodePools": len(_POOL), "nodePoolDefaults": 1}.get(str(path[0]), 0)
    written = _fields_only(path[in_pool:])
    if not written:
        return ""
    if in_pool and written in _INHERITED:
        return "leave it out: a node pool has it from its cluster"
    found = [
        field
        for below in (_leaves(value) if value else [()])
        for field in _spec_fields(written, below, is_pool=bool(in_pool))
    ]
    whole = [field for field in found if not _leads_to(field, written)]
    fields = dict.fromkeys(f for f in whole if not any(_leads_to(f, o) for o in whole if o != f))
    if found and not fields:
        return f"leave it out: it follows from the rest of `{dotted(found[0])}`"
    if len(fields) > _MANY:
        fields = dict.fromkeys(field[:1] for field in fields)
    if not 0 < len(fields) <= _TOO_MANY:
        return ""
    return f"in hcpc {'this is' if len(fields) == 1 else 'these are'} {listed(map(dotted, fields))}"


def _fields_only(path: Path) -> FieldPath:
    return tuple(step for step in path if isinstance(step, str))


def _leaves(tree: Tree, at: FieldPath = ()) -> Iterator[FieldPath]:
    """What a value says below itself, with steps into lists left out."""
    match tree:
        case Mapping(children=children) if children:
            for name, child in children.items():
                yield from _leaves(child, (*at, name))
        case Sequence(items=items) if items:
            for item in items:
                yield from _leaves(item, at)
        case _:
            yield at


def _leads_to(field: FieldPath, other: FieldPath) -> bool:
    """Whether a field is another one or a group around it."""
    size = len(field)
    steps = zip(field, other[:size], strict=False)
    return size <= len(other) and all(mine in {its, NAME} for mine, its in steps)


def _spec_fields(written: FieldPath, below: FieldPath, *, is_pool: bool) -> Iterator[FieldPath]:
    """The spec fields of what stands below a field that was written at its place in a manifest.

    Or the field around it is already the spec's, and only from this one on it is the manifest's.
    """
    table = NODE_POOL_TABLE if is_pool else HOSTED_CLUSTER_TABLE
    parents = manifest_places(table, written[:-1]) if written[:-1] else []
    for place in (("spec", *written), written, *((*parent, written[-1]) for parent in parents)):
        for field in spec_fields(table, (*place, *below)):
            if field != (*written, *below) and _is_known((*_POOL, *field) if is_pool else field):
                yield field


def _is_known(field: FieldPath) -> bool:
    """Whether the models have a field, as far as they tell."""
    names = fields_at(spec_model("Cluster"), field[:-1])
    return not names or field[-1] in names
