"""Files below a root, wherever they are kept: on disk here, in git in `revision`.

All paths are below the root, with `/`; the root itself is the empty path. What cannot be read is
an OSError, as the system would raise it. Nothing here follows a link out of the root.
"""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias


class Entry(NamedTuple):
    """A name in a directory, and what it is itself: a link is no directory, wherever it leads."""

    name: str
    is_link: bool
    is_directory: bool


class FileTree(Protocol):
    """Files below a root. Raises OSError for what is not there."""

    def scan(self, directory: str) -> Sequence[Entry]:
        """What lies in a directory, by name."""

    def real(self, path: str) -> str | None:
        """The path without links that a path leads to; None when it leads out of the root."""

    def is_directory(self, path: str) -> bool:
        """Whether a path leads to a directory, through links too."""

    def is_link(self, path: str) -> bool:
        """Whether a path is a link itself."""

    def target(self, path: str) -> str:
        """What a link says."""

    def read(self, path: str) -> bytes:
        """All of a file."""


class WorkTree:
    """Files on disk, below a directory."""

    def __init__(self, root: Path) -> None:
        # Joining texts is several times as fast as joining paths, and there are many files.
        self._root = str(root)
        self._real_root = os.path.realpath(root)

    def scan(self, directory: str) -> Sequence[Entry]:
        """What lies in a directory, by name."""
        with os.scandir(self._place(directory)) as entries:
            found = [
                Entry(each.name, each.is_symlink(), each.is_dir(follow_symlinks=False))
                for each in entries
            ]
        return sorted(found)

    def real(self, path: str) -> str | None:
        """The path without links that a path leads to; None when it leads out of the root."""
        found = os.path.realpath(self._place(path))
        if not is_below(found, self._real_root):
            return None
        return found[len(self._real_root) :].lstrip(os.sep)

    def is_directory(self, path: str) -> bool:
        """Whether a path leads to a directory, through links too."""
        return os.path.isdir(self._place(path))  # noqa: PTH112  # as above

    def is_link(self, path: str) -> bool:
        """Whether a path is a link itself."""
        return os.path.islink(self._place(path))  # noqa: PTH114  # as above

    def target(self, path: str) -> str:
        """What a link says."""
        return os.readlink(self._place(path))  # noqa: PTH115  # as above

    def read(self, path: str) -> bytes:
        """All of a file, without the buffers and questions of a stream: half the system calls."""
        descriptor = os.open(self._place(path), os.O_RDONLY | os.O_CLOEXEC)
        try:
            size = os.fstat(descriptor).st_size
            parts = [os.read(descriptor, size + 1)]
            # Done when it is as long as it said; some files say 0, and some are still written.
            while parts[-1] and len(parts[-1]) != size:
                parts.append(os.read(descriptor, 1 << 16))
            return b"".join(parts)
        finally:
            os.close(descriptor)

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root


Root: TypeAlias = Path | FileTree


def tree_at(root: Root) -> FileTree:
    """The files at a root; a directory on disk if it is a path."""
    return WorkTree(root) if isinstance(root, Path) else root


def is_below(path: str, directory: str) -> bool:
    """Whether a path is a directory, or lies in it; the root's empty path holds all others."""
    return not directory or f"{path}/".startswith(f"{directory.rstrip('/')}/")


def missing(path: str, number: int = errno.ENOENT) -> OSError:
    """What the system raises for a path that is not there, or not what it should be."""
    return OSError(number, os.strerror(number), path)
