"""NodeConfigs against each other: in one pool, and in one hosted cluster."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.payloads.node_config.gather import (
    KubeletObject,
    report_second,
    report_written_twice,
)
from hcpc.payloads.node_config.render import MAX_BYTES, Rendered
from hcpc.platforms import registry
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.node_configs import Use, config_map_name, tuning_map_name, uses
from hcpc.source.text import Span
from hcpc.syntax.tree import nearest_span

_KEPT = ("kubernetes.io", "openshift.io", "k8s.io")
"""Domains of labels that a node gets by itself, each time it comes up."""


def check_cluster(cluster: Cluster, rendered: Mapping[str, Rendered], sink: Sink) -> None:
    """Report what the NodeConfigs of a cluster cannot say together."""
    used = uses(cluster.tree)
    once = list({use.name: use for use in reversed(used)}.values())
    by_pool: dict[str, list[Use]] = {}
    for use in used:
        by_pool.setdefault(use.pool, []).append(use)
    for pool, listed in by_pool.items():
        _check_claims(listed, rendered, sink)
        _check_kubelet(listed, rendered, sink)
        _check_labels(cluster, pool, listed, rendered, sink)
        _check_runtime(cluster, pool, listed, rendered, sink)
        _check_size(cluster, pool, listed, rendered, sink)
    _check_processors(cluster, used, rendered, sink)
    _check_profiles(rendered, sink)
    _check_names(cluster, once, rendered, sink)


def _check_claims(listed: list[Use], rendered: Mapping[str, Rendered], sink: Sink) -> None:
    """What two NodeConfigs of a pool both write: the operator would let one of them win."""
    seen: dict[str, tuple[Use, Span]] = {}
    for use in listed:
        for what, span in rendered[use.name].facts.claims.items():
            first, place = seen.setdefault(what, (use, span))
            if first.name != use.name:
                others = (Label(place, f"by `{first.name}`"), Label(span, f"by `{use.name}`"))
                report_written_twice(
                    what,
                    use.span,
                    others,
                    sink,
                    remedy=f"keep it in one of `{first.name}` and `{use.name}`, "
                    "or use one of them in the pool",
                )


def _check_kubelet(listed: list[Use], rendered: Mapping[str, Rendered], sink: Sink) -> None:
    first: tuple[Use, KubeletObject] | None = None
    for use in listed:
        found = rendered[use.name].facts.kubelet
        if not found:
            continue
        if first and first[0].name != use.name:
            labels = (
                Label(first[1].span, f"from `{first[0].name}`"),
                Label(found.span, f"from `{use.name}`"),
            )
            report_second(found, first[1], use.span, labels, sink)
        first = first or (use, found)


def _check_labels(
    cluster: Cluster,
    pool: str,
    listed: list[Use],
    rendered: Mapping[str, Rendered],
    sink: Sink,
) -> None:
    """A new machine has the labels of its pool, and none that somebody put on the old node."""
    spec = cluster.spec["nodePools"][pool]
    if spec["upgrade"]["type"] != "Replace":
        return
    for use in listed:
        for label, span in rendered[use.name].facts.labels.items():
            domain = label.rpartition("/")[0]
            if label in spec.get("nodeLabels", {}) or domain.endswith(_KEPT):
                continue
            sink.report(
                codes.LABEL_LOST,
                span,
                f"label `{label}` is matched on nodes of a pool that replaces them",
                label="new machines do not have it",
                secondary=(Label(use.span, "used here"),),
                help=f"set `{label}` in the pool's `nodeLabels`, or upgrade the pool in place",
                subjects=(label,),
            )


def _check_runtime(
    cluster: Cluster,
    pool: str,
    listed: list[Use],
    rendered: Mapping[str, Rendered],
    sink: Sink,
) -> None:
    if cluster.spec["nodePools"][pool].get("osStream") != "rhel-10":
        return
    for use in listed:
        span = rendered[use.name].facts.runc
        if span:
            sink.report(
                codes.NODE_CONFIG_CONFLICT,
                use.span,
                "`rhel-10` does not have the container runtime `runc`",
                secondary=(Label(span, "asked for here"),),
                help="use `crun`, or another `osStream`",
            )


def _check_size(
    cluster: Cluster,
    pool: str,
    listed: list[Use],
    rendered: Mapping[str, Rendered],
    sink: Sink,
) -> None:
    """Nodes fetch all of a pool's configuration from one Secret, which has it compressed."""
    texts = [rendered[use.name].config.encode("utf-8", "surrogatepass") for use in listed]
    if sum(map(len, texts)) * 4 // 3 <= MAX_BYTES:  # no compression makes it longer
        return
    if max(map(len, texts)) > MAX_BYTES:  # told of that NodeConfig
        return
    size = -(-len(zlib.compress(b"".join(texts), 9, wbits=31)) // 3) * 4
    if size > MAX_BYTES:
        sink.report(
            codes.NODE_CONFIG_TOO_LARGE,
            nearest_span(cluster.tree, ("nodePools", pool, "config")),
            f"the configuration of node pool `{pool}` comes to {size:,} bytes when compressed",
            label=f"a Secret holds {MAX_BYTES:,}, and nodes fetch all of it from one",
            help="leave out what nodes can fetch from elsewhere",
        )


def _check_processors(
    cluster: Cluster, used: Iterable[Use], rendered: Mapping[str, Rendered], sink: Sink
) -> None:
    """Processors are numbered differently on machines that differ in size or architecture."""
    seen: dict[str, tuple[Use, list[Any]]] = {}
    for use in used:
        named = rendered[use.name].facts.processors
        if not named:
            continue
        machine = _machine(cluster, use.pool)
        first, other = seen.setdefault(use.name, (use, machine))
        if machine != other:
            sink.report(
                codes.UNLIKE_MACHINES,
                use.span,
                f"node pools `{first.pool}` and `{use.pool}` have different machines and share "
                "processor numbers",
                secondary=(Label(named, "named here"), Label(first.span, "used here, too")),
                help="write a NodeConfig for each kind of machine",
            )


def _machine(cluster: Cluster, pool: str) -> list[Any]:
    """What is known of a pool's processors: their architecture, and how many a machine has."""
    platform = registry.platform(cluster.platform)
    assert platform is not None
    spec = cluster.spec["nodePools"][pool]
    settings = spec.get("platform", {}).get(cluster.platform, {})
    return [spec.get("arch"), platform.processors(settings)]


def _check_profiles(rendered: Mapping[str, Rendered], sink: Sink) -> None:
    """TuneD profiles are files on a node, by name, from all of a cluster's NodeConfigs."""
    seen: dict[str, Span] = {}
    for each in sorted(rendered.values(), key=lambda each: each.origin.order):
        for profile, span in each.facts.profiles.items():
            first = seen.setdefault(profile, span)
            if first != span:
                sink.report(
                    codes.TUNED_CLASH,
                    span,
                    f"two NodeConfigs of a hosted cluster have a TuneD profile `{profile}`",
                    secondary=(Label(first, "the other profile"),),
                    help="rename one of them",
                    subjects=(profile,),
                )


def _check_names(
    cluster: Cluster, used: Iterable[Use], rendered: Mapping[str, Rendered], sink: Sink
) -> None:
    """`x-tuning` with configuration and `x` with tuning would be one ConfigMap."""
    taken = {
        config_map_name(cluster.name, name): name for name, each in rendered.items() if each.config
    }
    for use in used:
        name = tuning_map_name(cluster.name, use.name)
        if rendered[use.name].tuning and name in taken:
            sink.report(
                codes.DUPLICATE_NAME,
                use.span,
                f"the tuning of `{use.name}` and NodeConfig `{taken[name]}` become one ConfigMap",
                secondary=(Label(rendered[taken[name]].origin, "the other NodeConfig"),),
                help="rename one of them",
                subjects=(name,),
            )
