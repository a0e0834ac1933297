"""The platform of a cluster and of its pools: exactly one, the same, and well-formed."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.platforms import registry
from hcpc.spec.types import Form
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Mapping, Path, find, key_span


def check_platform(tree: Mapping, spec: dict[str, Any] | None, sink: Sink) -> str | None:
    """Name of the cluster's platform, its members in `spec` replaced by checked data.

    Works on the tree, so that a cluster with other faults has its platform checked all the same.
    """
    chosen = _only_key(tree, ("platform",), registry.NAMES, "platform", sink)
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
        own = _only_key(tree, path, registry.NAMES, "platform", sink)
        if own == chosen:
            _check_member(platform.node_pool, tree, (*path, chosen), spec, sink)
        elif own is not None:
            sink.report(
                codes.PLATFORM_MISMATCH,
                key_span(tree, (*path, own)),
                f"node pool `{name}` is on `{own}`, its cluster on `{chosen}`",
                secondary=(Label(key_span(tree, ("platform", chosen)), "the cluster's platform"),),
                help=f"name `{chosen}` here",
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
    chosen = _only_key(tree, path, providers, "KMS provider", sink)
    if chosen is None:
        return
    platform = registry.platform(chosen)
    assert platform is not None
    assert platform.kms is not None
    _check_member(platform.kms.model, tree, (*path, chosen), spec, sink)


def _has_kms(name: str) -> bool:
    platform = registry.platform(name)
    return platform is not None and platform.kms is not None


def _only_key(
    tree: Mapping, path: Path, known: tuple[str, ...] | list[str], what: str, sink: Sink
) -> str | None:
    """The one key of a union, or None after a finding (or when another check has one)."""
    found = find(tree, path)
    if not isinstance(found, Mapping):
        return None
    unknown = [name for name in found.children if name not in known]
    for name in unknown:
        label = did_you_mean(name, known)
        sink.report(
            codes.BAD_ENUM,
            found.keys[name].span,
            f"unknown {what} `{name}`",
            label=label,
            help=f"{what}s: " + ", ".join(f"`{each}`" for each in known),
        )
    if unknown:
        return None
    names = sorted(found.children, key=lambda name: found.keys[name].span.order)
    if len(names) > 1:
        sink.report(
            codes.SEVERAL_PLATFORMS,
            found.keys[names[-1]].span,
            f"several {what}s at once: " + ", ".join(f"`{name}`" for name in names),
            secondary=tuple(Label(found.keys[name].span, "and here") for name in names[:-1]),
            help="keep one; in a layer above, an inherited one is dropped by setting it to `null`",
        )
    if not names:
        sink.report(
            codes.MISSING_FIELD,
            key_span(tree, path),
            f"no {what} is named",
            help=f"{what}s: " + ", ".join(f"`{each}`" for each in known),
        )
    return names[0] if len(names) == 1 else None


def _check_member(
    model: type[Form], tree: Mapping, path: Path, spec: dict[str, Any] | None, sink: Sink
) -> None:
    member = find(tree, path)
    assert member is not None
    data = validate(model, member, sink, base=path)
    if data is None or spec is None:
        return
    holder: Any = spec
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = data


def _check_without(model: type[Form], tree: Mapping, path: Path, sink: Sink) -> None:
    """Check a pool that says nothing of its platform: what must be said is missing."""
    key = key_span(tree, path[:2])
    validate(model, Mapping({}, {}, key.file, key.start, key.end), sink, base=path)
