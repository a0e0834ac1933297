"""A node pool gets a release when its control plane has completed it, not earlier."""

from typing import Any

import pytest
from tests.sync_records import hosted_cluster, live, node_pool, observed, tree

from hcpc.sync.plan.control_plane import waits_for_control_plane
from hcpc.sync.records import Desired, Observed, SyncData

OLD, NEW, NEWER = "image-4.17.9", "image-4.17.12", "image-4.18.1"
RELEASES = {OLD: "4.17.9", NEW: "4.17.12", NEWER: "4.18.1"}


def entry(image: str, *, done: bool = True, version: str = "") -> dict[str, Any]:
    state = "Completed" if done else "Partial"
    found = {"image": image, "state": state, "startedTime": "2026-06-01T00:00:00Z"}
    if done:
        found["completionTime"] = "2026-06-01T01:00:00Z"
    return found | ({"version": version} if version else {})


def waits(
    pool: Desired,
    *,
    git: str,
    there: Observed | None,
    history: tuple[dict[str, Any], ...] = (),
    pool_there: str = "",
    releases: dict[str, str] | None = None,
) -> str:
    wanted = hosted_cluster(image=git)
    seen = [] if there is None else [there._replace(status={"version": {"history": [*history]}})]
    if pool_there:
        seen.append(observed(node_pool(image=pool_there)))
    data = SyncData(releases=RELEASES if releases is None else releases)
    return waits_for_control_plane(
        pool, tree(wanted, pool, data=data), live(*seen), {wanted.ref: wanted}
    )


def running(image: str) -> Observed:
    return observed(hosted_cluster(image=image))


UPGRADE: Any = {"git": NEW, "there": running(OLD), "pool_there": OLD}


def test_a_node_pool_waits_while_the_control_plane_runs_the_old_version() -> None:
    told = waits(node_pool(image=NEW), history=(entry(OLD),), **UPGRADE)
    assert told == (
        "the control plane runs 4.17.9; the node pool gets 4.17.12 "
        "when the control plane has completed it"
    )


def test_a_node_pool_waits_during_the_upgrade() -> None:
    history = (entry(NEW, done=False), entry(OLD))
    assert waits(node_pool(image=NEW), git=NEW, there=running(NEW), pool_there=OLD, history=history)


def test_a_node_pool_goes_on_after_the_upgrade() -> None:
    history = (entry(NEW), entry(OLD))
    assert not waits(
        node_pool(image=NEW), git=NEW, there=running(NEW), pool_there=OLD, history=history
    )


def test_another_change_of_a_node_pool_does_not_wait() -> None:
    assert not waits(node_pool(image=OLD), history=(entry(OLD),), **UPGRADE)


def test_an_older_release_does_not_wait() -> None:
    assert not waits(
        node_pool(image=OLD), git=NEW, there=running(NEW), history=(entry(NEW),), pool_there=""
    )


def test_a_cluster_that_is_being_installed_needs_its_nodes() -> None:
    history = (entry(NEW, done=False),)
    assert not waits(node_pool(image=NEW), git=NEW, there=running(NEW), history=history)
    assert not waits(node_pool(image=NEW), git=NEW, there=None)


def test_a_node_pool_ahead_of_an_installation_waits() -> None:
    assert waits(node_pool(image=NEWER), git=NEW, there=running(NEW))


@pytest.mark.parametrize(
    ("image", "waiting"), [(NEW, True), (OLD, False), ("image-of-nobody", False)]
)
def test_without_versions_only_the_release_to_come_waits(image: str, *, waiting: bool) -> None:
    told = waits(node_pool(image=image), history=(entry(OLD),), releases={}, **UPGRADE)
    assert bool(told) is waiting


def test_versions_of_the_history_count_where_git_has_none() -> None:
    history = (entry(NEW, done=False, version="4.17.12"), entry(OLD, version="4.17.9"))
    assert waits(node_pool(image=NEW), history=history, releases={}, **UPGRADE)
