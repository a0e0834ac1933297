"""One NodeConfig becomes the texts of its ConfigMaps, and facts to compare with others."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.payloads.node_config.gather import Gather, without_nulls
from hcpc.payloads.node_config.ignition import machine_config
from hcpc.payloads.node_config.images import image_policy, mirror_set
from hcpc.payloads.node_config.runtime import kubelet_config, runtime_config
from hcpc.payloads.node_config.tuning import performance_profile, tuned
from hcpc.resolve.document import Document, alone
from hcpc.source.text import Span
from hcpc.spec.document import spec_model
from hcpc.spec.validate import usable
from hcpc.syntax.tree import Mapping

MAX_BYTES = 1_048_576
"""What an API server takes for the data of a ConfigMap."""


class Rendered(NamedTuple):
    """A NodeConfig's texts for the keys `config` and `tuning`, empty for none.

    `facts` are what its uses are checked by, `findings` are about the NodeConfig itself.
    """

    config: str
    tuning: str
    origin: Span
    facts: Gather
    findings: Sink


def render(document: Document, assets: dict[str, bytes]) -> Rendered:
    """The NodeConfig as texts, made of what is sound in it."""
    sink = Sink()
    nothing = Mapping({}, {}, document.file, 0, 0)
    tree = alone(document.spec or nothing, document.kind, Sink())  # what it finds is told already
    gather = Gather(tree, assets, sink)
    spec: dict[str, Any] = without_nulls(usable(spec_model(document.kind), tree))
    config = list(_config(document.name, spec, gather))
    tuning = list(_tuning(document.name, spec, gather))
    for each in _raw_objects(spec, gather):
        (tuning if _tunes(each) else config).append(each)
    _check_one(tuning, spec, gather)
    texts = (_text(config), _text(tuning))
    for what, text in zip(("configuration", "tuning"), texts, strict=True):
        _check_size(what, text, document, sink)
    return Rendered(*texts, document.name_span, gather, sink)


def _config(name: str, spec: dict[str, Any], gather: Gather) -> Iterable[dict[str, Any]]:
    found = machine_config(name, spec, gather)
    if found:
        yield found
    if "kubelet" in spec:
        yield kubelet_config(name, spec["kubelet"], gather)
    if "containerRuntime" in spec:
        yield runtime_config(name, spec["containerRuntime"], gather)
    if "mirrors" in spec:
        yield mirror_set(name, spec["mirrors"])
    for policy, said in sorted(spec.get("imagePolicies", {}).items()):
        gather.claim(f"ClusterImagePolicy `{policy}`", gather.key(("imagePolicies", policy)))
        yield image_policy(policy, said, gather)


def _tuning(name: str, spec: dict[str, Any], gather: Gather) -> Iterable[dict[str, Any]]:
    if "tuned" in spec:
        yield tuned(name, spec["tuned"], gather)
    if "performanceProfile" in spec:
        yield performance_profile(name, spec["performanceProfile"], gather)


def _raw_objects(spec: dict[str, Any], gather: Gather) -> list[dict[str, Any]]:
    if "manifests" not in spec:
        return []
    from hcpc.payloads.node_config.raw import raw_objects  # noqa: PLC0415  # its models are many

    return raw_objects(list(spec["manifests"]), gather)


def _tunes(body: dict[str, Any]) -> bool:
    return body["kind"] in {"Tuned", "PerformanceProfile"}


def _check_one(tuning: list[dict[str, Any]], spec: dict[str, Any], gather: Gather) -> None:
    """The operator reads one object of a ConfigMap with tuning, and no more."""
    if len(tuning) <= 1:
        return
    raw = [
        name
        for name, body in spec.get("manifests", {}).items()
        if body.get("kind") in {"Tuned", "PerformanceProfile"}
    ]
    gather.sink.report(
        codes.NODE_CONFIG_CONFLICT,
        gather.key(("manifests", raw[-1])),
        f"a NodeConfig has one object of tuning at most, and this one has {len(tuning)}",
        help="put each into a NodeConfig of its own, and list them all in the pool",
    )


def _text(objects: list[dict[str, Any]]) -> str:
    return "---\n".join(map(canonical_yaml, objects))


def _check_size(what: str, text: str, document: Document, sink: Sink) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        sink.report(
            codes.NODE_CONFIG_TOO_LARGE,
            document.name_span,
            f"the {what} of NodeConfig `{document.name}` comes to {size:,} bytes",
            label=f"a ConfigMap holds {MAX_BYTES:,}",
            help="split it, or write `gzip: true` at large files",
        )
