"""The status gets to git whatever happens to its branch meanwhile; the newest truth wins."""

import shutil

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.git import git


@pytest.fixture
def settled(world: World) -> World:
    """A cluster in service, and one more change to be told."""
    world.fleet.add("alpha")
    world.fleet.publish()
    world.settle()
    world.fleet.add("alpha", pools={"workers": Pool(3)})
    return world


def ref(world: World) -> str:
    return f"refs/heads/hcpc-status/{world.name}"


def test_another_one_pushes_in_between(settled: World) -> None:
    commit = settled.fleet.publish()
    once, origin = settled.directory / "once", settled.fleet.origin
    real = shutil.which("git")
    settled.before_git(f"""
        case " $* " in
        *" push "*)
            if mkdir "{once}" 2>/dev/null; then
                other() {{ "{real}" -c user.name=b -c user.email=b --git-dir="{origin}" "$@"; }}
                new=$(other commit-tree -p {ref(settled)} -m other "{ref(settled)}^{{tree}}")
                other update-ref {ref(settled)} "$new"
            fi;;
        esac
    """)
    settled.synced()
    assert once.is_dir()
    assert commit in str(settled.status()["summary.yaml"])
    subjects = git(settled.fleet.origin, "log", "--format=%s", ref(settled)).splitlines()
    assert "other" in subjects


def test_the_branch_was_deleted(settled: World) -> None:
    commit = settled.fleet.publish()
    git(settled.fleet.origin, "update-ref", "-d", ref(settled))
    settled.synced()
    assert commit in str(settled.status()["summary.yaml"])
    assert "clusters/alpha.yaml" in settled.status()


def test_the_branch_was_forced_to_something_else(settled: World) -> None:
    commit = settled.fleet.publish()
    git(settled.fleet.origin, "update-ref", ref(settled), commit)
    settled.synced()
    assert set(settled.status()) == {"clusters/alpha.yaml", "summary.yaml"}
    assert commit in str(settled.status()["summary.yaml"])


def test_a_push_that_is_refused_fails_nothing_else(settled: World) -> None:
    settled.fleet.publish()
    hook = settled.fleet.origin / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    hook.chmod(0o755)
    ran = settled.sync()
    assert "no room" in ran.said
    assert settled.live("NodePool", "alpha-workers")["spec"]["replicas"] == 3
    hook.unlink()
    settled.synced()
    assert "alpha" in str(settled.status())


def test_two_management_clusters_of_one_repository_do_not_meet(settled: World) -> None:
    """Each has a branch of its own, so nobody ever waits for the other."""
    settled.fleet.publish()
    settled.synced()
    branches = git(settled.fleet.origin, "for-each-ref", "--format=%(refname)").splitlines()
    assert branches == [ref(settled), "refs/heads/main"]


def test_no_secret_gets_there(settled: World) -> None:
    """Neither of the cluster nor of the connection."""
    settled.create("Secret", {"metadata": {"name": "s"}, "stringData": {"key": "TopSecret1234"}})
    settled.change("NodePool", "alpha-workers", {"spec": {"replicas": 9}})
    settled.synced()
    everything = git(settled.fleet.origin, "log", "-p", ref(settled))
    assert "TopSecret1234" not in everything
    assert settled.plane.sync.token not in everything
