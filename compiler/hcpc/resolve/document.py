"""Documents: trees whose head says what they are."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from hcpc import API_GROUP, API_VERSION
from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed, suggest
from hcpc.resolve import messages
from hcpc.resolve.merge import merge
from hcpc.source.text import SourceFile, Span
from hcpc.spec.document import KINDS, DefaultsOutline, Head, Metadata, spec_model
from hcpc.spec.validate import validate
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, find, nearest_span

_LAYERS = {"Profile", "ManagementCluster"}


class Document(NamedTuple):
    """One document of a fleet: its kind, its name, and its tree."""

    kind: str
    name: str
    tree: Mapping

    @property
    def file(self) -> SourceFile:
        """The file it stands in."""
        return self.tree.file

    @property
    def directory(self) -> str:
        """Directory of its file below the fleet's root; empty at the root."""
        return self.file.path.rpartition("/")[0]

    @property
    def name_span(self) -> Span:
        """Where its name stands."""
        return nearest_span(self.tree, ("metadata", "name"))

    @property
    def spec(self) -> Mapping | None:
        """The tree under `spec`."""
        found = find(self.tree, ("spec",))
        return found if isinstance(found, Mapping) else None


def read_documents(file: SourceFile, sink: Sink) -> list[Document | None]:
    """The documents of a file, None for each that is none after a finding.

    `0644` is octal to some YAML readers and decimal to others. As a file's mode it is meant, and
    read, as what people call 0644. To some `off` is false; as a severity it is what it says.
    """
    own = Sink()
    documents = [read_document(tree, own) for tree in parse(file, own)]
    found = own.findings()
    if any(each.code == codes.AMBIGUOUS_SCALAR.id for each in found):
        meant = {span for document in documents if document for span in _meant(document)}
        found = [each for each in found if each.primary.span not in meant]
    for each in found:
        sink.add(each)
    return documents


def _meant(document: Document) -> list[Span]:
    """Values that are unambiguous where they stand: modes of files, and severities."""
    match document.kind:
        case "NodeConfig":
            holders, field = _inside(document, "files"), "mode"
        case "Policy":
            holders, field = _inside(document, "severities"), "severity"
        case _:
            return []
    values = (find(holder, (field,)) for holder in holders)
    return [value.span for value in values if isinstance(value, Scalar)]


def _inside(document: Document, field: str) -> Iterable[Tree]:
    match find(document.tree, ("spec", field)):
        case Mapping(children=children):
            return children.values()
        case Sequence(items=items):
            return items
        case _:
            return ()


def read_document(tree: Tree, sink: Sink) -> Document | None:
    """The document a tree is, or None after a finding."""
    kind = _kind(tree, sink)
    if kind is None or not isinstance(tree, Mapping):
        return None
    spec = tree.children.get("spec")
    if isinstance(spec, Scalar) and spec.value is None and not spec.text:
        tree = Mapping(
            {k: v for k, v in tree.children.items() if k != "spec"},
            tree.keys,
            tree.file,
            tree.start,
            tree.end,
        )
    head: dict[str, Any] | None = validate(Head, tree, sink)
    return Document(kind, head["metadata"]["name"], tree) if head else None


def check_spec(document: Document, sink: Sink) -> dict[str, Any] | None:
    """The data of a shared document's spec, or None after findings.

    Profiles, Defaults and management clusters are layers: nothing is missing from one of them.
    """
    spec = document.spec or Mapping({}, {}, document.file, *_span_of_name(document))
    validate(Metadata, document.tree.children["metadata"], sink, base=("metadata",))
    if document.kind in _LAYERS:
        layer = alone(spec, document.kind, sink)
        return validate(spec_model(document.kind), layer, sink, partial=True)
    if document.kind == "NodeConfig":
        spec = alone(spec, document.kind, sink)
    if document.kind != "Defaults":
        return validate(spec_model(document.kind), spec, sink)
    outline = validate(DefaultsOutline, spec, sink)
    for field, kind in (("cluster", "Cluster"), ("managementCluster", "ManagementCluster")):
        partial = spec.children.get(field)
        if isinstance(partial, Mapping):
            validate(spec_model(kind), alone(partial, kind, sink), sink, partial=True)
    return outline


def alone(layer: Mapping, kind: str, sink: Sink) -> Mapping:
    """A spec as if it were the only layer: its nulls remove nothing, and are no values."""
    nothing = Mapping({}, {}, layer.file, layer.start, layer.start)
    return merge(nothing, layer, sink, kind=kind)


def _span_of_name(document: Document) -> tuple[int, int]:
    span = document.name_span
    return span.start, span.end


def _kind(tree: Tree, sink: Sink) -> str | None:
    version, kind = find(tree, ("apiVersion",)), find(tree, ("kind",))
    if not isinstance(version, Scalar) or not version.text.startswith(API_GROUP + "/"):
        _report_foreign(tree, version, kind, sink)
        return None
    if not isinstance(kind, Scalar) or kind.text not in KINDS:
        written = kind.text if isinstance(kind, Scalar) else ""
        label = did_you_mean(written, KINDS)
        sink.report(
            codes.UNKNOWN_KIND,
            nearest_span(tree, ("kind",)),
            f"unknown kind `{written}`" if written else messages.no_kind(kind),
            label=label,
            help="" if label else f"kinds: {listed(KINDS)}",
        )
        return None
    return kind.text


def _report_foreign(tree: Tree, version: Tree | None, kind: Tree | None, sink: Sink) -> None:
    """Report a document that is not ours, or does not say so."""
    text = version.text if isinstance(version, Scalar) else ""
    near = suggest(text, [API_VERSION])
    is_ours = isinstance(kind, Scalar) and kind.text in KINDS
    span = nearest_span(tree, ("apiVersion",))
    if isinstance(tree, Sequence):  # nothing of a list speaks for all of it
        span = Span(span.file, span.start, span.start + 1)
    sink.report(
        codes.UNKNOWN_KIND,
        span,
        messages.foreign_document(tree, version),
        label=f"did you mean `{near}`?" if near else "",
        help=f"begin it with `apiVersion: {API_VERSION}`"
        if near or is_ours
        else messages.foreign_help(text),
    )
