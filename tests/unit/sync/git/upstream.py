"""A repository that a sync reads from and writes to, and the clone of somebody who works on it."""

import stat
from collections.abc import Mapping
from pathlib import Path

from tests.git import git
from tests.git_servers import empty_repository

from hcpc.sync.git.repository import Source
from hcpc.sync.git.signatures import Verification

FILES = {"rendered/m/hcpc-index.json": "{}\n", "rendered/m/clusters/a/a.yaml": "a: 1\n"}


class Upstream:
    """Served is what lies below `base`; `bare` is the repository `fleet.git` there."""

    def __init__(self, directory: Path) -> None:
        self.base = directory / "served"
        self.bare = empty_repository(self.base / "fleet.git")
        self.work = directory / "work"
        self.kept = directory / "kept"
        self.work.mkdir()
        git(self.work, "init", "-q", "-b", "main")
        git(self.work, "remote", "add", "origin", str(self.bare))
        self.first = self.push(FILES)

    def push(
        self, files: Mapping[str, str], branch: str = "main", *, message: str = "change"
    ) -> str:
        """Commit files, and push them to a branch whatever is there; the commit."""
        for path, text in files.items():
            (self.work / path).parent.mkdir(parents=True, exist_ok=True)
            (self.work / path).write_text(text, encoding="utf-8")
        git(self.work, "add", "-A")
        git(self.work, "commit", "-q", "--allow-empty", "-m", message)
        git(self.work, "push", "-q", "--force", "origin", f"HEAD:refs/heads/{branch}")
        return git(self.work, "rev-parse", "HEAD")

    def source(
        self,
        url: str = "",
        *,
        revision: str = "main",
        verify: Verification | None = None,
        timeout: float = 60,
    ) -> Source:
        """A source of this repository, by default by its path."""
        return Source(
            url or str(self.bare),
            revision=revision,
            directory=self.kept,
            verify=verify,
            timeout=timeout,
        )

    def hook(self, name: str, script: str) -> None:
        """Let the repository run a script when somebody pushes."""
        program(self.bare / "hooks" / name, script)


def program(path: Path, script: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
