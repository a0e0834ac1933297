"""From a directory, by git's own protocol and over HTTP: it comes to the same."""

from pathlib import Path

import pytest
from tests.e2e.world import World
from tests.git import git
from tests.git_servers import GitDaemon, HttpGit


def over_http(base: Path) -> HttpGit:
    return HttpGit(base, {"sync": "s3cr3t-word"})


def follows(world: World) -> None:
    """Two commits are applied, and the status is pushed."""
    world.fleet.add("alpha")
    first = world.fleet.publish()
    world.synced()
    assert first in str(world.status()["summary.yaml"])
    world.fleet.add("beta")
    second = world.fleet.publish()
    world.synced()
    assert set(world.all("HostedCluster")) == {"alpha", "beta"}
    assert second in str(world.status()["summary.yaml"])


def test_by_the_protocol_of_git(world: World) -> None:
    with GitDaemon(world.directory) as server:
        world.repository = server.url + world.fleet.origin.name
        follows(world)


def test_over_http_with_a_password(world: World) -> None:
    """The password comes from a credential helper, and is never shown."""
    with over_http(world.directory) as server:
        world.repository = server.url + world.fleet.origin.name
        ran = world.sync()
        assert ran.code == 2, ran.said
        store = world.directory / ".git-credentials"
        store.write_text(f"http://sync:s3cr3t-word@{server.host}\n", encoding="utf-8")
        config = world.directory / ".gitconfig"
        config.write_text("[credential]\n\thelper = store\n", encoding="utf-8")
        follows(world)
        assert "s3cr3t-word" not in str(world.status()) + world.sync().said


def test_over_http_that_breaks_down(world: World) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    with HttpGit(world.directory) as server:
        world.repository = server.url + world.fleet.origin.name
        world.settle()
        before = world.versions()
        server.fault = 503
        ran = world.sync("--timeout", "5")
        assert ran.code == 2, ran.said
        assert world.versions() == before
        server.fault = 0
        world.synced()
        assert world.versions() == before


def test_from_a_directory(world: World) -> None:
    world.repository = str(world.fleet.origin)
    follows(world)


@pytest.mark.parametrize("revision", ["commit", "tag"])
def test_a_tag_and_a_commit_are_revisions_too(world: World, revision: str) -> None:
    world.fleet.add("alpha")
    first = world.fleet.publish()
    git(world.fleet.root, "tag", "v1", first)
    git(world.fleet.root, "push", "-q", "origin", "v1")
    world.fleet.add("beta")
    world.fleet.publish()
    world.synced("--revision", "v1" if revision == "tag" else first)
    assert set(world.all("HostedCluster")) == {"alpha"}
