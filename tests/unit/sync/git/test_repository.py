"""What a revision is now, whatever happens to the repository, the network and our copy of it."""

import multiprocessing
import os
import random
import shutil
import subprocess
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from tests.git import git
from tests.git_servers import GitDaemon, HttpGit, SilentServer, empty_repository
from tests.unit.sync.git.upstream import FILES, Upstream, program

from hcpc.sync.errors import SourceError
from hcpc.sync.git import content, repository
from hcpc.sync.git.content import TREE as TREE_BOUNDS
from hcpc.sync.git.repository import Source
from hcpc.sync.git.status_ref import StatusRef
from hcpc.sync.records import Commit

TREE = {"clusters/a/a.yaml": b"a: 1\n", "hcpc-index.json": b"{}\n"}


def why(source: Source) -> str:
    with pytest.raises(SourceError) as failure:
        source.fetch()
    return str(failure.value)


def packs(source: Source) -> set[Path]:
    return set(source.bare.path.glob("objects/pack/*.pack"))


def test_the_files_of_a_branch_are_those_of_its_newest_commit(upstream: Upstream) -> None:
    source = upstream.source()
    assert source.fetch() == upstream.first
    assert source.files(upstream.first, "rendered/m") == TREE
    assert list(source.files(upstream.first, "rendered/m")) == list(TREE)
    newest = upstream.push({"rendered/m/hcpc-index.json": "{new}\n"})
    assert source.fetch() == newest
    assert source.files(newest, "rendered/m")["hcpc-index.json"] == b"{new}\n"


def test_only_the_newest_commit_is_fetched(upstream: Upstream) -> None:
    for each in range(3):
        upstream.push({"x": str(each)})
    source = upstream.source(f"file://{upstream.bare}")
    source.fetch()
    assert git(source.bare.path, "rev-list", "--all", "--count") == "1"


def test_it_is_fetched_from_the_daemon_of_git(upstream: Upstream) -> None:
    with GitDaemon(upstream.base) as server:
        source = upstream.source(f"{server.url}fleet.git")
        assert source.files(source.fetch(), "rendered/m") == TREE


def test_an_unchanged_remote_costs_one_look(upstream: Upstream) -> None:
    with HttpGit(upstream.base) as server:
        source = upstream.source(f"{server.url}fleet.git")
        source.fetch()
        server.requests.clear()
        assert source.fetch() == upstream.first
        assert server.requests == [
            "GET /fleet.git/info/refs?service=git-upload-pack",
            "POST /fleet.git/git-upload-pack",  # the names of refs; nothing is fetched
        ]


def test_a_fetch_brings_only_what_is_new(upstream: Upstream) -> None:
    upstream.push({"rendered/m/large.yaml": os.urandom(300_000).hex()})
    source = upstream.source(f"file://{upstream.bare}")
    source.fetch()
    before = packs(source)
    upstream.push({"rendered/m/hcpc-index.json": "{new}\n"})
    source.fetch()
    assert sum(pack.stat().st_size for pack in packs(source) - before) < 10_000


def test_a_process_that_starts_anew_uses_what_the_last_one_fetched(upstream: Upstream) -> None:
    with HttpGit(upstream.base) as server:
        url = f"{server.url}fleet.git"
        upstream.source(url).fetch()
        server.requests.clear()
        assert upstream.source(url).fetch() == upstream.first
        assert len(server.requests) == 2


def test_a_branch_that_was_moved_by_force_is_followed(upstream: Upstream) -> None:
    source = upstream.source()
    source.fetch()
    upstream.push({"x": "1"})
    source.fetch()
    git(upstream.work, "reset", "-q", "--hard", upstream.first)
    moved = upstream.push({"x": "2"})
    assert source.fetch() == moved
    git(upstream.work, "push", "-q", "--force", "origin", f"{upstream.first}:refs/heads/main")
    assert source.fetch() == upstream.first
    assert source.files(upstream.first, "rendered/m") == TREE


def test_a_history_that_was_rewritten_and_swept_is_followed(upstream: Upstream) -> None:
    source = upstream.source()
    source.fetch()
    git(upstream.work, "checkout", "-q", "--orphan", "other")
    rewritten = upstream.push({"rendered/m/hcpc-index.json": "{other}\n"})
    git(upstream.bare, "reflog", "expire", "--expire=now", "--all")
    git(upstream.bare, "gc", "-q", "--prune=now")
    assert source.fetch() == rewritten
    assert source.files(rewritten, "rendered/m")["hcpc-index.json"] == b"{other}\n"


def test_a_repository_that_took_the_place_of_another_is_read(upstream: Upstream) -> None:
    source = upstream.source()
    source.fetch()
    shutil.rmtree(upstream.bare)
    empty_repository(upstream.bare)
    shutil.rmtree(upstream.work / ".git")
    git(upstream.work, "init", "-q", "-b", "main")
    git(upstream.work, "remote", "add", "origin", str(upstream.bare))
    other = upstream.push({"rendered/m/hcpc-index.json": "{other}\n"})
    assert source.fetch() == other
    assert source.files(other, "rendered/m")["hcpc-index.json"] == b"{other}\n"


def test_a_repository_with_ids_of_another_length_is_read(upstream: Upstream) -> None:
    source = upstream.source()
    source.fetch()
    shutil.rmtree(upstream.bare)
    empty_repository(upstream.bare, "--object-format=sha256")
    shutil.rmtree(upstream.work / ".git")
    git(upstream.work, "init", "-q", "-b", "main", "--object-format=sha256")
    git(upstream.work, "remote", "add", "origin", str(upstream.bare))
    other = upstream.push(FILES)
    assert len(other) == 64
    assert source.fetch() == other
    assert source.files(other, "rendered/m") == TREE


def test_a_branch_that_is_gone_is_no_old_answer(upstream: Upstream) -> None:
    upstream.push(FILES, "other")
    source = upstream.source(revision="other")
    source.fetch()
    git(upstream.bare, "branch", "-q", "-D", "other")
    said = f"{upstream.bare} has no branch or tag `other`; name another with --revision"
    assert why(source) == said


def test_an_empty_repository_has_no_branch(upstream: Upstream) -> None:
    empty_repository(upstream.base / "empty.git")
    source = upstream.source(str(upstream.base / "empty.git"))
    assert "has no branch or tag `main`" in why(source)


@pytest.mark.parametrize("kind", ["-a", "--no-sign"])
def test_a_tag_leads_to_its_commit(kind: str, upstream: Upstream) -> None:
    options = ("-a", "-m", "one") if kind == "-a" else ()
    git(upstream.work, "tag", *options, "v1")
    git(upstream.work, "push", "-q", "origin", "v1")
    upstream.push({"x": "1"})
    with HttpGit(upstream.base) as server:
        source = upstream.source(f"{server.url}fleet.git", revision="v1")
        assert source.fetch() == upstream.first
        server.requests.clear()
        assert source.fetch() == upstream.first
        assert len(server.requests) == 2


def test_a_tag_that_moves_is_followed(upstream: Upstream) -> None:
    git(upstream.work, "tag", "v1")
    git(upstream.work, "push", "-q", "origin", "v1")
    source = upstream.source(revision="refs/tags/v1")
    source.fetch()
    newer = upstream.push({"x": "1"})
    git(upstream.work, "tag", "-f", "v1")
    git(upstream.work, "push", "-q", "--force", "origin", "v1")
    assert source.fetch() == newer


def test_a_tag_of_no_commit_is_refused(upstream: Upstream) -> None:
    git(upstream.work, "tag", "tree", "HEAD^{tree}")
    git(upstream.work, "push", "-q", "origin", "tree")
    assert why(upstream.source(revision="tree")).endswith("`tree` leads to no commit")


def test_a_name_of_both_a_branch_and_a_tag_is_refused(upstream: Upstream) -> None:
    git(upstream.work, "tag", "v1")
    git(upstream.work, "push", "-q", "origin", "refs/tags/v1")
    newer = upstream.push({"x": "1"}, "v1")
    assert "say `refs/heads/v1` or `refs/tags/v1`" in why(upstream.source(revision="v1"))
    assert upstream.source(revision="refs/heads/v1").fetch() == newer
    assert upstream.source(revision="refs/tags/v1").fetch() == upstream.first


def test_a_commit_named_in_full_stays_what_it_is(upstream: Upstream) -> None:
    upstream.push({"x": "1"})
    with GitDaemon(upstream.base) as server:
        source = upstream.source(f"{server.url}fleet.git", revision=upstream.first)
        assert source.fetch() == upstream.first
        assert source.files(upstream.first, "rendered/m") == TREE
    assert source.fetch() == upstream.first  # what it holds cannot have changed


def test_a_commit_that_nobody_has_is_an_error(upstream: Upstream) -> None:
    assert "f" * 40 in why(upstream.source(revision="f" * 40))


def test_a_part_of_a_commits_id_is_no_revision(upstream: Upstream) -> None:
    source = upstream.source(revision=upstream.first[:9])
    assert why(source).endswith("; a commit is named in full")


def test_the_head_of_the_remote_is_a_revision(upstream: Upstream) -> None:
    assert upstream.source(revision="HEAD").fetch() == upstream.first


@pytest.mark.parametrize(
    "revision",
    ["", "-x", "--upload-pack=x", "a b", "a..b", "a:b", "a^{}", "a~1", "x*", "a\nb", "a@{1}", "/a"],
)
def test_other_words_are_no_revision(revision: str, upstream: Upstream) -> None:
    with pytest.raises(SourceError, match="cannot be the name of"):
        upstream.source(revision=revision)


def test_a_remote_that_is_away_is_an_error_and_no_old_answer(upstream: Upstream) -> None:
    with GitDaemon(upstream.base) as server:
        source = upstream.source(f"{server.url}fleet.git")
        source.fetch()
        url = server.url
    assert why(source).startswith(f"{url}fleet.git: ")
    with GitDaemon(upstream.base) as server:
        assert upstream.source(f"{server.url}fleet.git").fetch() == upstream.first


@pytest.mark.parametrize("fault", [500, 503])
def test_a_server_in_trouble_is_an_error_until_it_is_well(fault: int, upstream: Upstream) -> None:
    with HttpGit(upstream.base) as server:
        source = upstream.source(f"{server.url}fleet.git")
        server.fault = fault
        assert str(fault) in why(source)
        server.fault = 0
        assert source.fetch() == upstream.first


def test_a_repository_that_is_not_there_is_an_error(upstream: Upstream) -> None:
    url = str(upstream.base / "other.git")
    assert why(upstream.source(url)).startswith(f"{url}: ")


@pytest.mark.parametrize("scheme", ["git", "http"])
def test_a_remote_that_hangs_is_left_after_a_while(scheme: str, upstream: Upstream) -> None:
    with SilentServer() as server:
        url = f"{scheme}://127.0.0.1:{server.port}/fleet.git"
        begun = time.monotonic()
        said = why(upstream.source(url, timeout=0.5))
    assert said == f"{url}: git did not end within 0.5 s"
    assert time.monotonic() - begun < 20


def test_what_a_fetch_left_that_was_killed_is_swept(upstream: Upstream) -> None:
    source = upstream.source()
    source.fetch()
    left = source.bare.path / "objects" / "pack" / "tmp_pack_x"
    left.write_bytes(b"x" * 1000)
    upstream.push({"x": "1"})
    source.fetch()
    assert not left.exists()


def damage_head(path: Path) -> None:
    (path / "HEAD").write_text("x\n", encoding="utf-8")


def damage_settings(path: Path) -> None:
    (path / "config").write_text("[core\n", encoding="utf-8")


def remove_settings(path: Path) -> None:
    (path / "config").unlink(missing_ok=True)


def damage_packs(path: Path) -> None:
    for pack in path.glob("objects/pack/*.pack"):
        pack.chmod(0o600)
        content = bytearray(pack.read_bytes())
        content[len(content) // 2] ^= 0xFF
        pack.write_bytes(content)


def remove_packs(path: Path) -> None:
    shutil.rmtree(path / "objects" / "pack")


def empty_packs(path: Path) -> None:
    for pack in path.glob("objects/pack/*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"")


def damage_refs(path: Path) -> None:
    shutil.rmtree(path / "refs" / "hcpc")
    (path / "refs" / "hcpc").write_text("x", encoding="utf-8")


def lock_what_is_shallow(path: Path) -> None:
    (path / "shallow.lock").touch()


DAMAGES = [
    damage_head,
    damage_settings,
    remove_settings,
    damage_packs,
    remove_packs,
    empty_packs,
    damage_refs,
    lock_what_is_shallow,
    shutil.rmtree,
]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("is_new", [False, True])
def test_a_damaged_repository_is_thrown_away(
    damage: object, upstream: Upstream, *, is_new: bool
) -> None:
    assert callable(damage)
    source = upstream.source(f"file://{upstream.bare}")
    commit = source.fetch()
    damage(source.bare.path)
    if is_new:
        commit = upstream.push({"x": "1"})
    assert source.fetch() == commit
    assert source.files(commit, "rendered/m") == TREE
    assert source.fetch() == commit
    assert [each.name for each in sorted(upstream.kept.iterdir())] == ["lock", "repository.git"]


def test_content_that_is_not_what_its_id_says_is_not_read(upstream: Upstream) -> None:
    source = upstream.source()
    commit = source.fetch()
    blob = git(upstream.work, "rev-parse", "HEAD:rendered/m/clusters/a/a.yaml")
    (pack,) = packs(source)
    content = pack.read_bytes()
    remove_packs(source.bare.path)
    source.bare.run("unpack-objects", "-q", takes=content)
    other = source.bare.run("hash-object", "-w", "--stdin", takes=b"a: 2\n").printed.decode()
    objects = source.bare.path / "objects"
    shutil.move(objects / other[:2] / other[2:].strip(), objects / blob[:2] / blob[2:])
    assert git(source.bare.path, "cat-file", "blob", blob) == "a: 2"
    assert source.files(commit, "rendered/m") == TREE


def test_files_of_a_commit_that_was_swept_since_are_fetched_again(upstream: Upstream) -> None:
    source = upstream.source()
    source.fetch()
    upstream.push({"rendered/m/hcpc-index.json": "{new}\n"})
    source.fetch()
    git(source.bare.path, "gc", "-q", "--prune=now")
    assert source.files(upstream.first, "rendered/m") == TREE


def test_a_directory_that_is_not_in_the_commit_is_an_error(upstream: Upstream) -> None:
    source = upstream.source()
    commit = source.fetch()
    for path in ("rendered/other", "rendered/m/hcpc-index.json", "../x"):
        with pytest.raises(SourceError, match=f"no directory `{path}` at commit {commit[:9]}"):
            source.files(commit, path)


def test_links_and_submodules_are_refused(upstream: Upstream) -> None:
    (upstream.work / "rendered/m/link").symlink_to("/etc/passwd")
    source = upstream.source()
    upstream.push({})
    with pytest.raises(SourceError, match="`link` is a link"):
        source.files(source.fetch(), "rendered/m")
    (upstream.work / "rendered/m/link").unlink()
    git(upstream.work, "add", "-A")
    added = ("--add", "--cacheinfo", f"160000,{upstream.first},rendered/m/module")
    git(upstream.work, "update-index", *added)
    git(upstream.work, "commit", "-q", "-m", "module")
    git(upstream.work, "push", "-q", "origin", "HEAD:main")
    with pytest.raises(SourceError, match="`module` is a submodule"):
        source.files(source.fetch(), "rendered/m")


def test_names_that_are_no_text_are_refused(upstream: Upstream) -> None:
    name = os.fsdecode(b"rendered/m/\xff.yaml")
    Path(upstream.work, name).touch()
    upstream.push({})
    source = upstream.source()
    with pytest.raises(SourceError, match="is no name of a file"):
        source.files(source.fetch(), "rendered/m")


def test_a_file_too_large_for_memory_is_refused_before_it_is_read(upstream: Upstream) -> None:
    upstream.push({"rendered/m/large.yaml": "x" * (TREE_BOUNDS.one + 1)})
    source = upstream.source()
    commit = source.fetch()
    with pytest.raises(SourceError, match=r"`large\.yaml` has 16777217 bytes, and may have 1677"):
        source.files(commit, "rendered/m")


def test_files_that_are_too_large_together_are_refused(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.push({f"rendered/m/{number}.yaml": "x" * 100 for number in range(20)})
    source = upstream.source()
    commit = source.fetch()
    small = partial(content.read_files, bounds=TREE_BOUNDS._replace(all=1999))
    monkeypatch.setattr(repository, "read_files", small)
    with pytest.raises(SourceError, match="all files have more than 1999 bytes"):
        source.files(commit, "rendered/m")


def test_a_few_trees_that_are_billions_of_files_are_refused(upstream: Upstream) -> None:
    made = git(upstream.work, "rev-parse", "HEAD:rendered/m")
    listing = upstream.work.parent / "listing"
    for _ in range(9):
        lines = "".join(f"040000 tree {made}\t{each}\n" for each in "abcdefghi")
        listing.write_text(lines, encoding="utf-8")
        made = _made_tree(upstream.work, listing)
    lines = f"040000 tree {made}\trendered\n"
    listing.write_text(lines, encoding="utf-8")
    top = _made_tree(upstream.work, listing)
    commit = git(upstream.work, "commit-tree", "-m", "bomb", top)
    git(upstream.work, "push", "-q", "--force", "origin", f"{commit}:refs/heads/main")
    source = upstream.source()
    with pytest.raises(SourceError, match=f"there are more than {TREE_BOUNDS.files} files"):
        source.files(source.fetch(), "rendered")


def _made_tree(work: Path, listing: Path) -> str:
    command = ["git", "-C", str(work), "mktree"]
    with listing.open("rb") as lines:
        return (
            subprocess.run(command, check=True, stdin=lines, capture_output=True)
            .stdout.decode()
            .strip()
        )


def test_a_commit_says_when_it_was_made_and_upon_what(upstream: Upstream) -> None:
    second = upstream.push({"rendered/m/b.yaml": "b: 1\n"})
    source = upstream.source()
    said = source.committed(source.fetch())
    assert said == Commit(second, 1_767_225_600, (upstream.first,))  # the day of all commits here
    assert source.committed(upstream.first).parents == ()


def test_a_message_cannot_say_when_a_commit_was_made(upstream: Upstream) -> None:
    upstream.push({}, message="x\n\ncommitter a <a@example.com> 9999999999 +0000\n")
    source = upstream.source()
    assert source.committed(source.fetch()).seconds == 1_767_225_600


def _fetch(upstream: Upstream, url: str) -> None:
    source = upstream.source(url)
    for _ in range(4):
        source.files(source.fetch(), "rendered/m")


def test_two_processes_may_use_one_directory(upstream: Upstream) -> None:
    started = multiprocessing.get_context("fork")
    with GitDaemon(upstream.base) as server:
        url = f"{server.url}fleet.git"
        both = [started.Process(target=_fetch, args=(upstream, url)) for _ in range(2)]
        for each in both:
            each.start()
        for number in range(4):
            upstream.push({"x": str(number)})
        for each in both:
            each.join(30)
    assert [each.exitcode for each in both] == [0, 0]


def _fetch_for_ever(upstream: Upstream, url: str) -> None:
    source, number = upstream.source(url), 0
    status = StatusRef(source, "m")
    while True:
        number += 1
        source.files(source.fetch(), "rendered/m")
        status.write({"a": b"%d %d" % (os.getpid(), number)}, "status")


def test_killed_at_any_moment_it_goes_on_afterwards(upstream: Upstream) -> None:
    dice = random.Random(5)  # noqa: S311  # the same moments each time, as far as that goes
    started = multiprocessing.get_context("fork")
    with GitDaemon(upstream.base) as server:
        url = f"{server.url}fleet.git"
        for number in range(12):
            victim = started.Process(target=_fetch_for_ever, args=(upstream, url))
            victim.start()
            newest = upstream.push({"x": str(number)})
            time.sleep(dice.uniform(0, 0.4))
            assert victim.is_alive()
            victim.kill()
            victim.join()
            if number % 3 == 0:
                source = upstream.source(url)
                assert source.files(source.fetch(), "rendered/m") == TREE
                assert source.fetch() == newest
        assert StatusRef(source, "m").write({"a": b"last"}, "status")
        assert StatusRef(source, "m").read() == {"a": b"last"}


def test_who_holds_a_directory_for_too_long_is_told(upstream: Upstream) -> None:
    source = upstream.source(timeout=0.3)
    entered, done = threading.Event(), threading.Event()

    def hold() -> None:
        with upstream.source().bare.alone():
            entered.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    said = why(source)
    done.set()
    holder.join()
    assert said.startswith(f"another process has used {upstream.kept} for 0.3 s")
    upstream.source().fetch()


def test_a_full_disk_is_an_error_until_there_is_room(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream.push({"rendered/m/large.yaml": os.urandom(200_000).hex()})
    source = upstream.source()
    real = shutil.which("git")
    program(tmp_path / "bin" / "git", f"trap '' XFSZ\nulimit -f 100\nexec {real} \"$@\"")
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{path}")
    said = why(source)
    assert "File too large" in said or "unable to write" in said
    monkeypatch.setenv("PATH", path)
    assert "rendered/m" not in said
    assert source.files(source.fetch(), "rendered/m").keys() > TREE.keys()


def test_a_directory_that_cannot_be_used_is_an_error(upstream: Upstream) -> None:
    upstream.kept.write_text("x", encoding="utf-8")
    assert why(upstream.source()).startswith(f"{upstream.kept} cannot be used: File exists; name ")


def test_without_git_there_is_no_source(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert why(upstream.source()) == "git is not installed, or not in PATH"


def test_no_hook_is_run(upstream: Upstream, tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    source = upstream.source()
    source.fetch()
    for hook in ("reference-transaction", "pre-auto-gc", "post-checkout"):
        program(source.bare.path / "hooks" / hook, f"touch {touched}")
    upstream.push({"x": "1"})
    source.files(source.fetch(), "rendered/m")
    assert not touched.exists()


def test_what_piles_up_is_packed(upstream: Upstream) -> None:
    source = upstream.source()
    for number in range(25):
        upstream.push({"x": str(number)})
        source.fetch()
    assert len(packs(source)) < 22


def test_a_connection_that_is_kept_for_later_is_not_waited_for(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with `ControlPersist` of ssh: the process in the background has git's pipes."""
    real = shutil.which("git")
    script = f'case "$*" in *ls-remote*) sleep 9 & ;; esac\nexec {real} "$@"'
    program(tmp_path / "bin" / "git", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert upstream.source(timeout=3).fetch() == upstream.first
