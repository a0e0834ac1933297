"""The field reference: every field of every kind, and the manifest field it becomes.

Names and descriptions come from the models, what a field becomes from the mapping table, what
cannot be changed later from the field tables of the manifests.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from field_values import IN_WORDS, value
from pydantic import BaseModel

from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.lower.publish import Services
from hcpc.mapping.codec import Codec, Copy, Each, Keyed, Union
from hcpc.mapping.table import Table
from hcpc.platforms import registry
from hcpc.platforms.platform import Platform
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.document import KINDS, Document, spec_model
from hcpc.spec.management_cluster import PARTS, part_model
from hcpc.spec.node_pool import NodePool
from hcpc.verify.fields import expand

NOTE = "<!-- Written by docs/generate.py; do not edit. -->"

_ITEMS, _NAME = "[]", "NAME"
_ELSEWHERE = ("nodePools", "nodePoolDefaults")
_INTRODUCTION = """
The fields of a cluster's spec and the fields of manifests that they become, then those of the other
kinds, which shape clusters but become nothing themselves. What no field covers goes into
`hostedCluster` (or a pool's `nodePool`); how all of this is merged and completed is in
[the spec language](spec-language.md). In paths, `NAME` is a name of your choice and `[]` an entry
of a list. *Required* holds after merging, and only where the field around it is used. *Fixed*
cannot be changed in an object that exists, *fixed once set* can still be filled in.
"""
_HEAD = """
Every document has these fields. `spec` can be left out in a `Fleet` only; what stands in it follows
kind by kind.
"""
_KINDS = {
    "Fleet": "Paths are below `spec`.",
    "ManagementCluster": "Paths are below `spec`, or below `spec.managementCluster` of `Defaults`.",
    "ReleaseCatalog": "Paths are below `spec`. `NAME` is a version such as `4.17.9`.",
    "Defaults": "Paths are below `spec`. Nothing below them is required.",
    "Profile": "`spec` has the fields of a [hosted cluster](#hosted-cluster), none required.",
    "NodeConfig": "Paths are below `spec`. `NAME` is a path below `files`, a unit below `units`.",
    "Policy": "Paths are below `spec`. `NAME` is the id of a rule, such as `ORG0001`.",
    "Tombstone": "Paths are below `spec`.",
}
"""What is said of each kind but `Cluster`, in the order of the page."""
_WHOLE = {
    ("cluster",): "Fields as of a [hosted cluster](#hosted-cluster).",
    ("managementCluster",): "Fields as of a [management cluster](#managementcluster).",
}
"""Fields of `Defaults` that hold a whole spec, and where that is shown."""
_CLUSTER = """
Paths are below `spec` of a `Cluster` or `Profile`, or below `spec.cluster` of `Defaults`. The name
of a HostedCluster is that of its document; labels and annotations may stand there too.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its path in the spec, what may stand there, and what for."""

    path: tuple[str, ...]
    value: str
    what: str
    required: bool


@dataclass(frozen=True, slots=True)
class Target:
    """What fields are lowered to: a kind, the place of a codec's object in it, and the codec."""

    kind: str
    base: tuple[str, ...]
    codec: Codec

    def becomes(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The manifest path of a field; empty when no row says it on its own."""
        found = _below(self.codec, path)
        return () if found is None else (*self.base, *found)


def fields_page() -> str:
    """The page's text."""
    cluster = Target("HostedCluster", (), HOSTED_CLUSTER_TABLE)
    pool = Target("NodePool", (), NODE_POOL_TABLE)
    titles = {name: _platform(name).manifest_type for name in registry.NAMES}
    links = ", ".join(f"[{title}](#{title.lower()})" for title in titles.values())
    kinds = ", ".join(f"[{kind}](#{kind.lower()})" for kind in _KINDS)
    parts = [
        f"# Fields\n{NOTE}",
        _INTRODUCTION,
        "- [Hosted cluster](#hosted-cluster)",
        "- [Node pool](#node-pool)",
        f"- [Platforms](#platforms): {links}",
        f"- [Other kinds](#other-kinds): {kinds}",
        "",
        "## Hosted cluster",
        _CLUSTER,
        *_cluster_groups(cluster),
        *_derived(HOSTED_CLUSTER_TABLE),
        "## Node pool",
        "",
        "Paths are below `nodePools.NAME` or `nodePoolDefaults`.",
        "",
        *_table(_walk(NodePool), pool),
        "## Platforms",
        "",
        "`platform` of a cluster and of its node pools has one key, the platform.",
        "",
        *(line for name in registry.NAMES for line in _platform_section(name)),
        "## Other kinds",
        _HEAD,
        *_plain_table(_head()),
        *(line for kind in _KINDS for line in _kind_section(kind)),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _platform(name: str) -> Platform:
    found = registry.platform(name)
    assert found is not None
    return found


def _cluster_groups(target: Target) -> Iterator[str]:
    """The single fields first, then one table for each field with fields of its own."""
    lines = [line for line in _walk(ClusterSpec) if line.path[0] not in _ELSEWHERE]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.path[0], []).append(line)
    yield from _table((own[0] for own in groups.values() if len(own) == 1), target)
    for name, (head, *below) in groups.items():
        if below:
            yield f"### `{name}`"
            yield ""
            becomes = _cell(target, head)
            yield " ".join(part for part in (head.what, becomes and f"Becomes {becomes}.") if part)
            yield ""
            yield from _table(below, target)


def _derived(table: Table) -> Iterator[str]:
    for entry in table.derived:
        field, path = _dotted(entry.spec), _dotted(entry.manifest)
        yield f"`{path}` follows from `{field}`: {entry.says}."
        yield ""


def _platform_section(name: str) -> Iterator[str]:
    platform = _platform(name)
    arches = ", ".join(platform.arches) or "none are supported"
    yield f"### {platform.manifest_type}"
    yield ""
    yield f"Architectures: {arches}."
    yield f"Node pools upgrade by `{platform.upgrade_type}` unless they say otherwise."
    yield ""
    member = ("spec", "platform", platform.member or "")
    cluster = Target("HostedCluster", member, platform.cluster_codec)
    pool = Target("NodePool", member, platform.node_pool_codec)
    yield from _titled(f"`platform.{name}` of a cluster:", platform.cluster, cluster)
    yield from _titled(f"`platform.{name}` of a node pool:", platform.node_pool, pool)
    if platform.kms:
        place = ("spec", "secretEncryption", "kms", name)
        target = Target("HostedCluster", place, platform.kms.codec)
        yield from _titled(f"`encryption.kms.{name}` of a cluster:", platform.kms.model, target)


def _head() -> Iterator[Line]:
    """The fields that all documents share, and their kind."""
    version, *metadata = _walk(Document)
    kinds = ", ".join(f"`{kind}`" for kind in KINDS)
    yield version
    yield Line(("kind",), kinds, "What the document is about.", required=True)
    yield from metadata
    yield Line(("spec",), "mapping", "What it says.", required=True)


def _kind_section(kind: str) -> Iterator[str]:
    yield f"### {kind}"
    yield ""
    yield _KINDS[kind]
    yield ""
    model = spec_model(kind)
    if model is ClusterSpec:
        return
    lines = [line for line in _walk(model) if len(line.path) == 1 or line.path[:1] not in _WHOLE]
    yield from _plain_table(_with_parts(lines) if kind == "ManagementCluster" else lines)


def _with_parts(lines: Iterable[Line]) -> Iterator[Line]:
    """The fields of a management cluster, with those of models that are imported when used."""
    for line in lines:
        yield line
        name = line.path[0]
        if name in PARTS:
            yield from _walk(part_model(name), (name,))


def _plain_table(lines: Iterable[Line]) -> Iterator[str]:
    """The table of fields that no manifest field comes from."""
    yield "| field | value | what |"
    yield "|---|---|---|"
    for line in lines:
        what = " ".join(part for part in (line.what, _WHOLE.get(line.path, "")) if part)
        yield _row(f"`{_dotted(line.path)}`", _stands(line), what)
    yield ""


def _titled(title: str, model: type[BaseModel], target: Target) -> Iterator[str]:
    lines = list(_walk(model))
    if lines:
        yield title
        yield ""
        yield from _table(lines, target)


def _table(lines: Iterable[Line], target: Target) -> Iterator[str]:
    yield "| field | value | becomes | what |"
    yield "|---|---|---|---|"
    for line in lines:
        fixed = _fixed(target.kind, target.becomes(line.path), line)
        what = " ".join(part for part in (line.what, fixed) if part)
        yield _row(f"`{_dotted(line.path)}`", _stands(line), _cell(target, line), what)
    yield ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _stands(line: Line) -> str:
    """What may stand in a field, and whether something has to."""
    return f"{line.value}, required" if line.required else line.value


def _cell(target: Target, line: Line) -> str:
    manifest = target.becomes(line.path)
    codec = _codec_of(target.codec, line.path)
    says = f" ({codec.says})" if isinstance(codec, Keyed | Services) else ""
    return f"`{_dotted(manifest)}`{says}" if manifest else ""


def _codec_of(codec: Codec, path: tuple[str, ...]) -> Codec | None:
    """The codec of the row that a field has to itself."""
    rows = codec.rows if isinstance(codec, Table) else ()
    return next((entry.codec for entry in rows if entry.spec == path), None)


def _fixed(kind: str, path: tuple[str, ...], line: Line) -> str:
    """Whether the API lets nobody change a field, unless the model says so itself."""
    if "fixed" in line.what.lower():
        return ""
    immutable, once_set = _immutable(kind)
    if any(path[:size] in immutable for size in range(1, len(path) + 1)):
        return "*Fixed.*"
    return "*Fixed once set.*" if path in once_set else ""


@cache
def _immutable(kind: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    known = dict(expand(kind))
    return (
        {path for path, field in known.items() if field.immutable},
        {path for path, field in known.items() if field.immutable_once_set},
    )


def _below(codec: Codec, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """Where a field below a codec's own value goes, below its manifest value."""
    if not path or isinstance(codec, Copy):
        return path
    match codec:
        case Table():
            for entry in codec.rows:
                if path[: len(entry.spec)] == entry.spec:
                    return _joined(entry.manifest, entry.codec, path[len(entry.spec) :])
        case Keyed() | Each():
            return _joined((_ITEMS,), codec.item, path[1:])
        case Union():
            member = codec.arms(path[0])
            if member and member.field:
                return _joined((member.field,), member.codec, path[1:])
        case _:
            pass
    return None


def _joined(above: tuple[str, ...], codec: Codec, rest: tuple[str, ...]) -> tuple[str, ...] | None:
    below = _below(codec, rest)
    return None if below is None else (*above, *below)


def _walk(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[Line]:
    """Every field of a model, each followed by the fields below it."""
    hints = get_type_hints(model, include_extras=True)
    first: dict[type[BaseModel], str] = {}
    for name, info in model.model_fields.items():
        path = (*above, info.alias or name)
        inner, steps = _inner(hints[name])
        what = info.description or (_summary(inner) if inner else "")
        told = first.setdefault(inner, _dotted(path)) if inner else _dotted(path)
        if told != _dotted(path):
            what += f" Fields as in `{told}`."
            inner = None
        yield Line(path, value(hints[name]), what.strip(), info.is_required())
        if inner and inner is not model and path[0] not in _ELSEWHERE:
            yield from _walk(inner, (*path, *steps))


def _summary(model: type[BaseModel]) -> str:
    """What a model's first line says of it."""
    return (model.__doc__ or "").partition("\n")[0]


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, tuple[str, ...]]:
    """The model behind a field, and the steps through lists and mappings that lead to it."""
    if isinstance(annotation, type):
        has_fields = issubclass(annotation, BaseModel) and bool(annotation.model_fields)
        return (annotation, ()) if has_fields and annotation not in IN_WORDS else (None, ())
    step = {list: (_ITEMS,), dict: (_NAME,)}.get(get_origin(annotation), ())
    for argument in get_args(annotation):
        inner, below = _inner(argument)
        if inner:
            return inner, (*step, *below)
    return None, ()


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(f".{_ITEMS}", _ITEMS)
