"""Where a repository is: its URL, without what only git may know.

A password in a URL reaches git through its environment: lists of processes show arguments to
everyone. Messages show neither it nor the user's name.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import DEVNULL, PIPE
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from hcpc.source.git import OFFLINE, Git, complaint
from hcpc.sync.errors import SourceError
from hcpc.sync.masking import HIDDEN, clean

_SCHEMES = {"file", "git", "http", "https", "ssh", "git+ssh", "ssh+git"}
_ONLINE = {
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",  # `ext::` would run any program
    "GCM_INTERACTIVE": "never",
}
# Git asks it for the password of this server, and for nothing else. The empty one before it keeps
# other helpers from storing that password.
_HELPER = (
    '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" '
    '"$HCPC_GIT_USERNAME" "$HCPC_GIT_PASSWORD"; }; f'
)
# What a clone's own settings may say about reaching its origin.
_REACHING = re.compile(r"(?:http|credential|url)\..*|core\.(?:sshcommand|askpass)", re.DOTALL)
_SCP = re.compile(r"(?:(?P<user>[^/:@]+)@)?(?P<host>[^/:@]+|\[[^/]+\]):(?P<path>.+)")
_USER = re.compile(r"(?<=://)[^/@\s]*@")
_NOISE = re.compile(
    r"hint: |warning: |Please make sure you have the correct access rights$"
    r"|and the repository exists\.$|To \S+$|Done$|error: failed to push some refs to "
)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LONGEST, _SHORTEST = 300, 3


class Remote(NamedTuple):
    """A repository somewhere: the URL that git is given, and how people may see it.

    `settings` of git and the `environment` are how to reach it, and may be secret.
    """

    url: str
    shown: str
    settings: tuple[tuple[str, str], ...] = ()
    environment: Mapping[str, str] = MappingProxyType({})

    def online(self) -> dict[str, str]:
        """The environment of a git that may talk to this repository."""
        base = os.environ.get("GIT_CONFIG_COUNT", "0")
        first = int(base) if base.isdecimal() else 0
        found = OFFLINE | _ONLINE | dict(self.environment)
        for number, (key, value) in enumerate(self.settings, start=first):
            found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return found | {"GIT_CONFIG_COUNT": str(first + len(self.settings))}

    def told(self, errors: bytes) -> str:
        """What git complains about: one line, without anything secret."""
        text = _ESCAPES.sub("", errors.decode("utf-8", "replace"))
        lines = [line.strip() for line in re.split(r"[\r\n]+", text)]
        lines = [line.removeprefix("remote:").strip() for line in lines if line]
        said = [line for line in lines if line and not _NOISE.match(line)] or lines
        return self.cleaned("; ".join(dict.fromkeys(said)))[:_LONGEST] or "git says nothing"

    def cleaned(self, text: str) -> str:
        """A text without anything secret, and without what a terminal would obey."""
        for name in ("HCPC_GIT_PASSWORD", "HCPC_GIT_USERNAME"):
            if len(value := self.environment.get(name, "")) > _SHORTEST:
                text = text.replace(value, HIDDEN)
        host = re.split(r"[/:]", self.shown.rpartition("://")[2], maxsplit=1)[0]
        if host:
            text = re.sub(rf"[^\s'\"/@]+@(?={re.escape(host)}\b)", "", text)
        return clean(_USER.sub("", text))


def remote_of(url: str) -> Remote:
    """The repository at a URL, at `HOST:PATH`, or in a directory. Raises SourceError."""
    if not url or not url.isprintable() or url.startswith("-") or re.match(r"[\w+.-]*::", url):
        raise SourceError("that is no URL of a git repository, and no directory")
    if "://" in url:
        return _with_scheme(url)
    scp = _SCP.fullmatch(url)
    if scp and not Path(url).exists():
        return Remote(url, f"{scp['host']}:{scp['path']}")
    path = str(Path(url).absolute())
    return Remote(path, path)


def _with_scheme(url: str) -> Remote:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme not in _SCHEMES:
        raise SourceError(
            f"the URL of a repository begins with one of {', '.join(sorted(_SCHEMES))}"
        )
    if parts.query or parts.fragment:
        raise SourceError("the URL of a repository has no `?` and no `#`")
    user, _, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=host).geturl()
    name, colon, password = user.partition(":")
    if parts.scheme not in {"http", "https"}:
        if colon:
            raise SourceError(f"{bare}: only URLs of http and https may have a password")
        return Remote(url, bare)
    if not user:
        return Remote(url, bare)
    key = f"credential.{parts.scheme}://{host}"
    if not colon:
        return Remote(bare, bare, ((f"{key}.username", _decoded(name)),))
    known = {"HCPC_GIT_USERNAME": _decoded(name), "HCPC_GIT_PASSWORD": _decoded(password)}
    return Remote(bare, bare, ((f"{key}.helper", ""), (f"{key}.helper", _HELPER)), known)


def _decoded(text: str) -> str:
    decoded = unquote(text)
    if not decoded.isprintable():
        raise SourceError("the user or password in the URL of the repository is no text")
    return decoded


def origin_of(directory: Path) -> Remote:
    """Where a clone comes from, reached as the clone reaches it; else the repository itself.

    Raises SourceError when the directory is in no repository.
    """
    top = _asked(directory, "rev-parse", "--show-toplevel", ends=(0, 128)).removesuffix("\n")
    git_directory = _asked(directory, "rev-parse", "--absolute-git-dir").removesuffix("\n")
    url = _asked(directory, "remote", "get-url", "origin", ends=(0, 2, 128)).removesuffix("\n")
    if not url:
        return remote_of(git_directory)
    local = "://" not in url and not _SCP.fullmatch(url)
    found = remote_of(str(Path(top or git_directory) / url) if local else url)
    return found._replace(settings=(*_own_settings(directory), *found.settings))


def _own_settings(directory: Path) -> Iterator[tuple[str, str]]:
    listed = _asked(directory, "config", "--local", "--includes", "--null", "--list")
    for each in listed.split("\0"):
        key, _, value = each.partition("\n")
        if _REACHING.fullmatch(key):
            yield key, value


def _asked(directory: Path, *arguments: str, ends: tuple[int, ...] = (0,)) -> str:
    """What git says about a clone."""
    git = Git(("-C", str(directory)), SourceError, complaint, "is missing")
    process = git.start(*arguments, takes=DEVNULL, complains=PIPE)
    printed, errors = process.communicate()
    if process.returncode not in ends:
        raise SourceError(f"{directory}: {Remote('', '').told(errors)}")
    return printed.decode("utf-8", "surrogateescape") if process.returncode == 0 else ""
