"""Options of commands that look into management clusters: where git and the cluster are.

Every option can also come from the environment: `--stuck-after` from HCPC_SYNC_STUCK_AFTER.
"""

import contextlib
import functools
import os
import re
from collections.abc import Callable, Iterable
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, cast

import click

from hcpc.cli.ending import fail
from hcpc.source.discover import find_repository

F = TypeVar("F", bound=Callable[..., Any])
ENVIRONMENT = {"auto_envvar_prefix": "HCPC_SYNC"}
"""Settings of a command whose options may come from the environment."""

_PACKAGES = ("kubernetes", "prometheus_client", "urllib3")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 366 * 86400
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
FULL_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


_AS_GIVEN = (
    "revision",
    "kubeconfig",
    "context",
    "namespace",
    "concurrency",
    "timeout",
    "guests",
)


class Target(NamedTuple):
    """A management cluster, and its tree in git. `verify` says who has to have signed."""

    source: str
    revision: str
    path: str
    management_cluster: str
    kubeconfig: Path | None
    context: str | None
    namespace: str
    verify: tuple[Literal["ssh", "gpg"], Path] | None
    directory: Path
    concurrency: int
    timeout: float
    guests: bool


class Duration(click.ParamType[float]):
    """`90`, `90s`, `5m`, `2h` or `1d`: seconds."""

    name = "duration"

    def __init__(self, least: float = 0) -> None:
        self._least = least

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The seconds; a usage error for anything else."""
        if isinstance(value, int | float):
            return float(value)
        found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)([smhd]?)", value)
        seconds = float(found[1]) * _UNITS[found[2]] if found else -1.0
        if not self._least <= seconds <= _LONGEST:
            least = f", at least {self._least:g} seconds" if self._least else ""
            self.fail(f"{value!r} is no duration such as 30s, 5m, 2h or 1d{least}", param, ctx)
        return seconds


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TARGET_OPTIONS = (
    click.option(
        "--revision",
        default="main",
        show_default=True,
        metavar="REV",
        help="Branch, tag or full commit that is to be in the cluster.",
    ),
    click.option(
        "--path",
        default="",
        metavar="DIR",
        help="Directory of the rendered tree in the repository.  [default: "
        "rendered/MANAGEMENT-CLUSTER]",
    ),
    click.option(
        "--management-cluster",
        default="",
        metavar="NAME",
        help="Name of the management cluster.  [default: the last step of --path]",
    ),
    click.option(
        "--kubeconfig",
        type=_FILE,
        help="File that says how the cluster is reached.  [default: in a pod its service account, "
        "elsewhere as for kubectl]",
    ),
    click.option("--context", metavar="NAME", help="Context of the kubeconfig."),
    click.option(
        "-n",
        "--namespace",
        default="hcpc-system",
        show_default=True,
        help="Namespace in which the inventory lies.",
    ),
    click.option(
        "--verify-ssh",
        type=_FILE,
        help="Apply only commits signed with an SSH key of this file of allowed signers.",
    ),
    click.option(
        "--verify-gpg",
        type=_FILE,
        help="Apply only commits signed with a GPG key of this file of public keys.",
    ),
    click.option(
        "--directory",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where the copy of the repository is kept.  [default: below the cache directory]",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 64),
        default=8,
        show_default=True,
        help="Most requests to the API server at a time.",
    ),
    click.option(
        "--timeout",
        type=Duration(1),
        default="60s",
        show_default=True,
        help="How long a request may take, with all that is tried again.",
    ),
    click.option(
        "--guests/--no-guests",
        default=True,
        show_default=True,
        help="Whether trees inside hosted clusters are looked after.",
    ),
)


def target_options(function: F) -> F:
    """Everything that says which cluster and which tree, as one `target`.

    The command has an argument `source`.
    """

    @functools.wraps(function)
    def bundled(
        *,
        source: str,
        path: str,
        management_cluster: str,
        verify_ssh: Path | None,
        verify_gpg: Path | None,
        directory: Path | None,
        **others: Any,
    ) -> None:
        named = {name: others.pop(name) for name in _AS_GIVEN}
        path, management_cluster = _tree(path, management_cluster)
        source = _repository(source)
        target = Target(
            source=source,
            path=path,
            management_cluster=management_cluster,
            verify=_verification(verify_ssh, verify_gpg),
            directory=directory or default_directory(source),
            **named,
        )
        function(target=target, **others)

    for option in reversed(_TARGET_OPTIONS):
        bundled = option(bundled)
    return cast("F", bundled)


def _tree(path: str, management_cluster: str) -> tuple[str, str]:
    """The directory of a tree, and whose it is."""
    steps = [step for step in path.split("/") if step not in {"", "."}]
    if path.startswith("/") or ".." in steps:
        raise click.UsageError("--path is a directory in the repository, told from its top")
    name = management_cluster or (steps[-1] if steps else "")
    if not name:
        raise click.UsageError(
            "name the management cluster with --management-cluster, or its tree with --path"
        )
    if not _NAME.fullmatch(name):
        raise click.UsageError(f"{name!r} cannot be the name of a management cluster")
    return "/".join(steps) or f"rendered/{name}", name


def _repository(source: str) -> str:
    """The address as git takes it; of a place in a work tree the top of that."""
    if not source or source.startswith("-") or not source.isprintable():
        raise click.UsageError("SOURCE is the URL of a git repository, or a directory")
    if "://" in source or (":" in source and not Path(source).exists()):
        return source
    if not Path(source).is_dir():
        raise click.UsageError(f"there is no directory {source}, and it is no URL")
    place = Path(source).resolve()
    found = find_repository(place)
    if found is None and not (place / "HEAD").is_file():
        raise click.UsageError(
            f"{place} is in no git repository: what is synced has to be committed"
        )
    return str(found or place)


def _verification(ssh: Path | None, gpg: Path | None) -> tuple[Literal["ssh", "gpg"], Path] | None:
    if ssh is not None and gpg is not None:
        raise click.UsageError("use --verify-ssh or --verify-gpg, not both")
    if ssh is not None:
        return "ssh", ssh
    return ("gpg", gpg) if gpg is not None else None


def default_directory(source: str) -> Path:
    """Where the copy of a repository is kept: below HCPC_CACHE_DIR, or the user's cache."""
    chosen = os.environ.get("HCPC_CACHE_DIR")
    if not chosen:
        base = os.environ.get("XDG_CACHE_HOME")
        chosen = str((Path(base) if base else _home() / ".cache") / "hcpc")
    name = blake2b(os.fsencode(source), digest_size=12).hexdigest()
    return Path(chosen) / "sync" / name


def _home() -> Path:
    """Of the user; a variable that is empty says that there is none."""
    if os.environ.get("HOME") != "":
        with contextlib.suppress(RuntimeError):
            return Path.home()
    raise click.UsageError(
        "there is no home directory: say with HCPC_CACHE_DIR where to keep copies of repositories"
    )


def need_packages(command: str, packages: Iterable[str] = _PACKAGES) -> None:
    """End the run with a sentence when what the extra brings is not installed."""
    if any(find_spec(each) is None for each in packages):
        fail(f"{command} needs more packages: pip install 'hcpc[sync]'")
