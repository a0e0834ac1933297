"""Unreachable, rewritten, unsigned: what comes of a git that is not as it should be."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.git import git


@pytest.fixture
def settled(world: World) -> World:
    """A cluster in service."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.settle()
    return world


def replicas(world: World) -> int:
    return int(world.live("NodePool", "alpha-workers")["spec"]["replicas"])


def more_nodes(world: World, count: int) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(count, config=("slow",))})


def test_unreachable_git_is_told_and_waited_for(settled: World) -> None:
    before = settled.versions()
    away = settled.fleet.origin.with_name("away.git")
    settled.fleet.origin.rename(away)
    ran = settled.sync()
    assert ran.code == 2, ran.said
    assert settled.versions() == before
    away.rename(settled.fleet.origin)
    more_nodes(settled, 3)
    settled.fleet.publish()
    settled.synced()
    assert replicas(settled) == 3


def test_a_history_that_was_rewritten_is_followed(settled: World) -> None:
    more_nodes(settled, 3)
    settled.fleet.publish()
    settled.synced()
    # The commit that was applied is gone for good.
    git(settled.fleet.root, "reset", "-q", "--soft", "HEAD~1")
    more_nodes(settled, 4)
    settled.fleet.publish()
    git(settled.fleet.origin, "reflog", "expire", "--expire=now", "--all")
    git(settled.fleet.origin, "gc", "-q", "--prune=now")
    settled.synced()
    assert replicas(settled) == 4


def test_a_repository_that_was_made_anew_is_followed(settled: World) -> None:
    shutil.rmtree(settled.fleet.origin)
    git(settled.fleet.root, "init", "-q", "--bare", "-b", "main", str(settled.fleet.origin))
    shutil.rmtree(settled.fleet.root / ".git")
    git(settled.fleet.root, "init", "-q", "-b", "main")
    git(settled.fleet.root, "remote", "add", "origin", str(settled.fleet.origin))
    more_nodes(settled, 3)
    settled.fleet.publish()
    settled.synced()
    assert replicas(settled) == 3
    assert settled.status()


def test_a_revision_that_is_not_there_changes_nothing(settled: World) -> None:
    before = settled.versions()
    ran = settled.sync("--revision", "nowhere")
    assert ran.code == 2, ran.said
    assert "nowhere" in ran.said
    assert settled.versions() == before


def test_a_copy_of_ours_that_is_broken_is_made_anew(settled: World) -> None:
    for pack in (settled.directory / "sync").rglob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"nothing of the kind")
    more_nodes(settled, 3)
    settled.fleet.publish()
    settled.synced()
    assert replicas(settled) == 3


@pytest.fixture
def signed(world: World) -> tuple[World, tuple[str, ...]]:
    """A fleet whose commits are signed, and the options that ask for that."""
    key = ssh_key(world.directory / "key")
    git(world.fleet.root, "config", "gpg.format", "ssh")
    git(world.fleet.root, "config", "user.signingkey", str(key))
    public = key.with_suffix(".pub").read_text(encoding="utf-8")
    allowed = world.directory / "allowed_signers"
    allowed.write_text(f'a@example.com namespaces="git" {public}', encoding="utf-8")
    world.fleet.add("alpha")
    world.fleet.compile()
    world.fleet.push(sign=True)
    return world, ("--verify-ssh", str(allowed))


def ssh_key(path: Path) -> Path:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def test_a_signed_commit_is_applied(signed: tuple[World, tuple[str, ...]]) -> None:
    world, options = signed
    world.synced(*options)
    assert world.exists("HostedCluster", "alpha")


def test_an_unsigned_commit_is_not(signed: tuple[World, tuple[str, ...]]) -> None:
    world, options = signed
    world.synced(*options)
    before = world.versions()
    world.fleet.add("alpha", pools={"workers": Pool(5)})
    world.fleet.publish()
    ran = world.sync(*options)
    assert ran.code == 2, ran.said
    assert "sign" in ran.said
    assert world.versions() == before
    assert "sign" in str(world.status()["summary.yaml"])
    world.fleet.push(sign=True)
    world.synced(*options)
    assert replicas(world) == 5


def test_a_commit_of_a_stranger_is_not(signed: tuple[World, tuple[str, ...]]) -> None:
    world, options = signed
    world.synced(*options)
    before = world.versions()
    stranger = ssh_key(world.directory / "stranger")
    git(world.fleet.root, "config", "user.signingkey", str(stranger))
    world.fleet.add("alpha", pools={"workers": Pool(5)})
    world.fleet.compile()
    world.fleet.push(sign=True)
    ran = world.sync(*options)
    assert ran.code == 2, ran.said
    assert world.versions() == before


def test_an_older_commit_is_not_applied_again_though_it_was_signed(
    signed: tuple[World, tuple[str, ...]],
) -> None:
    world, options = signed
    world.fleet.add("alpha", pools={"workers": Pool(2)})
    world.fleet.compile()
    old = world.fleet.push(sign=True, day=2)
    world.synced(*options)
    world.fleet.add("alpha", pools={"workers": Pool(5)})
    world.fleet.compile()
    world.fleet.push(sign=True, day=3)
    world.synced(*options)
    before = world.versions()
    git(world.fleet.origin, "update-ref", "refs/heads/main", old)
    ran = world.sync(*options)
    assert ran.code == 2, ran.said
    assert f"--allow-rewind {old}" in ran.said
    assert world.versions() == before
    assert "goes back" in str(world.status()["summary.yaml"])
    world.synced(*options, "--allow-rewind", old)
    assert replicas(world) == 2


def test_a_branch_that_is_moved_to_a_newer_commit_is_followed(
    signed: tuple[World, tuple[str, ...]],
) -> None:
    world, options = signed
    world.fleet.add("alpha", pools={"workers": Pool(2)})
    world.fleet.compile()
    world.fleet.push(sign=True, day=2)
    world.synced(*options)
    git(world.fleet.root, "reset", "-q", "--hard", "HEAD~1")
    world.fleet.add("alpha", pools={"workers": Pool(3)})
    world.fleet.compile()
    world.fleet.push(sign=True, day=3)
    world.synced(*options)
    assert replicas(world) == 3
