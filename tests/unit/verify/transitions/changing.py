"""What the tests of transitions share: a cluster as it was and as it is now."""

from pathlib import Path
from typing import Any

from tests.unit.resolve.resolving import sound
from tests.unit.resolve.small_fleet import DEMO, RELEASES, cluster, document, small_fleet
from tests.unit.verify.rules.checking import lowered

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import HOSTED_CLUSTER, Manifest
from hcpc.mapping.patch import apply_patch
from hcpc.verify.subject import Subject
from hcpc.verify.transitions import Transition

POOLS = "{workers: {replicas: 2}}"


def catalog(**edges: str) -> dict[str, str]:
    """A catalog of releases, called like `v4_17_9`, each with more fields of its own."""
    lines = ["releases:"]
    for name, more in edges.items():
        version = name.removeprefix("v").replace("_", ".")
        digest = (version.replace(".", "") * 64)[:64]
        image = f"quay.io/ocp/release@sha256:{digest}"
        lines.append(f"  {version}: {{images: {{multi: {image}}}{more}}}")
    return {RELEASES: document("ReleaseCatalog", "stable", "\n".join(lines) + "\n")}


def subject(
    root: Path, spec: str = "", pools: str = POOLS, files: dict[str, str] | None = None
) -> Subject:
    """The cluster `demo` with some lines of its spec; sound, and before overlays."""
    text = cluster("demo", spec, pools=pools)
    return lowered(sound(small_fleet(root, {**(files or {}), DEMO: text})))


def edited(old: Subject, hosted_cluster: Any = None, node_pool: Any = None) -> Subject:
    """The same cluster with merge patches laid over `spec` of its manifests."""

    def patched(each: Manifest) -> Manifest:
        patch = hosted_cluster if each.kind == HOSTED_CLUSTER else node_pool
        return each._replace(body=apply_patch(each.body, {"spec": patch})) if patch else each

    return old._replace(manifests=tuple(map(patched, old.manifests)))


def told(check: Transition, before: Subject, after: Subject) -> list[Diagnostic]:
    """What a transition finds."""
    sink = Sink()
    check(before, after, sink)
    return sink.findings()


def changed(check: Transition, root: Path, before: str, after: str) -> list[Diagnostic]:
    """What a transition finds between two specs."""
    return told(check, subject(root / "before", before), subject(root / "after", after))


def said(findings: list[Diagnostic]) -> list[str]:
    """Findings as `CODE place: message`."""
    return [f"{each.code} {each.primary.span.location}: {each.message}" for each in findings]
