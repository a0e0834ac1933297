"""The status of a management cluster in git, whoever else pushes there."""

import multiprocessing
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.git import git
from tests.git_servers import GitDaemon, HttpGit, empty_repository
from tests.unit.sync.git.test_repository import DAMAGES
from tests.unit.sync.git.upstream import Upstream

from hcpc.sync.errors import StatusError
from hcpc.sync.git import status_ref
from hcpc.sync.git.content import STATUS
from hcpc.sync.git.status_ref import Identity, StatusRef, list_status

FILES = {"clusters/a.yaml": b"a: 1\n", "summary.yaml": b"x: \xff\n"}
REF = "hcpc-status/m"


def ref(upstream: Upstream, url: str = "", name: str = "m") -> StatusRef:
    return StatusRef(upstream.source(url), name)


def other(upstream: Upstream, tmp_path: Path, name: str = "m") -> StatusRef:
    """Of another sync, which has a directory of its own."""
    elsewhere = Upstream.__new__(Upstream)
    elsewhere.bare, elsewhere.kept = upstream.bare, tmp_path / "elsewhere"
    return StatusRef(elsewhere.source(), name)


def write(status: StatusRef, files: Mapping[str, bytes], message: str = "status") -> str | None:
    return status.write(files, message)


def log(upstream: Upstream) -> list[str]:
    return git(upstream.bare, "log", "--format=%s", REF).splitlines()


def test_what_is_written_is_read_by_anyone(upstream: Upstream, tmp_path: Path) -> None:
    assert ref(upstream).read() is None
    commit = write(ref(upstream), FILES)
    assert commit == git(upstream.bare, "rev-parse", REF)
    assert ref(upstream).read() == FILES
    assert other(upstream, tmp_path).read() == FILES
    assert git(upstream.bare, "rev-parse", "main") == upstream.first


def test_a_status_has_exactly_its_files_and_a_history(upstream: Upstream) -> None:
    status = ref(upstream)
    first = write(status, FILES, "one")
    second = write(status, {"summary.yaml": b"y"}, "two")
    assert status.read() == {"summary.yaml": b"y"}
    assert git(upstream.bare, "rev-parse", f"{REF}^") == first
    assert git(upstream.bare, "rev-parse", REF) == second
    assert log(upstream) == ["two", "one"]
    assert write(status, {}) is not None
    assert status.read() == {}


@pytest.mark.parametrize("is_new", [False, True])
def test_the_same_content_is_no_commit(upstream: Upstream, *, is_new: bool) -> None:
    status = ref(upstream)
    write(status, FILES)
    if is_new:
        status = ref(upstream)
    assert write(status, dict(reversed(FILES.items()))) is None
    assert len(log(upstream)) == 1


def test_the_same_content_costs_one_look(upstream: Upstream) -> None:
    with HttpGit(upstream.base) as server:
        status = ref(upstream, f"{server.url}fleet.git")
        write(status, FILES)
        server.requests.clear()
        assert write(status, FILES) is None
        assert len(server.requests) == 2
        server.requests.clear()
        write(status, {"summary.yaml": b"y"})
        assert [each.partition("service=")[2] for each in server.requests] == [
            "git-receive-pack",
            "",
        ]


def test_a_status_of_300_clusters_is_written_in_time(upstream: Upstream) -> None:
    files = {f"clusters/c{number}.yaml": b"a: %d\n" % number * 200 for number in range(300)}
    with HttpGit(upstream.base) as server:
        status = ref(upstream, f"{server.url}fleet.git")
        took = []
        for number in range(4):
            files["clusters/c7.yaml"] = b"%d\n" % number
            begun = time.monotonic()
            write(status, files)
            took.append(time.monotonic() - begun)
        assert status.read() == files
    # About 0.2 s, the first one included; other tests may have the machine for a while.
    assert min(took) < 2


def test_a_branch_that_is_gone_begins_anew(upstream: Upstream) -> None:
    status = ref(upstream)
    for files in (FILES, FILES, {"summary.yaml": b"y"}):
        assert write(status, files) is not None
        assert status.read() == files
        git(upstream.bare, "branch", "-q", "-D", REF)
        git(upstream.bare, "gc", "-q", "--prune=now")
        assert status.read() is None


def test_who_pushed_meanwhile_is_built_upon(upstream: Upstream, tmp_path: Path) -> None:
    mine, yours = ref(upstream), other(upstream, tmp_path)
    write(mine, FILES, "one")
    write(yours, {"a": b"yours"}, "two")
    write(mine, FILES, "three")  # the same as the last that it knew of
    write(yours, {"a": b"yours"}, "four")
    write(mine, {"a": b"mine"}, "five")
    assert mine.read() == yours.read() == {"a": b"mine"}
    assert log(upstream) == ["five", "four", "three", "two", "one"]


def test_a_branch_that_was_moved_by_force_is_built_upon(upstream: Upstream, tmp_path: Path) -> None:
    status = ref(upstream)
    first = write(status, FILES)
    write(status, {"a": b"1"})
    git(upstream.bare, "update-ref", f"refs/heads/{REF}", str(first))
    assert status.read() == FILES
    write(status, {"a": b"2"})
    assert git(upstream.bare, "rev-parse", f"{REF}^") == first
    # To a history that has nothing in common with it.
    upstream.push({}, REF)
    assert write(status, {"a": b"2"}, "mine") is not None
    assert status.read() == other(upstream, tmp_path).read() == {"a": b"2"}
    assert log(upstream) == ["mine", "change", "change"]


def _writes(upstream: Upstream, url: str, directory: Path, name: str) -> None:
    upstream.kept = directory
    status = ref(upstream, url)
    for number in range(6):
        assert status.write({"by": f"{name} {number}".encode()}, f"{name} {number}")


def test_of_two_that_push_at_once_both_get_through(upstream: Upstream, tmp_path: Path) -> None:
    started = multiprocessing.get_context("fork")
    with GitDaemon(upstream.base) as server:
        url = f"{server.url}fleet.git"
        both = [
            started.Process(target=_writes, args=(upstream, url, tmp_path / name, name))
            for name in ("one", "two")
        ]
        for each in both:
            each.start()
        for each in both:
            each.join(60)
    assert [each.exitcode for each in both] == [0, 0]
    for name in ("one", "two"):
        own = [line for line in reversed(log(upstream)) if line.startswith(name)]
        assert own == [f"{name} {number}" for number in range(6)]


def test_a_push_whose_answer_was_lost_is_no_second_commit(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = ref(upstream)
    real = StatusRef._push  # noqa: SLF001  # where a connection would break

    def lost(self: StatusRef, commit: str, expected: str) -> object:
        real(self, commit, expected)
        return status_ref._Refusal("", "connection reset")  # noqa: SLF001  # what it would say

    monkeypatch.setattr(StatusRef, "_push", lost)
    assert write(status, FILES) == git(upstream.bare, "rev-parse", REF)
    assert len(log(upstream)) == 1


def test_a_hook_that_refuses_is_told_in_its_words(upstream: Upstream) -> None:
    status = ref(upstream)
    write(status, FILES)
    upstream.hook("pre-receive", 'echo "\x1b[31mnot today,\x1b[0m ask  the  team" >&2; exit 1')
    with pytest.raises(StatusError) as failure:
        write(status, {"a": b"1"})
    said = str(failure.value)
    assert said.startswith(f"{upstream.bare} refuses the status: [remote rejected] (pre-receive")
    assert said.endswith("not today, ask the team")
    upstream.hook("pre-receive", "exit 0")
    assert write(status, {"a": b"1"}) is not None


def test_a_protected_branch_is_told_at_once(upstream: Upstream) -> None:
    git(upstream.bare, "config", "receive.denyDeletes", "true")
    upstream.hook("update", 'echo "branch $1 is protected" >&2; exit 1')
    upstream.hook("pre-receive", f"echo >> {upstream.base}/tried")
    with pytest.raises(StatusError, match=r"hook declined.*branch refs/heads/.* is protected"):
        write(ref(upstream), FILES)
    assert (upstream.base / "tried").read_text() == "\n"


def test_a_remote_that_is_away_is_an_error(upstream: Upstream) -> None:
    with HttpGit(upstream.base) as server:
        status = ref(upstream, f"{server.url}fleet.git")
        write(status, FILES)
        server.fault = 503
        for files in (FILES, {"a": b"1"}):
            with pytest.raises(StatusError, match="503"):
                write(status, files)
        with pytest.raises(StatusError, match="503"):
            status.read()
        server.fault = 0
        write(status, {"a": b"1"})
        assert status.read() == {"a": b"1"}


@pytest.mark.parametrize("damage", DAMAGES)
def test_in_a_damaged_repository_a_status_is_still_written(
    damage: object, upstream: Upstream
) -> None:
    assert callable(damage)
    status = ref(upstream, f"file://{upstream.bare}")
    write(status, FILES, "one")
    damage(upstream.kept / "repository.git")
    write(status, {"a": b"1"}, "two")
    damage(upstream.kept / "repository.git")
    assert status.read() == {"a": b"1"}
    assert log(upstream) == ["two", "one"]


@pytest.mark.parametrize(
    "path",
    [
        *("", "/a", "a/", "a//b", "../a", "a/../b", ".git/config", "a/.git", ".a", "a b", "-a"),
        *("a\nb", "a\0b", "ä", '"a"', "a\\b", "a:b", "x" * 300),
    ],
)
def test_odd_names_of_files_are_refused(path: str, upstream: Upstream) -> None:
    with pytest.raises(StatusError, match="cannot be the name of a file of a status"):
        write(ref(upstream), {path: b""})
    assert git(upstream.bare, "branch", "--list") == "* main"


def test_a_name_is_no_file_and_directory_at_once(upstream: Upstream) -> None:
    with pytest.raises(StatusError, match="`a` cannot be a file and a directory"):
        write(ref(upstream), {"a": b"", "a-b": b"", "a/b/c": b""})


@pytest.mark.parametrize("name", ["", "A", "a/b", "-a", "a..b", "a.lock", "a b", "a\n", "../main"])
def test_odd_names_of_management_clusters_are_refused(name: str, upstream: Upstream) -> None:
    with pytest.raises(StatusError, match="cannot be the name of a management cluster"):
        ref(upstream, name=name)


def test_what_is_no_plain_file_is_not_read(upstream: Upstream) -> None:
    (upstream.work / "link").symlink_to("/etc/passwd")
    (upstream.work / "äö").mkdir()
    upstream.push({"summary.yaml": "x", "äö/a": "", "a b": "", ".hidden": ""}, REF)
    status = ref(upstream).read()
    assert status is not None
    assert sorted(status) == [
        "rendered/m/clusters/a/a.yaml",
        "rendered/m/hcpc-index.json",
        "summary.yaml",
    ]


def test_a_commit_says_who_wrote_it_in_one_line(upstream: Upstream) -> None:
    identity = Identity("sync of m", "m@example.com")
    ref(upstream).write(FILES, "applied\n abc\x1b[31m\n\nx " + "y" * 300, identity)
    said = git(upstream.bare, "log", "--format=%an <%ae>|%cn <%ce>|%B", REF)
    who, committer, message = said.strip().split("|")
    assert who == committer == "sync of m <m@example.com>"
    assert message.startswith("applied abc [31m x yyy")
    assert len(message) == 200


def test_without_an_identity_it_is_that_of_the_sync(upstream: Upstream) -> None:
    write(ref(upstream), FILES, "")
    said = git(upstream.bare, "log", "--format=%an <%ae>|%s", REF)
    assert said == "hcpc sync <hcpc@localhost>|status"


@pytest.mark.parametrize("identity", [Identity("a\nb"), Identity("a", "<b>"), Identity("")])
def test_an_identity_that_git_cannot_write_is_refused(
    identity: Identity, upstream: Upstream
) -> None:
    with pytest.raises(StatusError, match="cannot be who writes a status"):
        ref(upstream).write(FILES, "x", identity)


def test_commits_are_signed_by_a_key_of_ssh(upstream: Upstream, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    ref(upstream).write(FILES, "x", sign=key)
    signers = tmp_path / "signers"
    signers.write_text(f"m {key.with_suffix('.pub').read_text()}", encoding="utf-8")
    setting = f"gpg.ssh.allowedSignersFile={signers}"
    git(upstream.bare, "-c", setting, "verify-commit", REF)
    with pytest.raises(StatusError, match="cannot sign"):
        ref(upstream).write({"a": b"1"}, "x", sign=tmp_path / "no-key")
    assert ref(upstream).read() == FILES


def test_all_statuses_are_listed(upstream: Upstream, tmp_path: Path) -> None:
    assert list_status(str(upstream.bare), tmp_path / "list") == {}
    for name in ("m", "a.b-c"):
        write(ref(upstream, name=name), {"name": name.encode()})
    upstream.push({}, "hcpc-status/Odd")
    upstream.push({}, "other/refs/heads/hcpc-status/x")
    expected = {"a.b-c": {"name": b"a.b-c"}, "m": {"name": b"m"}}
    url = f"file://{upstream.bare}"
    for place in (url, str(upstream.bare), upstream.work, upstream.work / "rendered"):
        assert list_status(place, tmp_path / "list") == expected
        assert list(list_status(place, tmp_path / "list")) == ["a.b-c", "m"]


def test_only_the_newest_statuses_are_fetched(upstream: Upstream, tmp_path: Path) -> None:
    for number in range(3):
        write(ref(upstream), {"a": b"%d" % number})
    with HttpGit(upstream.base) as server:
        url = f"{server.url}fleet.git"
        assert list_status(url, tmp_path / "list") == {"m": {"a": b"2"}}
        kept = tmp_path / "list" / "repository.git"
        assert git(kept, "rev-list", "--all", "--count") == "1"
        server.requests.clear()
        list_status(url, tmp_path / "list")
        assert len(server.requests) == 2


def test_a_status_that_is_gone_is_not_listed(upstream: Upstream, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(ref(upstream, name=name), FILES)
    list_status(upstream.bare, tmp_path / "list")
    git(upstream.bare, "branch", "-q", "-D", "hcpc-status/a")
    assert list_status(upstream.bare, tmp_path / "list") == {"b": FILES}


def test_statuses_of_two_repositories_do_not_mix(upstream: Upstream, tmp_path: Path) -> None:
    write(ref(upstream), FILES)
    empty = empty_repository(tmp_path / "empty.git")
    assert list_status(upstream.bare, tmp_path / "list") == {"m": FILES}
    assert list_status(empty, tmp_path / "list") == {}


def test_statuses_that_cannot_be_reached_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(StatusError, match="not a git repository"):
        list_status(tmp_path, tmp_path / "list")
    with pytest.raises(StatusError, match=r"127\.0\.0\.1"):
        list_status("git://127.0.0.1:1/x", tmp_path / "list")


def test_what_piles_up_is_packed(upstream: Upstream) -> None:
    status = ref(upstream)
    for number in range(30):
        write(status, {"a": b"%d" % number})
    packs = (upstream.kept / "repository.git").glob("objects/pack/*.pack")
    assert len(list(packs)) < 25


def test_a_status_that_somebody_made_too_large_is_empty_and_written_anew(
    upstream: Upstream,
) -> None:
    status = ref(upstream)
    write(status, FILES)
    upstream.push({"summary.yaml": "x" * (STATUS.one + 1)}, REF)
    assert status.read() == {}
    assert list_status(str(upstream.bare), upstream.kept) == {"m": {}}
    assert write(status, FILES)
    assert status.read() == FILES
