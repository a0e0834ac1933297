"""The platform of a cluster and of its pools: exactly one, the same, and well-formed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.platforms import registry
from hcpc.spec.messages import exclusive_help
from hcpc.spec.types import Form
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Mapping, Path, find, key_span


def check_platform(tree: Mapping, spec: dict[str, Any] | None, sink: Sink) -> str | None:
    """Name of the cluster's platform, its members in `spec` replaced by checked data.

    Works on the tree, so that a cluster with other faults has its platform checked all the same.
    """
    chosen = _only_key(tree, ("platform",), registry.NAMES, _PLATFORM, sink)
    if chosen is None:
        return None
    platform = registry.platform(chosen)
    assert platform is not None
    _check_member(platform.cluster, tree, ("platform", chosen), spec, sink)
    pools = find(tree, ("nodePools",))
    for name in pools.children if isinstance(pools, Mapping) else ():
        path: Path = ("nodePools", name, "platform")
        if find(tree, path) is None:
            _check_without(platform.node_pool, tree, (*path, chosen), sink)
            continue
        own = _only_key(tree, path, registry.NAMES, _PLATFORM, sink)
        if own == chosen:
            _check_member(platform.node_pool, tree, (*path, chosen), spec, sink)
        elif own is not None:
            sink.report(
                codes.PLATFORM_MISMATCH,
                key_span(tree, (*path, own)),
                f"a node pool is on `{own}`, its cluster on `{chosen}`",
                secondary=(Label(key_span(tree, ("platform", chosen)), "the cluster's platform"),),
                help=f"write `{chosen}` here; all node pools are on their cluster's platform",
            )
    return chosen


def check_kms(tree: Mapping, spec: dict[str, Any], sink: Sink) -> None:
    """Check the key management service's settings, where there are any."""
    path: Path = ("encryption", "kms")
    if find(tree, path) is None:
        return
    # Only a name without one is compared with all that have one: asking imports the platform.
    kms = find(tree, path)
    named = list(kms.children) if isinstance(kms, Mapping) else []
    all_known = bool(named) and all(map(_has_kms, named))
    providers = named if all_known else [name for name in registry.NAMES if _has_kms(name)]
    chosen = _only_key(tree, path, providers, _KMS_PROVIDER, sink)
    if chosen is None:
        return
    platform = registry.platform(chosen)
    assert platform is not None
    assert platform.kms is not None
    _check_member(platform.kms.model, tree, (*path, chosen), spec, sink)


def _has_kms(name: str) -> bool:
    platform = registry.platform(name)
    return platform is not None and platform.kms is not None


class _Union(NamedTuple):
    """What the one key of a union names, and the code of naming several."""

    noun: str
    several: Code


_PLATFORM = _Union("platform", codes.SEVERAL_PLATFORMS)
_KMS_PROVIDER = _Union("KMS provider", codes.EXCLUSIVE_FIELDS)


def _only_key(
    tree: Mapping, path: Path, known: Sequence[str], union: _Union, sink: Sink
) -> str | None:
    """The one key of a union, or None after a finding (or when another check has one)."""
    found = find(tree, path)
    if not isinstance(found, Mapping):
        return None
    unknown = [name for name in found.children if name not in known]
    for name in unknown:
        sink.report(
            codes.BAD_ENUM,
            found.keys[name].span,
            f"unknown {union.noun} `{name}`",
            label=did_you_mean(name, known),
            help=f"{union.noun}s: {listed(known)}",
        )
    if unknown:
        return None
    # A merged mapping lists what lower layers say first: the last one is the author's to mend.
    names = list(found.children)
    if len(names) > 1:
        _report_several(found, names, union, sink)
    if not names and not sink.subjects(codes.EMPTY_VALUE).intersection(known):
        sink.report(
            codes.MISSING_FIELD,
            key_span(tree, path),
            f"no {union.noun} is named",
            help=f"{union.noun}s: {listed(known)}",
        )
    return names[0] if len(names) == 1 else None


def _report_several(found: Mapping, names: list[str], union: _Union, sink: Sink) -> None:
    spans = [found.keys[name].span for name in names]
    inherited = any(span.file != spans[-1].file for span in spans)
    sink.report(
        union.several,
        spans[-1],
        f"several {union.noun}s at once: {listed(names)}",
        label="only one is possible",
        secondary=tuple(Label(span, "set here") for span in spans[:-1]),
        help=exclusive_help(names[0], inherited=inherited),
    )


def _check_member(
    model: type[Form], tree: Mapping, path: Path, spec: dict[str, Any] | None, sink: Sink
) -> None:
    member = find(tree, path)
    assert member is not None
    data = validate(model, member, sink, base=path, root=tree)
    if data is None or spec is None:
        return
    holder: Any = spec
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = data


def _check_without(model: type[Form], tree: Mapping, path: Path, sink: Sink) -> None:
    """Check a pool that says nothing of its platform: what must be said is missing."""
    key = key_span(tree, path[:2])
    nothing = Mapping({}, {}, key.file, key.start, key.end)
    validate(model, nothing, sink, base=path, root=tree)
