"""The fleet itself: its document, its files, and which of them other files may depend on."""

import os
import posixpath
import re
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

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
from hcpc.source.file_tree import FileTree, WorkTree
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import nearest_span

_CLUSTER_HEAD = re.compile(r"^kind:[ \t]+Cluster[ \t]*(?:#.*)?\r?$", re.MULTILINE)


class Fleet(NamedTuple):
    """A fleet's files as they were read; `document` is its own, `data` what its spec says.

    `tree` is where they were read from: the directory `root`, or a revision of it.
    """

    root: Path
    places: Places
    document: Document
    files: tuple[SourceFile, ...]
    data: dict[str, Any]
    tree: FileTree

    @property
    def output(self) -> Path:
        """Where rendered files go."""
        return self.root / self.places.output


def read_fleet(root: Path, sink: Sink, tree: FileTree | None = None) -> Fleet | None:
    """Read fleet.yaml and every file it leads to; None when fleet.yaml itself is unusable.

    `tree` is a revision of the directory `root` to read in place of the directory itself.
    """
    tree = tree or WorkTree(root)
    inside = stays_inside(tree, FLEET_FILE, sink)
    content = read_bytes(tree, FLEET_FILE, sink) if inside else None
    file = decode(FLEET_FILE, content, sink) if content is not None else None
    document = _fleet_document(file, sink) if file else None
    if document is None:
        return None
    spec = check_spec(document, sink)
    if spec is None:
        return None
    places = _places(tree, document, spec, sink)
    files: list[SourceFile] = []
    for path in list_files(tree, places, _is_fleet, sink):
        content = read_bytes(tree, path, sink)
        found = decode(path, content, sink) if content is not None else None
        if found:
            files.append(found)
    return Fleet(root, places, document, tuple(files), spec, tree)


def _places(tree: FileTree, document: Document, spec: dict[str, Any], sink: Sink) -> Places:
    """Where specs are and manifests go; what cannot be is a finding, and left out."""
    output = _output(tree, document, spec, sink)
    sources: list[str] = []
    for number, source in enumerate(spec.get("sources") or Places().sources):
        span = nearest_span(document.tree, ("spec", "sources", number))
        if not tree.is_directory(source):
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


def _output(tree: FileTree, document: Document, spec: dict[str, Any], sink: Sink) -> str:
    """Where manifests go; a finding unless it is a plain directory of the repository.

    A repository that somebody else wrote must not have us write into `.git`, or anywhere outside.
    """
    output: str = spec.get("output") or Places().output
    span = nearest_span(document.tree, ("spec", "output"))
    message = f"`output` cannot be `{output}`"
    steps = [step for step in output.split("/") if step not in {"", "."}]
    if any(step.startswith(".") for step in steps):
        expected = "expected a path without hidden directories, such as `rendered`"
        sink.report(codes.BAD_FORMAT, span, message, label=expected)
    elif stays_inside(tree, output, sink):
        for path in accumulate(steps, "{}/{}".format):
            if tree.is_link(path):
                label = f"`{path}` is a symbolic link"
                hint = "name the directory that it leads to"
                sink.report(codes.BAD_FORMAT, span, message, label=label, help=hint)
                break
    return output


def check_chosen_output(fleet: Fleet, output: Path, names: Iterable[str], sink: Sink) -> None:
    """Report specs in those directories below an output directory that get rendered files.

    The index that would come to lie there says that all beside it is rendered.
    """
    taken = {os.path.realpath(output / name): name for name in sorted(names)}
    first = {file.path.rpartition("/")[0]: file for file in reversed(fleet.files)}
    for directory in sorted(first):
        place = Path(os.path.realpath(fleet.root / directory))
        for above in (place, *place.parents):
            if name := taken.pop(str(above), None):
                sink.report(
                    codes.FOREIGN_FILE,
                    Span(first[directory], 0, 0),
                    f"specs lie in `{output / name}`, where rendered files would go",
                    help="choose another directory with `--output`",
                )


def _holds(directory: str, path: str) -> bool:
    """Whether a path is a directory or lies below it; both are below the fleet's root."""
    outer, inner = (posixpath.normpath(each) for each in (directory, path))
    return outer == "." or f"{inner}/".startswith(f"{outer}/")


def _is_fleet(file: SourceFile) -> bool:
    """Whether a file below the root makes its directory a fleet of its own."""
    documents = [read_document(tree, Sink()) for tree in parse(file, Sink())]
    return any(document is not None and document.kind == "Fleet" for document in documents)


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
    """Whether, without parsing, no other file can depend on this one.

    Says yes only when every `kind` in the text is the head of a Cluster document, and nothing could
    be another `kind` in disguise. Says no for some files of clusters, which then costs time only.
    """
    text = file.text
    kinds = text.count("kind")
    # What nearly all of them look like is found several times as fast without the expression.
    heads = text.count("\nkind: Cluster\n")
    if heads != kinds:
        heads = len(_CLUSTER_HEAD.findall(text))
    return 0 < heads == kinds and "\\" not in text
