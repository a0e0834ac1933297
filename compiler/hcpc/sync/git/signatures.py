"""Whether a commit is signed by somebody who may decide what is applied.

Git itself verifies. It sees no setting but ours: no other key than those of the file counts, and no
other program is asked.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from hcpc.sync.errors import SourceError
from hcpc.sync.git.bare import ANY, Bare, Ended

_ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_CONFIG_COUNT": "0",
}
_NOBODY = "false"  # a program that never says yes
_SSH_GOOD = re.compile(
    r'^Good "git" signature for (.+) with \S+ key (?:SHA256:)?\S+$', re.MULTILINE
)
_SSH_KEY = re.compile(r"key (SHA256:\S+)")
_GPG = re.compile(r"^\[GNUPG:\] (\w+) ?(.*)$", re.MULTILINE)
_GPG_FAULTS = {
    "BADSIG": "its signature is not of what it says",
    "REVKEYSIG": "the key of its signature was revoked",
    "EXPKEYSIG": "the key of its signature has expired",
    "EXPSIG": "its signature has expired",
    "NO_PUBKEY": "the key of its signature is not in {file}",
    "ERRSIG": "its signature cannot be checked",
}
_GPG_SETTINGS = "trust-model always\nno-auto-key-retrieve\nno-auto-key-import\nno-autostart\n"


class Verification(NamedTuple):
    """Who may sign: those in an allowed signers file of SSH, or in a file of public keys of GPG."""

    kind: Literal["ssh", "gpg"]
    file: Path


def signer_of(bare: Bare, commit: str, verification: Verification) -> str:
    """Who signed a commit. A SourceError when that is nobody, or nobody who may."""
    file = verification.file
    if not file.is_file():
        raise SourceError(f"{file} is not there; it says who may sign what is applied")
    match verification.kind:
        case "ssh":
            return _ssh_signer(bare, commit, file)
        case "gpg":
            return _gpg_signer(bare, commit, file)


def _ssh_signer(bare: Bare, commit: str, file: Path) -> str:
    settings = {
        "gpg.ssh.allowedSignersFile": str(file.absolute()),
        "gpg.ssh.program": "ssh-keygen",
        "gpg.program": _NOBODY,
        "gpg.x509.program": _NOBODY,
    }
    ended = _verify(bare, commit, settings)
    said = ended.complained.decode("utf-8", "replace")
    good = _SSH_GOOD.findall(said)
    if ended.code == 0 and len(good) == 1:
        return bare.remote.cleaned(good[0])
    if not said.strip():
        raise _refused(commit, "it is not signed")
    if key := _SSH_KEY.search(said):
        raise _refused(commit, f"{file} does not have its key {key[1]}, or not for that day")
    raise _refused(commit, bare.remote.told(ended.complained))


def _gpg_signer(bare: Bare, commit: str, file: Path) -> str:
    settings = {"gpg.program": "gpg", "gpg.ssh.program": _NOBODY, "gpg.x509.program": _NOBODY}
    with _keyring(file) as home:
        ended = _verify(bare, commit, settings, {"GNUPGHOME": home})
    said = ended.complained.decode("utf-8", "replace")
    statuses = dict(_GPG.findall(said))
    for status, fault in _GPG_FAULTS.items():
        if status in statuses:
            raise _refused(commit, fault.format(file=file))
    if ended.code == 0 and {"GOODSIG", "VALIDSIG"} <= statuses.keys():
        return bare.remote.cleaned(statuses["GOODSIG"].partition(" ")[2])
    if not said.strip():
        raise _refused(commit, "it is not signed")
    raise _refused(commit, bare.remote.told(ended.complained))


def _verify(
    bare: Bare,
    commit: str,
    settings: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
) -> Ended:
    words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    trust = ("-c", "gpg.minTrustLevel=fully")
    return bare.run(
        *words,
        *trust,
        "verify-commit",
        "--raw",
        commit,
        ends=ANY,
        environment={**_ALONE, **(environment or {})},
    )


def _refused(commit: str, fault: str) -> SourceError:
    return SourceError(f"commit {commit[:9]} is not to be trusted, nothing is applied: {fault}")


@contextmanager
def _keyring(file: Path) -> Iterator[str]:
    """A home of GPG that knows the keys of a file and nothing else."""
    with TemporaryDirectory(prefix="hcpc-", ignore_cleanup_errors=True) as home:
        (Path(home) / "gpg.conf").write_text(_GPG_SETTINGS, encoding="utf-8")
        command = ["gpg", "--homedir", home, "--batch", "--quiet", "--import", str(file.absolute())]
        try:
            process = Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE)  # noqa: S603
            _, errors = process.communicate(timeout=60)
        except FileNotFoundError:
            raise SourceError("gpg is not installed, or not in PATH") from None
        except TimeoutExpired:
            process.kill()
            raise SourceError(f"gpg did not read {file} within 60 s") from None
        if process.returncode != 0:
            said = errors.decode("utf-8", "replace").strip().partition("\n")[0]
            raise SourceError(f"{file} holds no public keys that gpg can read: {said}")
        yield home
