"""ConfigMaps with configuration hold it under `config`, those with tuning under `tuning`.

The operator takes a ConfigMap without `config` for an empty one and says nothing. What the fleet
does not make itself may hold what it wants: it is there already.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed as listed_names
from hcpc.kube.loose import mapping, numbered
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.resolve.node_configs import config_map_name, tuning_map_name, uses
from hcpc.source.text import Span
from hcpc.syntax.tree import FieldPath, Path, Scalar, Sequence, find
from hcpc.verify.subject import Subject

_KEYS: dict[FieldPath, str] = {("spec", "config"): "config", ("spec", "tuningConfig"): "tuning"}


def check(subject: Subject, sink: Sink) -> None:
    """Report references that lead to nothing, and ConfigMaps that nothing leads to."""
    made: dict[str, set[str]] = {}
    for each in subject.manifests:
        if each.kind == "ConfigMap" and each.namespace == subject.cluster.namespace:
            made.setdefault(each.name, set()).update(mapping(each.body.get("data")))
    used: set[str] = set()
    for pool in subject.node_pools:
        for at, key in _KEYS.items():
            listed = get(pool.body, at)
            if listed:
                used |= _check(subject, pool, (*at,), key, listed, made, sink)
    if subject.cluster.node_configs:
        _check_unused(subject, made.keys() - used, sink)


def _check(
    subject: Subject,
    pool: Manifest,
    at: Path,
    key: str,
    listed: Any,
    made: dict[str, set[str]],
    sink: Sink,
) -> set[str]:
    seen: dict[str, Path] = {}
    for place, item in numbered(listed):
        name = str(item.get("name", ""))
        here: Path = (*at, place, "name")
        first = seen.setdefault(name, here)
        if first != here:
            sink.report(
                codes.DUPLICATE_NAME,
                _span(subject, pool, here, name, is_second=True),
                f"ConfigMap `{name}` is listed twice",
                secondary=(Label(_span(subject, pool, first, name), "listed here already"),),
                help="remove one of the two",
            )
        elif name in made and key not in made[name]:
            sink.report(
                codes.CONFIG_REFERENCE,
                _span(subject, pool, here, name),
                f"ConfigMap `{name}` has no key `{key}`",
                label=f"it has {listed_names(sorted(made[name])) or 'no keys'}",
                help="configuration belongs under `config` of a node pool, tuning under `tuning`",
            )
    return set(seen)


def _span(
    subject: Subject, pool: Manifest, path: Path, name: str, *, is_second: bool = False
) -> Span:
    """Where a reference stands: among the pool's others in the spec, whose lists are not the same.

    What is only tuning leaves the list of configuration, and joins that of tuning.
    """
    field = "config" if path[1] == "config" else "tuning"
    listed = find(subject.cluster.tree, (*pool.source, field))
    written = [
        item
        for each in (listed.items if isinstance(listed, Sequence) else ())
        if isinstance(item := find(each, ("configMap",)), Scalar) and item.text == name
    ]
    if pool.changes or not written:
        return subject.span(pool, path)
    return written[-1 if is_second else 0].span


def _check_unused(subject: Subject, unused: set[str], sink: Sink) -> None:
    """A passthrough or an overlay that replaces a list drops the NodeConfigs in it."""
    cluster = subject.cluster
    for use in uses(cluster.tree):
        dropped = unused & {
            name(cluster.name, use.name) for name in (config_map_name, tuning_map_name)
        }
        for name in sorted(dropped):
            sink.report(
                codes.WITHOUT_EFFECT,
                use.span,
                f"no node pool refers to ConfigMap `{name}` any more",
                label="it is made of this NodeConfig",
                help="a patch replaces a list: repeat in it what is to stay",
            )
        unused -= dropped
