"""Keys of the cache: what a unit's result depends on, as one digest.

A result depends on the tool, on the shared files of its directory and above, on every file that
documents name, on the CRD set of its management cluster, on what stands elsewhere and counts
everywhere, and on its own text.
"""

import sys
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from hcpc import __version__
from hcpc.resolve.scope import Environment
from hcpc.source.text import SourceFile
from hcpc.verify.schema import schema_path


@cache
def tool_key() -> bytes:
    """The tool's own version: its number, its files' times and sizes, and what it builds on."""
    digest = blake2b(digest_size=16)
    digest.update(f"{__version__} {sys.version}".encode())
    for path in _own_files():
        status = path.stat()
        digest.update(f"{path} {status.st_mtime_ns} {status.st_size}".encode())
    return digest.digest()


def _own_files() -> list[Path]:
    """Modules, schemas, and the directory that a new version of any requirement changes."""
    modules = Path(__file__).parents[1].rglob("*.py")
    schemas = schema_path("manifests").glob("*.json")
    installed = find_spec("jsonschema_rs")
    beside = [Path(installed.origin).parents[1]] if installed and installed.origin else []
    return sorted([*modules, *schemas, *beside])


class Keys:
    """Makes the keys of a fleet's units.

    `parts` are texts by paths of shared files of which that part alone counts for units; with an
    empty one it is as if there were no file. `sets` stand for CRD sets, by the directory that uses
    them and those below it.
    """

    def __init__(
        self,
        shared: Iterable[SourceFile],
        assets: Mapping[str, bytes] = MappingProxyType({}),
        everywhere: Iterable[SourceFile] = (),
        parts: Mapping[str, str] = MappingProxyType({}),
        sets: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self._parts = parts
        self._sets = sets
        self._by_directory: dict[str, list[SourceFile]] = {}
        for file in shared:
            self._by_directory.setdefault(_directory(file.path), []).append(file)
        self._scopes: dict[str, bytes] = {}
        self._base = blake2b(tool_key(), digest_size=16)
        for path, content in assets.items():
            self._base.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogatepass"))
            self._base.update(content)
        for file in everywhere:
            self._base.update(_content(file))

    def of(self, file: SourceFile) -> str:
        """The key of a unit."""
        digest = blake2b(self._scope(_directory(file.path)), digest_size=16)
        digest.update(_content(file))
        return digest.hexdigest()

    def of_shared(self, names: Iterable[str] = ()) -> str:
        """The key of what all units share: everything but the units, and what else has a name."""
        digest = self._base.copy()
        for name in names:
            digest.update(f"{name}\0".encode("utf-8", "surrogatepass"))
        for files in self._by_directory.values():
            for file in files:
                digest.update(_content(file))
        for directory in sorted(self._sets):
            digest.update(f"{directory}\0".encode("utf-8", "surrogatepass"))
            digest.update(self._sets[directory])
        return digest.hexdigest()

    def _scope(self, directory: str) -> bytes:
        """Digest of everything a directory sees."""
        known = self._scopes.get(directory)
        if known is None:
            above = self._scope(_directory(directory)) if directory else self._base.digest()
            digest = blake2b(above, digest_size=16)
            digest.update(self._sets.get(directory, b""))
            for file in self._by_directory.get(directory, ()):
                part = self._parts.get(file.path)
                if part is None:
                    digest.update(_content(file))
                elif part:
                    digest.update(_content(SourceFile(file.path, part)))
            known = self._scopes[directory] = digest.digest()
        return known


def set_digests(environment: Environment) -> dict[str, bytes]:
    """What `Keys` is given for CRD sets.

    Restores lead to other management clusters, whose sets then count everywhere.
    """
    sets = environment.crd_sets
    known = {
        name: blake2b(f"{name}\0".encode() + content, digest_size=16).digest()
        for name, content in sets.contents.items()
    }
    everything = blake2b(b"".join(known[name] for name in sorted(known)), digest_size=16).digest()
    if sets.against:
        return {"": everything}
    found = {
        document.directory: known.get(sets.name_for(management), b"")
        for document in environment.documents
        if document.kind == "ManagementCluster"
        and (management := environment.scope(document.directory).management_cluster)
    }
    if known and environment.counting_everywhere():
        found[""] = found.get("", b"") + everything
    return found


def _content(file: SourceFile) -> bytes:
    """Path and text; a path that is not UTF-8 holds surrogates."""
    return f"{file.path}\0{len(file.text)}\0{file.text}".encode("utf-8", "surrogatepass")


def _directory(path: str) -> str:
    return path.rpartition("/")[0]
