"""Files of the repository that documents name under `fromFile`, and what those import in turn.

They are read once, beside the documents, so that everything after is a function of data.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Files

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.document import Document
from hcpc.source.discover import decode, read_bytes, stays_inside
from hcpc.source.file_tree import Root
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree

FIELD = "fromFile"
_JSONNET = (".jsonnet", ".libsonnet")
_KINDS = {"Defaults", "ManagementCluster", "NodeConfig", "Overlay"}
# Jsonnet wants a literal here; one in a comment costs a look at a file, nothing else.
_IMPORT = re.compile(rb"\bimport(?:str|bin)?\s*(?:\"([^\"\n]+)\"|'([^'\n]+)')")


def asset_path(scalar: Scalar) -> str:
    """The path below the fleet's root of the file that a value names, seen from its own file."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(scalar.file.path), scalar.text))


def read_assets(root: Root, documents: Iterable[Document], sink: Sink) -> dict[str, bytes]:
    """The content of every file that documents name, by path; what cannot be read is a finding."""
    assets: dict[str, bytes] = {}
    for document in documents:
        for scalar in _named(document.spec) if document.kind in _KINDS else ():
            path = asset_path(scalar)
            if path in assets:
                continue
            content = _read(root, path, scalar.span, sink)
            if content is not None:
                assets[path] = content
                _follow(root, path, content, assets)
    for path, content in assets.items():
        if path.endswith(_JSONNET):
            decode(path, content, sink)
    return assets


def _named(tree: Tree | None) -> Iterator[Scalar]:
    match tree:
        case Mapping():
            for name, child in tree.children.items():
                if name == FIELD and isinstance(child, Scalar) and child.text:
                    yield child
                else:
                    yield from _named(child)
        case Sequence():
            for item in tree.items:
                yield from _named(item)
        case _:
            pass


def _read(root: Root, path: str, span: Span, sink: Sink) -> bytes | None:
    if path.startswith(("../", "/")) or path == "..":
        message = f"`{path}` lies outside the repository"
        sink.report(codes.UNREADABLE, span, message, help="name a file of the repository")
        return None
    own = Sink()
    content = read_bytes(root, path, own) if stays_inside(root, path, own) else None
    for found in own.findings():
        message = f"`{path}`: {found.message}"
        remedy = "paths are relative to the file that names them"
        sink.report(codes.UNREADABLE, span, message, help=remedy)
    return content


def jsonnet_files(assets: Files[str, bytes]) -> Iterator[SourceFile]:
    """The files in which findings can point at a line."""
    for path, content in assets.items():
        if path.endswith(_JSONNET):
            yield SourceFile(path, content.decode("utf-8", "replace"))


def _follow(root: Root, path: str, content: bytes, assets: dict[str, bytes]) -> None:
    """Read what a jsonnet file imports, too; a missing one is told when it is evaluated."""
    if not path.endswith(_JSONNET):
        return
    for quoted, plain in _IMPORT.findall(content):
        written = (quoted or plain).decode("utf-8", "replace")
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        if other in assets or other.startswith(("../", "/")):
            continue
        found = read_bytes(root, other, Sink()) if stays_inside(root, other, Sink()) else None
        if found is not None:
            assets[other] = found
            _follow(root, other, found, assets)
