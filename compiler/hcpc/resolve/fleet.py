"""The fleet itself: its document, its files, and which of them other files may depend on."""

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.document import Document, check_spec, read_document
from hcpc.source.discover import (
    FLEET_FILE,
    Places,
    decode,
    list_files,
    read_bytes,
    stays_inside,
)
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import nearest_span

_CLUSTER_HEAD = re.compile(r"^kind:[ \t]+Cluster[ \t]*(?:#.*)?\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fleet:
    """A fleet's files as they were read; `document` is its own."""

    root: Path
    places: Places
    document: Document
    files: tuple[SourceFile, ...]

    @property
    def output(self) -> Path:
        """Where rendered files go."""
        return self.root / self.places.output


def read_fleet(root: Path, sink: Sink) -> Fleet | None:
    """Read fleet.yaml and every file it leads to; None when fleet.yaml itself is unusable."""
    inside = stays_inside(root, FLEET_FILE, sink)
    content = read_bytes(root, FLEET_FILE, sink) if inside else None
    file = decode(FLEET_FILE, content, sink) if content is not None else None
    document = _fleet_document(file, sink) if file else None
    if document is None:
        return None
    spec = check_spec(document, sink)
    if spec is None:
        return None
    places = _places(root, document, spec, sink)
    files: list[SourceFile] = []
    for path in list_files(root, places, sink):
        content = read_bytes(root, path, sink)
        found = decode(path, content, sink) if content is not None else None
        if found:
            files.append(found)
    return Fleet(root, places, document, tuple(files))


def _places(root: Path, document: Document, spec: dict[str, Any], sink: Sink) -> Places:
    """Where specs are and manifests go; what cannot be is a finding, and left out."""
    output: str = spec.get("output") or Places().output
    sources: list[str] = []
    for number, source in enumerate(spec.get("sources") or Places().sources):
        span = nearest_span(document.tree, ("spec", "sources", number))
        if not (root / source).is_dir():
            sink.report(
                codes.UNREADABLE,
                span,
                f"there is no directory `{source}`",
                help="paths are below the directory of fleet.yaml",
            )
        elif _holds(output, source):
            sink.report(
                codes.EXCLUSIVE_FIELDS,
                span,
                f"specs in `{source}` would lie among the rendered files",
                secondary=(
                    Label(nearest_span(document.tree, ("spec", "output")), "these go here"),
                ),
                help="give `output` a directory of its own, such as `rendered`",
            )
        else:
            sources.append(source)
    return Places(tuple(sources), tuple(spec.get("ignore") or ()), output)


def _holds(directory: str, path: str) -> bool:
    """Whether a path is a directory or lies below it; both are below the fleet's root."""
    outer, inner = (posixpath.normpath(each) for each in (directory, path))
    return outer == "." or f"{inner}/".startswith(f"{outer}/")


def _fleet_document(file: SourceFile, sink: Sink) -> Document | None:
    documents = [read_document(tree, sink) for tree in parse(file, sink)]
    fleets = [document for document in documents if document and document.kind == "Fleet"]
    if len(fleets) == 1 and len(documents) == 1:
        return fleets[0]
    if not sink.has_errors:
        sink.report(
            codes.NO_FLEET,
            Span(file, 0, 0),
            "fleet.yaml must hold one document of kind `Fleet` and nothing else",
            help="`hcpc init` writes one",
        )
    return None


def holds_only_clusters(file: SourceFile) -> bool:
    """Whether a file looks, without parsing, as if no other file can depend on it.

    A guess that saves work: it says yes only when every `kind` in the text is the head of a
    Cluster document, and whoever parses the file later checks it.
    """
    heads = len(_CLUSTER_HEAD.findall(file.text))
    return 0 < heads == file.text.count("kind") and "\\" not in file.text
