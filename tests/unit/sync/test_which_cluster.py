"""Which cluster a name stands for: another one is not written to, and what has run stays known."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.sync.fake_cluster import FakeCluster
from tests.unit.sync.stage import (
    Stage,
    hosted_cluster,
    namespace,
    outcome_of,
    ref_of,
    results,
    small_tree,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.errors import StatusError
from hcpc.sync.records import Cause, Result, Round
from hcpc.sync.status.documents import documents
from hcpc.sync.tell.publish import Publisher
from hcpc.sync.tell.verdict import Verdict, verdict
from hcpc.syntax.plain import plain_documents

RUNS = {"conditions": [{"type": "Available", "status": "True"}]}
CLUSTER = ref_of("HostedCluster", "a")


class Branch:
    """A status branch in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] | None = None
        self.fault = ""
        self.reads = 0

    def read(self) -> dict[str, bytes] | None:
        """The files, unless there is a fault."""
        self.reads += 1
        if self.fault:
            raise StatusError(self.fault)
        return self.files

    def write(self, files: Mapping[str, bytes], *_: Any) -> str:
        """The commit."""
        self.files = dict(files)
        return "c0ffee"


class World:
    """A management cluster with its repository and status branch; others may come in its place."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.stage.publish(small_tree())
        self.branch = Branch()

    def sync(self, **changes: Any) -> Round:
        """A round, and its status."""
        settings = {"status": self.branch, "cluster": self.stage.cluster, **changes}
        found = self.stage.sync(**settings)
        Publisher(documents, self.branch).publish(found)
        return found

    def run(self) -> None:
        """The operator looks after the hosted cluster."""
        self.stage.cluster.status(CLUSTER, RUNS)
        assert not self.sync().error

    def move(self, uid: str = "cluster-2") -> FakeCluster:
        """Another cluster, with nothing in it."""
        self.stage.cluster = FakeCluster(uid)
        for name in ("clusters", "hcpc-system"):
            self.stage.cluster.add(namespace(name))
        return self.stage.cluster

    def told(self) -> Any:
        """The summary."""
        assert self.branch.files is not None
        (document,) = plain_documents(self.branch.files["summary.yaml"].decode())
        return document["status"]


@pytest.fixture
def world() -> World:
    found = World()
    assert found.sync().is_applied
    return found


def test_the_cluster_is_known_in_its_inventory_and_in_git(world: World) -> None:
    assert world.told()["cluster"] == "cluster-1"
    ref = ObjectRef("", "ConfigMap", "hcpc-system", "hcpc-inventory-mc-identity")
    assert world.stage.cluster.objects[ref]["data"]["objects"] == "cluster-1\n"
    world.branch.reads = 0
    found = world.sync()
    assert (found.uid, found.calls["get"], world.branch.reads) == ("cluster-1", 1, 1)
    assert world.stage.cluster.written == []


def test_another_cluster_of_the_name_is_not_written_to(world: World) -> None:
    before = dict(world.branch.files or {})
    other = world.move()
    there = set(other.objects)
    found = world.sync()
    assert found.wrong_cluster
    assert found.error.startswith(
        "this cluster is not the one called mc: its namespace kube-system has the uid cluster-2, "
        "and branch hcpc-status/mc says cluster-1; nothing is written."
    )
    assert "--once --moved-here" in found.error
    assert (set(other.objects), other.written) == (there, [])
    assert world.branch.files == before
    assert verdict(found) is Verdict.FAILED


def test_nor_is_anything_told_of_it_when_there_is_no_tree(world: World) -> None:
    before = dict(world.branch.files or {})
    world.move()
    world.stage.repository.content = {}
    found = world.sync()
    assert found.wrong_cluster
    assert "this cluster is not the one called mc" in found.error
    assert world.branch.files == before


def test_without_a_status_the_inventory_counts(world: World) -> None:
    kept = {
        ref: body
        for ref, body in world.stage.cluster.objects.items()
        if ref.name.startswith("hcpc-inventory")
    }
    other = world.move()
    other.objects |= kept  # as a backup brings them back
    found = world.sync(status=None)
    assert "and its inventory says cluster-1" in found.error
    assert other.written == []
    world.move()
    assert world.sync(status=None).is_applied


def test_a_dry_run_says_so_too_and_writes_nothing_down() -> None:
    world = World()
    assert world.sync(dry_run=True).error == ""
    assert world.stage.cluster.written == []
    world.sync()
    world.move()
    assert world.sync(dry_run=True).wrong_cluster


def test_it_may_move_and_then_nothing_that_ran_is_made_anew(world: World) -> None:
    world.run()
    world.move()
    found = world.sync(moved_here=True)
    assert outcome_of(found, "a").action.cause is Cause.GONE
    assert outcome_of(found, "a-w").result is Result.SKIPPED
    assert "--recreate clusters/a" in outcome_of(found, "a").message
    assert outcome_of(found, "flags").result is Result.CREATED
    assert world.told()["cluster"] == "cluster-2"
    for _ in range(3):  # what is known of it is not forgotten while it is away
        assert outcome_of(world.sync(), "a").action.cause is Cause.GONE
    recreate = world.stage.settings.limits._replace(recreate=frozenset({"clusters/a"}))
    assert outcome_of(world.sync(limits=recreate), "a").result is Result.CREATED


def test_what_a_restore_brings_is_adopted(world: World) -> None:
    world.run()
    world.move()
    world.sync(moved_here=True)
    world.stage.cluster.add(hosted_cluster("a"), "velero")
    assert outcome_of(world.sync(), "a").result is Result.ADOPTED


def test_a_lost_inventory_makes_nothing_anew(world: World) -> None:
    world.run()
    objects = world.stage.cluster.objects
    for ref in [*objects]:
        if ref.name.startswith("hcpc-inventory") or ref == CLUSTER:
            del objects[ref]
    assert outcome_of(world.sync(), "a").action.cause is Cause.GONE


def test_what_never_ran_is_made_without_a_question(world: World) -> None:
    world.move()
    assert set(results(world.sync(moved_here=True)).values()) == {"created"}


def test_a_status_that_cannot_be_read_stops_only_who_has_no_inventory(world: World) -> None:
    world.branch.fault = "no answer"
    assert world.sync().is_applied
    other = world.move()
    found = world.sync(moved_here=True)
    assert found.error == (
        "this cluster has no inventory of mc, and whether another one is called so cannot be "
        "known, as its status cannot be read: no answer"
    )
    assert other.written == []


def test_an_identity_that_was_damaged_is_not_overwritten(world: World) -> None:
    ref = ObjectRef("", "ConfigMap", "hcpc-system", "hcpc-inventory-mc-identity")
    world.stage.cluster.edit(ref, ("data", "objects"), "other")
    found = world.sync()
    assert "hcpc-inventory-mc-identity is not readable" in found.error
    assert not world.stage.cluster.written


def test_a_cluster_that_does_not_say_who_it_is_is_not_written_to(world: World) -> None:
    world.stage.cluster.uid = ""
    assert "it has no namespace kube-system" in world.sync().error
