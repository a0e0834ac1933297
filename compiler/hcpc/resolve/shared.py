"""The documents that files share: read; and checked each on its own and against each other."""

from collections.abc import Sequence
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.assets import read_assets
from hcpc.resolve.crd_sets import CrdSets, list_crd_sets, read_crd_sets
from hcpc.resolve.document import Document, check_spec, read_documents
from hcpc.resolve.fleet import Fleet
from hcpc.resolve.layer_names import check_cluster_layer, check_management_layer
from hcpc.resolve.scope import Environment
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.tree import Mapping, find, key_span


class Shared(NamedTuple):
    """The documents that files share, and which of the files hold clusters as well."""

    environment: Environment
    with_clusters: frozenset[str]


def read_shared(fleet: Fleet, files: list[SourceFile], sink: Sink, *, against: str = "") -> Shared:
    """Read the files that others may depend on; what their documents say is not checked yet.

    `against` is the name of the CRD set that counts for every management cluster.
    """
    documents: list[Document] = []
    with_clusters: set[str] = set()
    unread: list[SourceFile] = []
    for file in files:
        own = Sink()
        found = read_documents(file, own)
        sink.absorb(own)
        if own.has_errors:
            unread.append(file)
        for document in found:
            if document is None:
                continue
            if document.kind == "Cluster":
                with_clusters.add(file.path)
            elif document.kind == "Fleet":
                _report_second_fleet(document, sink)
            else:
                documents.append(document)
    assets = read_assets(fleet.tree, documents, sink)
    sets = CrdSets(list_crd_sets(fleet.tree), {}, against)
    root = _fleet_root(fleet.document)
    environment = Environment(root, tuple(documents), tuple(unread), assets, sets)
    read_crd_sets(fleet.tree, sets, environment.management_clusters())
    return Shared(environment, frozenset(with_clusters))


def _report_second_fleet(document: Document, sink: Sink) -> None:
    sink.report(
        codes.NO_FLEET,
        document.name_span,
        f"a `Fleet` document belongs in fleet.yaml, not in `{document.file.path}`",
        help="a directory with a fleet.yaml of its own is a fleet of its own",
    )


def _fleet_root(document: Document) -> Mapping:
    """What `${fleet.…}` refers to: the fleet's name and its spec."""
    metadata = document.tree.children["metadata"]
    assert isinstance(metadata, Mapping)
    spec = document.spec.children if document.spec else {}
    return Mapping({**spec, "name": metadata.children["name"]}, {}, document.file, 0, 0)


def check_documents(environment: Environment, sink: Sink) -> None:
    """Check each shared document on its own, and that names are not used twice in one place."""
    documents = environment.documents
    seen: dict[tuple[str, str, str], Document] = {}
    owners: dict[str, Document] = {}
    for document in documents:
        _check_alone(document, environment.fleet_root, sink)
        place = "" if document.kind == "ManagementCluster" else document.directory
        first = seen.setdefault((document.kind, place, document.name), document)
        if first is not document and document.kind not in {"Defaults", "ReleaseCatalog"}:
            _report_duplicate(document, first, sink)
        if document.kind == "ManagementCluster":
            other = owners.setdefault(document.directory, document)
            if other is not document:
                _report_nested(document, other, sink)
        if document.kind == "Profile" and find(document.tree, ("spec", "profiles")) is not None:
            sink.report(
                codes.UNKNOWN_FIELD,
                key_span(document.tree, ("spec", "profiles")),
                "a profile cannot build on profiles",
                help="list them all in the cluster's `profiles`",
            )
    _check_releases(documents, sink)
    for directory, document in owners.items():
        management = environment.scope(directory).management_cluster
        if management:
            sink.absorb(management.findings)
        for parent in _ancestors(directory)[:-1]:
            if parent in owners:
                _report_nested(document, owners[parent], sink)


def _check_alone(document: Document, fleet_root: Mapping, sink: Sink) -> None:
    """Check a document by itself; what is told of one does not count as told of another."""
    own = Sink()
    check_spec(document, own)
    path = {"Profile": ("spec",), "Defaults": ("spec", "cluster")}.get(document.kind)
    layer = find(document.tree, path) if path else None
    if isinstance(layer, Mapping):
        check_cluster_layer(layer, fleet_root, own)
    layer = find(document.tree, ("spec", "managementCluster"))
    if document.kind == "Defaults" and isinstance(layer, Mapping):
        check_management_layer(layer, fleet_root, own)
    sink.absorb(own)


def _report_duplicate(document: Document, first: Document, sink: Sink) -> None:
    sink.report(
        codes.DUPLICATE_NAME,
        document.name_span,
        f"{document.kind} `{document.name}` is declared twice",
        secondary=(Label(first.name_span, "first declared here"),),
        help="rename one of them",
    )


def _check_releases(documents: Sequence[Document], sink: Sink) -> None:
    """In one directory a version is one set of images; below, another may hide it."""
    seen: dict[tuple[str, str], Span] = {}
    for document in documents:
        found = find(document.tree, ("spec", "releases"))
        if document.kind != "ReleaseCatalog" or not isinstance(found, Mapping):
            continue
        for version, key in found.keys.items():
            first = seen.setdefault((document.directory, version), key.span)
            if first != key.span:
                sink.report(
                    codes.DUPLICATE_NAME,
                    key.span,
                    f"release `{version}` is declared twice in one directory",
                    secondary=(Label(first, "first declared here"),),
                    help="keep one of them",
                )


def _report_nested(document: Document, outer: Document, sink: Sink) -> None:
    sink.report(
        codes.NESTED_MANAGEMENT_CLUSTER,
        document.name_span,
        f"management cluster `{document.name}` lies in the directory of `{outer.name}`",
        secondary=(Label(outer.name_span, "owns the directory"),),
        help="give each management cluster a directory of its own",
    )


def _ancestors(directory: str) -> list[str]:
    """The root first, the directory itself last."""
    if not directory:
        return [""]
    steps = directory.split("/")
    return ["", *("/".join(steps[:n]) for n in range(1, len(steps) + 1))]
