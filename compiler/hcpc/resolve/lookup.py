"""A fleet to ask about single clusters, for commands that compile nothing."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.resolve.document import Document, read_documents
from hcpc.resolve.fleet import Fleet, holds_only_clusters, read_fleet
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import read_shared


class UnknownNameError(Exception):
    """Nothing of this name can be asked about; the text says why, or suggests another name."""


class Known(NamedTuple):
    """A fleet and all its documents but the clusters; what is wrong with them is not told."""

    fleet: Fleet
    environment: Environment

    def clusters(self, likely: str = "") -> Iterator[Document]:
        """The document of every cluster; files that hold the likely name come first.

        Parsing is what costs.
        """
        for file in sorted(self.fleet.files, key=lambda file: likely not in file.text):
            for document in read_documents(file, Sink()):
                if document and document.kind == "Cluster":
                    yield document

    def cluster(self, name: str) -> Document:
        """The document of a cluster. Raises UnknownNameError."""
        names: list[str] = []
        for document in self.clusters(name):
            if document.name == name:
                return document
            names.append(document.name)
        raise unknown("cluster", name, names)


def open_fleet(root: Path) -> Known:
    """The fleet at a directory. Raises UnknownNameError when its fleet.yaml is unusable."""
    fleet = read_fleet(root, Sink())
    if fleet is None:
        raise UnknownNameError("fleet.yaml is not usable; run 'hcpc lint'")
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    return Known(fleet, read_shared(fleet, shared_files, Sink()).environment)


def unknown(what: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """The error that says so and suggests a name."""
    near = suggest(name, known)
    hint = f"; did you mean {near}?" if near else ""
    return UnknownNameError(f"there is no {what} {name}{hint}")
