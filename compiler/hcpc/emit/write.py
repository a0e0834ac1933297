"""The only place that writes: each file complete or not at all, then removals, then the indexes.

Files are written beside their place and renamed. A tree that is wholly new is written beside and
moved in at once, which is also many times faster.
"""

import contextlib
import os
from pathlib import Path

from hcpc.emit.bundle import Files
from hcpc.emit.plan import WritePlan, is_index


def execute(output: Path, plan: WritePlan) -> None:
    """Make the tree what the plan says. Raises OSError; what was written before stays."""
    if plan.write and not output.exists():
        _write_fresh(output, plan.write)
        return
    indexes = {path: text for path, text in plan.write.items() if is_index(path)}
    for path, text in plan.write.items():
        if path not in indexes:
            _write_one(output / path, text)
    # Whatever stops us on the way, an index still lists all that the next run has to clear away.
    for path in sorted(plan.remove, key=is_index):
        (output / path).unlink(missing_ok=True)
    for path, text in indexes.items():
        _write_one(output / path, text)
    _prune_empty(output, plan.remove)


def _write_fresh(output: Path, files: Files) -> None:
    from shutil import rmtree  # noqa: PLC0415  # slow to import, and rarely needed
    from tempfile import mkdtemp  # noqa: PLC0415  # as above

    output.parent.mkdir(parents=True, exist_ok=True)
    around = mkdtemp(suffix=".new", prefix=f".{output.name}.", dir=output.parent)
    # Only its owner sees into `around`; what lies in it is as visible as any new directory.
    beside = Path(around) / output.name
    try:
        made: set[str] = set()
        for path, text in files.items():
            directory = os.path.dirname(path)  # noqa: PTH120  # str paths are 5x faster here
            target = os.path.join(beside, path)  # noqa: PTH118  # as above
            if directory not in made:
                os.makedirs(os.path.join(beside, directory), exist_ok=True)  # noqa: PTH103,PTH118
                made.add(directory)
            _write_new(target, text)
        beside.rename(output)
    finally:
        rmtree(around, ignore_errors=True)


def _write_one(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        _write_new(str(beside), text)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _write_new(path: str, text: str) -> None:
    """A file that was not there before, without the buffers and questions of a stream.

    Never through a link that somebody put there, nor into a file that others hold open.
    """
    content = memoryview(text.encode())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    finally:
        os.close(descriptor)


def _prune_empty(output: Path, removed: tuple[str, ...]) -> None:
    """Directories that our removals left empty go too; the output directory stays."""
    for directory in sorted({(output / path).parent for path in removed}, reverse=True):
        current = directory
        while current != output and output in current.parents:
            with contextlib.suppress(FileNotFoundError):
                if any(current.iterdir()):
                    break
                current.rmdir()
            current = current.parent
