"""Documents: trees whose head says what they are."""

from dataclasses import dataclass
from typing import Any, Literal

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, suggest
from hcpc.source.text import SourceFile, Span
from hcpc.spec.document import API_GROUP, API_VERSION, KINDS, Metadata, spec_model
from hcpc.spec.types import Form, Raw
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Mapping, Scalar, Tree, find, nearest_span


@dataclass(frozen=True, slots=True)
class Document:
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


class Head(Form):
    """What every document must begin with; its spec is checked where its kind is known."""

    api_version: Literal["hcpc.dev/v1alpha1"]
    kind: str
    metadata: Metadata
    spec: Raw | None = None


class DefaultsOutline(Form):
    """The two parts of Defaults, each of which is checked as the kind it is for."""

    cluster: Raw | None = None
    management_cluster: Raw | None = None


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
    if document.kind != "Defaults":
        return validate(spec_model(document.kind), spec, sink, partial=document.kind in _LAYERS)
    outline = validate(DefaultsOutline, spec, sink)
    for field, kind in (("cluster", "Cluster"), ("managementCluster", "ManagementCluster")):
        partial = spec.children.get(field)
        if isinstance(partial, Mapping):
            validate(spec_model(kind), partial, sink, partial=True)
    return outline


_LAYERS = {"Profile", "ManagementCluster"}


def _span_of_name(document: Document) -> tuple[int, int]:
    span = document.name_span
    return span.start, span.end


def _kind(tree: Tree, sink: Sink) -> str | None:
    version, kind = find(tree, ("apiVersion",)), find(tree, ("kind",))
    if not isinstance(version, Scalar) or not version.text.startswith(API_GROUP + "/"):
        near = isinstance(version, Scalar) and suggest(version.text, [API_VERSION])
        is_ours = isinstance(kind, Scalar) and kind.text in KINDS
        sink.report(
            codes.UNKNOWN_KIND,
            nearest_span(tree, ("apiVersion",)),
            "document is not one that hcpc reads",
            label=f"did you mean `{near}`?" if near else "",
            help=f"begin it with `apiVersion: {API_VERSION}`"
            if near or is_ours
            else "move it out of the fleet's `sources`, or list its file under `ignore`",
        )
        return None
    if not isinstance(kind, Scalar) or kind.text not in KINDS:
        written = kind.text if isinstance(kind, Scalar) else ""
        label = did_you_mean(written, KINDS)
        sink.report(
            codes.UNKNOWN_KIND,
            nearest_span(tree, ("kind",)),
            f"unknown kind `{written}`" if written else "document has no `kind`",
            label=label,
            help="" if label else "kinds: " + ", ".join(f"`{name}`" for name in KINDS),
        )
        return None
    return kind.text
