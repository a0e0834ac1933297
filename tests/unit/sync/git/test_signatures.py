"""Who may decide what is applied: real keys of SSH and GPG, right and wrong ones."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.git import git
from tests.unit.sync.git.upstream import FILES, Upstream, program

from hcpc.sync.errors import SourceError
from hcpc.sync.git.signatures import Verification

TREE = {"clusters/a/a.yaml": b"a: 1\n", "hcpc-index.json": b"{}\n"}
ALICE, BOB = "Alice <alice@example.com>", "Bob <bob@example.com>"


class Ssh:
    """Keys by name, and the file of those who may sign."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir()
        self.signers = directory / "signers"

    def key(self, name: str) -> Path:
        """The private key of somebody."""
        key = self._directory / name
        if not key.exists():
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)]
            subprocess.run(command, check=True)
        return key

    def allow(self, *names: str, options: str = "") -> Verification:
        """These may sign, and nobody else."""
        lines = [
            f"{name}@example.com {options} {self.key(name).with_suffix('.pub').read_text()}"
            for name in names
        ]
        self.signers.write_text("".join(lines), encoding="utf-8")
        return Verification("ssh", self.signers)

    def sign(self, upstream: Upstream, name: str) -> str:
        """A commit signed by somebody, pushed."""
        settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={self.key(name)}")
        return amended(upstream, *settings, "commit", "-S")


class Gpg:
    """Keys by user id, in a home that is thrown away."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / "allowed"

    def run(self, *arguments: str, takes: str = "") -> str:
        """What a command of gpg prints."""
        options = ("--batch", "--yes", "--pinentry-mode=loopback", "--passphrase=")
        command = ["gpg", "--homedir", str(self.home), "--quiet", *options, *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True, input=takes)
        return done.stdout

    def key(self, user: str, *until: str) -> None:
        """A new key of somebody."""
        self.run("--quick-generate-key", user, "ed25519", "sign", *until)

    def allow(self, *users: str) -> Verification:
        """These may sign, and nobody else."""
        self.file.write_text(self.run("--export", "--armor", *users), encoding="utf-8")
        return Verification("gpg", self.file)

    def sign(self, upstream: Upstream, user: str) -> str:
        """A commit signed by somebody, pushed."""
        wrapped = program(self.home / "wrapped", f'exec gpg --homedir {self.home} "$@"')
        settings = ("-c", f"gpg.program={wrapped}", "-c", f"user.signingKey={user}")
        return amended(upstream, *settings, "commit", "-S")


def amended(upstream: Upstream, *command: str) -> str:
    git(upstream.work, *command, "-q", "--amend", "--no-edit")
    git(upstream.work, "push", "-q", "--force", "origin", "HEAD:main")
    return git(upstream.work, "rev-parse", "HEAD")


def why(upstream: Upstream, verify: Verification) -> str:
    """Why nothing is applied; nor is it when somebody asks again."""
    source = upstream.source(verify=verify)
    for _ in range(2):
        with pytest.raises(SourceError) as failure:
            source.fetch()
        assert source.signer == ""
    return str(failure.value)


@pytest.fixture
def ssh(tmp_path: Path) -> Ssh:
    return Ssh(tmp_path / "ssh")


@pytest.fixture
def gpg() -> Iterator[Gpg]:
    # The path of its agent's socket must be short.
    home = Path(mkdtemp(prefix="g-", dir="/tmp"))
    yield Gpg(home)
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)
    shutil.rmtree(home, ignore_errors=True)


def test_a_commit_of_an_allowed_signer_is_read(upstream: Upstream, ssh: Ssh) -> None:
    commit = ssh.sign(upstream, "alice")
    source = upstream.source(verify=ssh.allow("bob", "alice"))
    assert source.fetch() == commit
    assert source.signer == "alice@example.com"
    assert source.files(commit, "rendered/m") == TREE


def test_a_commit_that_nobody_signed_is_refused(upstream: Upstream, ssh: Ssh, gpg: Gpg) -> None:
    gpg.key(ALICE)
    for verify in (ssh.allow("alice"), gpg.allow(ALICE)):
        said = why(upstream, verify)
        assert said == (
            f"commit {upstream.first[:9]} is not to be trusted, nothing is applied: "
            "it is not signed"
        )


def test_a_commit_signed_by_somebody_else_is_refused(upstream: Upstream, ssh: Ssh) -> None:
    ssh.sign(upstream, "mallory")
    said = why(upstream, ssh.allow("alice"))
    assert f"{ssh.signers} does not have its key SHA256:" in said


def test_a_signer_who_is_no_longer_allowed_is_refused(upstream: Upstream, ssh: Ssh) -> None:
    ssh.sign(upstream, "alice")
    source = upstream.source(verify=ssh.allow("alice"))
    source.fetch()
    ssh.allow("bob")
    with pytest.raises(SourceError, match="does not have its key"):
        source.fetch()
    assert source.signer == ""


@pytest.mark.parametrize(
    ("options", "is_fine"),
    [
        ('valid-before="20250101"', False),  # commits of tests are of 2026
        ('valid-after="20270101"', False),
        ('valid-after="20250101",valid-before="20270101"', True),
        ('namespaces="file"', False),
        ('namespaces="git"', True),
    ],
)
def test_a_key_counts_in_its_time_and_for_its_purpose(
    options: str, upstream: Upstream, ssh: Ssh, *, is_fine: bool
) -> None:
    commit = ssh.sign(upstream, "alice")
    verify = ssh.allow("alice", options=options)
    if is_fine:
        assert upstream.source(verify=verify).fetch() == commit
    else:
        assert "is not to be trusted" in why(upstream, verify)


def test_a_signature_of_another_commit_is_refused(upstream: Upstream, ssh: Ssh) -> None:
    signed = ssh.sign(upstream, "alice")
    content = git(upstream.work, "cat-file", "commit", signed) + "\n"
    other = subprocess.run(
        ["git", "-C", upstream.work, "hash-object", "-t", "commit", "-w", "--stdin"],
        input=content.replace("\nchange", "\nother change"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    git(upstream.work, "push", "-q", "--force", "origin", f"{other}:refs/heads/main")
    assert f"commit {other[:9]} is not to be trusted" in why(upstream, ssh.allow("alice"))


def test_a_commit_above_a_signed_one_is_refused(upstream: Upstream, ssh: Ssh) -> None:
    ssh.sign(upstream, "alice")
    newer = upstream.push({"x": "1"})
    assert f"commit {newer[:9]}" in why(upstream, ssh.allow("alice"))


def test_settings_of_the_user_do_not_allow_more(
    upstream: Upstream, ssh: Ssh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh.sign(upstream, "mallory")
    ssh.allow("mallory")
    own = tmp_path / "own"
    yes = program(tmp_path / "yes", "echo 'Good \"git\" signature for a with b key SHA256:c'")
    own.write_text(
        f"[gpg]\nminTrustLevel = undefined\nprogram = {yes}\n"
        f'[gpg "ssh"]\nallowedSignersFile = {ssh.signers}\nprogram = {yes}\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    allowed = tmp_path / "allowed"
    shutil.copy(ssh.signers, allowed)
    ssh.signers = allowed
    verify = ssh.allow("alice")
    assert "does not have its key" in why(upstream, verify)


def test_one_kind_of_key_does_not_stand_for_the_other(
    upstream: Upstream, ssh: Ssh, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpg.key(ALICE)
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))  # where her key is known
    gpg.sign(upstream, ALICE)
    assert "is not to be trusted" in why(upstream, ssh.allow("alice"))
    ssh.sign(upstream, "alice")
    assert "is not to be trusted" in why(upstream, gpg.allow(ALICE))


def test_a_commit_signed_by_an_allowed_key_of_gpg_is_read(upstream: Upstream, gpg: Gpg) -> None:
    gpg.key(ALICE)
    commit = gpg.sign(upstream, ALICE)
    source = upstream.source(verify=gpg.allow(ALICE))
    assert source.fetch() == commit
    assert source.signer == ALICE
    assert source.files(commit, "rendered/m") == TREE


def test_a_commit_signed_by_another_key_of_gpg_is_refused(
    upstream: Upstream, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpg.key(ALICE)
    gpg.key(BOB)
    gpg.sign(upstream, BOB)
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))  # where his key is known
    said = why(upstream, gpg.allow(ALICE))
    assert said.endswith(f"the key of its signature is not in {gpg.file}")


def test_a_key_of_gpg_that_expired_is_refused(upstream: Upstream, gpg: Gpg) -> None:
    gpg.key(ALICE, "seconds=2")
    gpg.sign(upstream, ALICE)
    verify = gpg.allow(ALICE)
    time.sleep(3)
    assert why(upstream, verify).endswith("the key of its signature has expired")


def test_a_key_of_gpg_that_was_revoked_is_refused(upstream: Upstream, gpg: Gpg) -> None:
    gpg.key(ALICE)
    gpg.sign(upstream, ALICE)
    fingerprint = gpg.run("--list-keys", "--with-colons", ALICE).partition("\nfpr:")[2]
    fingerprint = fingerprint.strip(":").partition(":")[0]
    revocation = gpg.home / "openpgp-revocs.d" / f"{fingerprint}.rev"
    gpg.run("--import", takes=revocation.read_text().replace("\n:-----", "\n-----"))
    assert why(upstream, gpg.allow(ALICE)).endswith("the key of its signature was revoked")


@pytest.mark.parametrize("kind", ["ssh", "gpg"])
def test_without_the_file_of_signers_nothing_is_read(
    kind: str, upstream: Upstream, tmp_path: Path
) -> None:
    verify = Verification("ssh" if kind == "ssh" else "gpg", tmp_path / "nowhere")
    assert why(upstream, verify) == (
        f"{tmp_path / 'nowhere'} is not there; it says who may sign what is applied"
    )


def test_a_file_without_keys_allows_nobody(upstream: Upstream, ssh: Ssh, tmp_path: Path) -> None:
    ssh.sign(upstream, "alice")
    empty = tmp_path / "empty"
    empty.touch()
    assert "is not to be trusted" in why(upstream, Verification("ssh", empty))
    empty.write_text("what is this\n", encoding="utf-8")
    assert "is not to be trusted" in why(upstream, Verification("ssh", empty))
    assert "holds no public keys that gpg can read" in why(upstream, Verification("gpg", empty))


def test_a_tag_leads_to_a_commit_that_is_verified(upstream: Upstream, ssh: Ssh) -> None:
    commit = ssh.sign(upstream, "alice")
    git(upstream.work, "tag", "-a", "-m", "one", "v1")
    git(upstream.work, "push", "-q", "origin", "v1")
    source = upstream.source(revision="v1", verify=ssh.allow("alice"))
    assert source.fetch() == commit
    unsigned = upstream.push(FILES | {"x": "1"})
    with pytest.raises(SourceError, match="it is not signed"):
        upstream.source(revision=unsigned, verify=ssh.allow("alice")).fetch()
