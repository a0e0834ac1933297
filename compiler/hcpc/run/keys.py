"""Keys of the cache: what a unit's result depends on, as one digest.

A result depends on the tool, on the shared files of its directory and above, and on its own text.
"""

import sys
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from pathlib import Path

from hcpc import __version__
from hcpc.source.text import SourceFile


@cache
def tool_key() -> bytes:
    """The tool's own version: its number, its files' times and sizes, and the interpreter."""
    digest = blake2b(digest_size=16)
    digest.update(f"{__version__} {sys.version}".encode())
    package = Path(__file__).parents[1]
    for file in sorted(package.rglob("*.py")):
        status = file.stat()
        digest.update(f"{file.relative_to(package)} {status.st_mtime_ns} {status.st_size}".encode())
    return digest.digest()


class Keys:
    """Makes the keys of a fleet's units."""

    def __init__(self, shared: Iterable[SourceFile]) -> None:
        self._by_directory: dict[str, list[SourceFile]] = {}
        for file in shared:
            self._by_directory.setdefault(_directory(file.path), []).append(file)
        self._scopes: dict[str, bytes] = {}

    def of(self, file: SourceFile) -> str:
        """The key of a unit."""
        digest = blake2b(self._scope(_directory(file.path)), digest_size=16)
        digest.update(_content(file))
        return digest.hexdigest()

    def _scope(self, directory: str) -> bytes:
        """Digest of everything a directory sees."""
        known = self._scopes.get(directory)
        if known is None:
            above = self._scope(_directory(directory)) if directory else tool_key()
            digest = blake2b(above, digest_size=16)
            for file in self._by_directory.get(directory, ()):
                digest.update(_content(file))
            known = self._scopes[directory] = digest.digest()
        return known


def _content(file: SourceFile) -> bytes:
    """Path and text; a path that is not UTF-8 holds surrogates."""
    return f"{file.path}\0{len(file.text)}\0{file.text}".encode("utf-8", "surrogatepass")


def _directory(path: str) -> str:
    return path.rpartition("/")[0]
