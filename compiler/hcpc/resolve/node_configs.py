"""From names of NodeConfigs to the ConfigMaps that node pools refer to."""

from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.resolve import messages
from hcpc.resolve.complete import Filled
from hcpc.resolve.document import Document
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree, find, nearest_span

MAX_REFERENCES = 10
_TUNING = {"tuned", "performanceProfile"}
_TUNING_KINDS = {"Tuned", "PerformanceProfile"}
_RAW = "manifests"


class Use(NamedTuple):
    """A NodeConfig in the list of a node pool."""

    pool: str
    name: str
    span: Span


def config_map_name(cluster: str, config: str) -> str:
    """The ConfigMap of a NodeConfig (key `config`) for one hosted cluster."""
    return f"{cluster}-{config}"


def tuning_map_name(cluster: str, config: str) -> str:
    """The ConfigMap of a NodeConfig's tuning (key `tuning`) for one hosted cluster."""
    return f"{cluster}-{config}-tuning"


def node_config_id(document: Document) -> str:
    """What tells a NodeConfig from all others of the fleet."""
    return f"{document.file.path}:{document.name}"


def is_tuning(manifest: Tree) -> bool:
    """Whether a whole manifest, as a tree, belongs to a pool's `tuningConfig`."""
    kind = find(manifest, ("kind",))
    return isinstance(kind, Scalar) and kind.text in _TUNING_KINDS


def has_config(spec: Mapping | None) -> bool:
    """Whether a NodeConfig has something for a pool's `config`."""
    fields, manifests = _said(spec)
    return bool(fields - _TUNING - {_RAW}) or not all(map(is_tuning, manifests))


def has_tuning(spec: Mapping | None) -> bool:
    """Whether a NodeConfig has something for a pool's `tuningConfig`."""
    fields, manifests = _said(spec)
    return bool(fields & _TUNING) or any(map(is_tuning, manifests))


def _said(spec: Mapping | None) -> tuple[set[str], list[Tree]]:
    """The fields of a NodeConfig, and its whole manifests; a null says nothing."""
    fields = _values(spec)
    return set(fields), list(_values(fields.get(_RAW)).values())


def _values(tree: Tree | None) -> dict[str, Tree]:
    if not isinstance(tree, Mapping):
        return {}
    return {
        name: value
        for name, value in tree.children.items()
        if not isinstance(value, Scalar) or value.value is not None
    }


def uses(tree: Mapping) -> list[Use]:
    """Every name in a pool's `config`, in the order written."""
    pools = find(tree, ("nodePools",))
    found: list[Use] = []
    for pool in pools.children if isinstance(pools, Mapping) else ():
        listed = find(tree, ("nodePools", pool, "config"))
        found += [
            Use(pool, item.text, item.span)
            for item in (listed.items if isinstance(listed, Sequence) else ())
            if isinstance(item, Scalar) and item.text
        ]
    return found


def check_node_configs(tree: Mapping, visible: dict[str, Document], sink: Sink) -> None:
    """Report names that no NodeConfig has; works on the tree, whatever else is wrong."""
    seen: dict[tuple[str, str], Span] = {}
    for pool, name, span in uses(tree):
        if name not in visible:
            _report_unknown(name, span, visible, sink)
        first = seen.setdefault((pool, name), span)
        if first != span:
            sink.report(
                codes.DUPLICATE_NAME,
                span,
                f"NodeConfig `{name}` is listed twice",
                secondary=(Label(first, "listed here already"),),
                help="remove one of the two",
            )


def _report_unknown(name: str, span: Span, visible: dict[str, Document], sink: Sink) -> None:
    label = did_you_mean(name, visible)
    outside = f"for a ConfigMap that is there already: `{{configMap: {name}}}`; "
    sink.report(
        codes.UNKNOWN_NODE_CONFIG,
        span,
        f"unknown NodeConfig `{name}`",
        label=label,
        help="" if label else outside + messages.listing(visible, "NodeConfigs"),
        subjects=(name,),
    )


def pick_node_configs(
    cluster: str, filled: Filled, tree: Mapping, visible: dict[str, Document], sink: Sink
) -> list[str]:
    """Replace NodeConfigs by their ConfigMaps in a completed spec; returns those in use, sorted."""
    used: dict[str, None] = {}
    for key, pool in filled.data["nodePools"].items():
        references: list[dict[str, str]] = []
        tuning: list[dict[str, str]] = list(pool.get("tuning", ()))
        for item in pool.get("config", ()):
            if not isinstance(item, str):
                references.append(item)
                continue
            used[item] = None
            spec = visible[item].spec
            if has_config(spec):
                references.append({"configMap": config_map_name(cluster, item)})
            if has_tuning(spec):
                tuning.append({"configMap": tuning_map_name(cluster, item)})
        for field, found in (("config", references), ("tuning", tuning)):
            pool.pop(field, None)
            if found:
                pool[field] = found
            if found and find(tree, ("nodePools", key, field)) is None:
                filled.reasons["nodePools", key, field] = "tuning of the NodeConfigs in `config`"
            if len(found) > MAX_REFERENCES:
                _report_too_many(field, len(found), ("nodePools", key), tree, sink)
    return sorted(used)


def _report_too_many(field: str, count: int, pool: Path, tree: Mapping, sink: Sink) -> None:
    written = (*pool, field) if find(tree, (*pool, field)) else (*pool, "config")
    what = "configuration" if field == "config" else "tuning"
    sink.report(
        codes.OUT_OF_RANGE,
        nearest_span(tree, written),
        f"a node pool refers to {count} ConfigMaps with {what}",
        label=f"at most {MAX_REFERENCES} are possible",
        help="put what always goes together into one NodeConfig",
    )
