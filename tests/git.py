"""Real repositories for tests: the same commits each time, whatever the user's settings are."""

import os
import subprocess
from pathlib import Path

_WHEN = "2026-01-01T00:00:00+00:00"
_OWN = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(root: Path, *arguments: str, when: str = _WHEN) -> str:
    """What a command prints, without its last line end; commits are made at `when`."""
    command = ["git", "-C", str(root), "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ | _OWN | _dated(when)
    )
    return done.stdout.removesuffix("\n")


def _dated(when: str) -> dict[str, str]:
    return {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}


def commit(root: Path, branch: str = "main") -> str:
    """Commit everything below a directory, in a new repository if it is in none; the commit."""
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", branch)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "change")
    return git(root, "rev-parse", "HEAD")
