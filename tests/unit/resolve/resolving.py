"""What tests of scope, layers and releases share: a fleet on disk, resolved cluster by cluster."""

from pathlib import Path

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.document import Document, read_document
from hcpc.resolve.fleet import Fleet, read_fleet
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import check_documents, read_shared
from hcpc.syntax.parse import parse


def fleet_at(root: Path) -> Fleet:
    """The fleet, which is readable."""
    sink = Sink()
    fleet = read_fleet(root, sink)
    assert fleet is not None
    assert sink.findings() == []
    return fleet


def environment_of(root: Path) -> tuple[Environment, list[Diagnostic]]:
    """All shared documents of a fleet, and what is wrong with them."""
    sink, fleet = Sink(), fleet_at(root)
    environment = read_shared(fleet, list(fleet.files), sink).environment
    check_documents(environment, sink)
    return environment, sink.findings()


def document_of(root: Path, name: str) -> Document:
    """The Cluster document of a name."""
    for file in fleet_at(root).files:
        for tree in parse(file, Sink()):
            document = read_document(tree, Sink())
            if document and (document.kind, document.name) == ("Cluster", name):
                return document
    raise AssertionError(name)


def resolved(root: Path, name: str = "demo") -> tuple[Cluster | None, list[Diagnostic]]:
    """A cluster of the fleet, and what is wrong with it (not with documents it shares)."""
    sink = Sink()
    cluster = resolve_cluster(document_of(root, name), environment_of(root)[0], sink)
    return cluster, sink.findings()


def sound(root: Path, name: str = "demo") -> Cluster:
    """A cluster without a finding, in a fleet whose shared documents have none."""
    assert environment_of(root)[1] == []
    cluster, findings = resolved(root, name)
    assert findings == []
    assert cluster is not None
    return cluster
