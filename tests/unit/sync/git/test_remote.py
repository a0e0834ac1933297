"""How a repository is reached, and that nobody sees the password for it."""

import os
import threading
import time
from pathlib import Path

import pytest
from tests.git import git
from tests.git_servers import HttpGit
from tests.unit.sync.git.upstream import Upstream, program

from hcpc.sync.errors import SourceError
from hcpc.sync.git.remote import Remote, origin_of, remote_of
from hcpc.sync.git.status_ref import StatusRef, list_status

PASSWORD = "s3cret-p@ss/word"  # noqa: S105  # of a server that lives as long as a test
IN_URL = "s3cret-p%40ss%2Fword"
NAMES = {"alice": PASSWORD}


@pytest.mark.parametrize(
    ("url", "given", "shown"),
    [
        ("https://host/a.git", "https://host/a.git", "https://host/a.git"),
        ("https://u:p@host:1/a.git", "https://host:1/a.git", "https://host:1/a.git"),
        ("https://token@host/a.git", "https://host/a.git", "https://host/a.git"),
        ("ssh://git@host:22/a.git", "ssh://git@host:22/a.git", "ssh://host:22/a.git"),
        ("git@host:a/b.git", "git@host:a/b.git", "host:a/b.git"),
        ("host:a", "host:a", "host:a"),
        ("git://host/a", "git://host/a", "git://host/a"),
        ("file:///a/b.git", "file:///a/b.git", "file:///a/b.git"),
        ("/a/b", "/a/b", "/a/b"),
    ],
)
def test_a_url_is_shown_without_the_user(url: str, given: str, shown: str) -> None:
    found = remote_of(url)
    assert (found.url, found.shown) == (given, shown)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "no URL"),
        ("-x", "no URL"),
        ("--upload-pack=touch x", "no URL"),
        ("ext::sh -c true", "no URL"),
        ("a\nb", "no URL"),
        ("ftp://host/a", "begins with one of file, git"),
        ("https://[host/a", "begins with one of file, git"),
        ("https://host/a?token=secret", "has no `?`"),
        ("https://host/a#secret", "has no `?`"),
        ("ssh://git:secret@host/a", "only URLs of http and https"),
        ("https://a:b%0ac@host/a", "is no text"),
    ],
)
def test_other_texts_are_no_remote(url: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as failure:
        remote_of(url)
    assert "secret" not in str(failure.value)


def test_a_relative_path_is_that_below_the_working_directory(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(upstream.base)
    assert remote_of("fleet.git").url == str(upstream.bare)


def processes_that_know(password: str, ended: threading.Event) -> list[str]:
    """Commands of all processes that had a password in their arguments, until the event."""
    found = []
    while not ended.is_set():
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = process.read_bytes()
            except OSError:
                continue
            if password.encode() in words:
                found.append(words.decode())
        time.sleep(0.001)
    return found


def test_a_password_in_the_url_is_used_and_never_an_argument(upstream: Upstream) -> None:
    ended, seen = threading.Event(), list[str]()
    watch = threading.Thread(
        target=lambda: seen.extend(
            [*processes_that_know(IN_URL, ended), *processes_that_know(PASSWORD, ended)]
        )
    )
    with HttpGit(upstream.base, NAMES) as server:
        source = upstream.source(f"http://alice:{IN_URL}@{server.host}/fleet.git")
        watch.start()
        assert source.fetch() == upstream.first
        assert StatusRef(source, "m").write({"a": b"1"}, "status")
        ended.set()
        watch.join()
    assert seen == []
    assert source.shown == f"{server.url}fleet.git"
    kept = b"".join(each.read_bytes() for each in upstream.kept.rglob("*") if each.is_file())
    assert PASSWORD.encode() not in kept
    assert IN_URL.encode() not in kept


def test_a_wrong_password_is_told_without_it(upstream: Upstream) -> None:
    with HttpGit(upstream.base, NAMES) as server:
        source = upstream.source(f"http://alice:wrong-one@{server.host}/fleet.git")
        with pytest.raises(SourceError, match="Authentication failed") as failure:
            source.fetch()
    assert "wrong-one" not in str(failure.value)
    assert "alice" not in str(failure.value)


def test_without_a_password_nobody_is_asked(upstream: Upstream) -> None:
    with HttpGit(upstream.base, NAMES) as server:
        source = upstream.source(f"{server.url}fleet.git")
        with pytest.raises(SourceError, match="could not read Username"):
            source.fetch()


def test_a_credential_helper_is_asked(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = program(tmp_path / "helper", f"echo username=alice; echo 'password={PASSWORD}'")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "credential.helper")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(helper))
    with HttpGit(upstream.base, NAMES) as server:
        assert upstream.source(f"{server.url}fleet.git").fetch() == upstream.first


def test_a_helper_does_not_get_the_password_of_the_url_to_keep(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = program(tmp_path / "helper", f"cat >> {tmp_path}/told")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "credential.helper")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(helper))
    with HttpGit(upstream.base, NAMES) as server:
        upstream.source(f"http://alice:{IN_URL}@{server.host}/fleet.git").fetch()
    assert not (tmp_path / "told").exists()


def test_the_program_of_git_askpass_is_asked(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = f"case \"$1\" in Username*) echo alice ;; *) echo '{PASSWORD}' ;; esac"
    monkeypatch.setenv("GIT_ASKPASS", str(program(tmp_path / "askpass", answer)))
    with HttpGit(upstream.base, NAMES) as server:
        assert upstream.source(f"{server.url}fleet.git").fetch() == upstream.first
        # The name in the URL is the one that is asked for.
        other = upstream.source(f"http://bob@{server.host}/fleet.git")
        with pytest.raises(SourceError, match="Authentication failed"):
            other.fetch()


def test_an_environment_of_another_repository_does_not_lead_astray(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(upstream.work / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(upstream.work / "objects"))
    monkeypatch.setenv("GIT_TRACE", "1")
    source = upstream.source()
    assert source.fetch() == upstream.first
    assert (upstream.kept / "repository.git" / "objects" / "pack").is_dir()
    assert not (upstream.work / "objects").exists()


def test_what_git_complains_about_is_one_clean_line() -> None:
    remote = Remote("git@host:a", "host:a")
    said = (
        b"remote: \x1b[31mno,\x1b[0m use ghp_012345678901234567890123456789012345\n"
        b"remote:\n"
        b"git@host: Permission denied (publickey).\r\n"
        b"fatal: unable to access 'https://u:p@other/x': on\tfire\n"
        b"Please make sure you have the correct access rights\nand the repository exists.\n"
    )
    assert remote.told(said) == (
        "no, use (secret) ; host: Permission denied (publickey).; "
        "fatal: unable to access 'https://other/x': on fire"
    )
    assert len(remote.told(b"x" * 1000)) == 300
    assert remote.told(b"") == "git says nothing"


def test_a_clone_leads_to_its_origin_with_its_own_settings(upstream: Upstream) -> None:
    inside = upstream.work / "rendered"
    assert origin_of(inside).url == str(upstream.bare)
    git(upstream.work, "config", "http.extraHeader", "Authorization: secret")
    git(upstream.work, "config", "core.hooksPath", "evil")
    git(upstream.work, "remote", "set-url", "origin", "../served/fleet.git")
    found = origin_of(inside)
    assert os.path.normpath(found.url) == str(upstream.bare)
    assert found.settings == (("http.extraheader", "Authorization: secret"),)
    assert "Authorization: secret" in found.online().values()
    assert origin_of(upstream.bare).url == str(upstream.bare)


def test_a_clone_reaches_its_origin_as_it_was_told_to(upstream: Upstream) -> None:
    """As the checkouts of pull requests do it, whose token stands in the settings of the clone."""
    basic = "Authorization: Basic YWxpY2U6czNjcmV0LXBAc3Mvd29yZA=="
    with HttpGit(upstream.base, NAMES) as server:
        git(upstream.work, "remote", "set-url", "origin", f"{server.url}fleet.git")
        git(upstream.work, "config", f"http.{server.url}.extraHeader", basic)
        StatusRef(upstream.source(), "m").write({"a": b"1"}, "status")
        assert list_status(upstream.work, upstream.kept.with_name("other")) == {"m": {"a": b"1"}}


def test_a_directory_in_no_repository_has_no_origin(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not a git repository"):
        origin_of(tmp_path)
