"""Two hundred rounds of kills, faults, races and changes by everyone; then one quiet day.

`HCPC_CHAOS_SEED` repeats a run, `HCPC_CHAOS_ROUNDS` makes it longer.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import yaml
from tests.e2e.fleet import Pool
from tests.e2e.proxy import Fault, Plan, Request, What, at_random, at_write
from tests.e2e.world import World
from tests.fidelity.sets import documents
from tests.git import git

ROUNDS = int(os.environ.get("HCPC_CHAOS_ROUNDS", "200"))
SEED = int(os.environ.get("HCPC_CHAOS_SEED", "20260821"))
NAMES = ("alpha", "beta", "gamma", "delta")
RELEASES = ("4.19.14", "4.19.17", "4.20.3", "4.20.5")
PLURALS = ("hostedclusters", "nodepools", "configmaps")
KILLED = -9


class Chaos:
    """Everything that happens to a world, drawn by one die."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.die = random.Random(seed)  # noqa: S311  # a game, no secret
        self.codes: Counter[int] = Counter()
        self.deleted: Counter[str] = Counter()
        self.faults = 0

    def round(self, number: int) -> None:
        """One round, with whatever comes before and in it."""
        if self.die.random() < 0.6:
            self._change_git()
        if self.die.random() < 0.3:
            self._change_cluster()
        if self.die.random() < 0.15:
            self._change_status_branch()
        for _ in range(self.die.randrange(3)):
            self.world.player.step()
        self.world.count_git(self.die.randrange(1, 15) if self.die.random() < 0.1 else 0)
        self.world.proxy.reset(self._plan(number))
        ran = self.world.sync("--timeout", "4")
        assert ran.code in {0, 1, 2, KILLED}, ran.said
        assert "Traceback" not in ran.err, ran.said
        self.codes[ran.code] += 1
        self.faults += self.world.proxy.faults.total()
        self._watch()

    def _plan(self, number: int) -> Plan:
        kind = self.die.random()
        if kind < 0.3:
            when = self.die.choice([What.KILL_BEFORE, What.KILL_AFTER])
            return at_write(self.die.randrange(1, 12), Fault(when))
        if kind < 0.7:
            return at_random(number, self.die.choice([0.05, 0.2, 0.5]))
        return lambda _: None

    def _change_git(self) -> None:
        fleet = self.world.fleet
        name = self.die.choice(NAMES)
        if name not in fleet.clusters:
            self._add(name)
        elif self.die.random() < 0.15:
            del fleet.clusters[name]
            fleet.tombstone(name, hostedCluster=name, namespace=self.world.name)
        else:
            self._edit(fleet.clusters[name])
        fleet.publish()

    def _add(self, name: str) -> None:
        fleet = self.world.fleet
        # It is wanted again: who makes it anew takes the leave to delete it back.
        fleet.documents = [each for each in fleet.documents if each["metadata"]["name"] != name]
        fleet.add(name, pools={"workers": Pool(2), "infra": Pool(1, config=("slow",))})

    def _edit(self, spec: dict[str, Any]) -> None:
        pool = spec["nodePools"]["workers"]
        match self.die.randrange(5):
            case 0:
                pool["replicas"] = self.die.randrange(1, 9)
            case 1:
                pool["config"] = self.die.choice([["slow"], ["quick"], ["slow", "quick"], []])
            case 2:
                spec["labels"] = {"team": self.die.choice(["red", "green", "blue"])}
            case 3:
                spec["channel"] = self.die.choice(["stable-4.19", "fast-4.19"])
            case _:
                now = RELEASES.index(spec.get("release", RELEASES[0]))
                spec["release"] = RELEASES[min(now + 1, len(RELEASES) - 1)]

    def _change_cluster(self) -> None:
        world = self.world
        pools, configs = list(world.all("NodePool")), list(world.all("ConfigMap"))
        if pools and self.die.random() < 0.6:
            replicas = {"spec": {"replicas": self.die.randrange(1, 9)}}
            world.change("NodePool", self.die.choice(pools), replicas)
        elif configs:
            world.admin.delete(world.path("ConfigMap", self.die.choice(configs)))

    def _change_status_branch(self) -> None:
        origin, ref = self.world.fleet.origin, f"refs/heads/hcpc-status/{self.world.name}"
        if git(origin, "for-each-ref", ref):
            arguments = self.die.choice([("-d", ref), (ref, "refs/heads/main")])
            git(origin, "update-ref", *arguments)

    def _watch(self) -> None:
        """The sync deletes no hosted cluster and no node pool that git does not let go."""
        let_go = {each["metadata"]["name"] for each in self.world.fleet.documents}
        for request in self.world.proxy.requests:
            if request.method == "DELETE" and request.is_write:
                assert self._may_delete(request, let_go), (request, let_go)
                self.deleted[request.path.split("/")[-2]] += 1

    def _may_delete(self, request: Request, let_go: set[str]) -> bool:
        *_, plural, name = request.path.split("/")
        if plural in {"hostedclusters", "nodepools"}:
            return name.removesuffix("-workers").removesuffix("-infra") in let_go
        return plural == "configmaps" and name not in self._wanted("ConfigMap")

    def _wanted(self, kind: str) -> dict[str, dict[str, Any]]:
        bodies = [
            body
            for file in self.world.fleet.rendered.rglob("*.yaml")
            for body in documents(file.read_text(encoding="utf-8"))
        ]
        return {each["metadata"]["name"]: each for each in bodies if each["kind"] == kind}

    def solve_conflicts(self) -> None:
        """What somebody changed while git changed the same object: people say that git is right."""
        for _ in range(10):
            self.world.sync("--force-conflicts")
            self.world.player.settle()

    def assert_as_git_says(self) -> None:
        """Each field of git is in the cluster, and nothing else of these kinds is."""
        for kind in ("HostedCluster", "NodePool", "ConfigMap"):
            wanted, live = self._wanted(kind), self.world.all(kind)
            assert set(live) == set(wanted), kind
            for name, body in wanted.items():
                # In lists the server leaves out of what kind they are.
                there = {"apiVersion": body["apiVersion"], "kind": kind, **live[name]}
                assert_within(body, there, f"{kind} {name}")


def assert_within(wanted: Any, live: Any, where: str) -> None:
    """All that is wanted is there; lists are there as they are, mappings may have more."""
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            assert key in live, f"{where}.{key}"
            assert_within(value, live[key], f"{where}.{key}")
    elif isinstance(wanted, list):
        assert len(wanted) == len(live), where
        for index, (value, there) in enumerate(zip(wanted, live, strict=True)):
            assert_within(value, there, f"{where}[{index}]")
    else:
        assert wanted == live, where


def test_cluster_is_git_and_status_is_truth(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    again = f"HCPC_CHAOS_SEED={SEED} HCPC_CHAOS_ROUNDS={ROUNDS}"
    print(again)  # noqa: T201  # to repeat it when it fails
    chaos = Chaos(world, SEED)
    for name in NAMES[:2]:
        world.fleet.add(name, pools={"workers": Pool(2), "infra": Pool(1, config=("slow",))})
    commit = world.fleet.publish()
    for number in range(ROUNDS):
        chaos.round(number)
    # Enough of everything has happened to prove something; it takes much to end a round with 2.
    assert min(chaos.codes[code] for code in (0, 1, KILLED)) >= ROUNDS // 40, chaos.codes
    assert chaos.codes[2] >= ROUNDS // 200, chaos.codes
    assert chaos.faults >= ROUNDS, chaos.faults
    assert min(chaos.deleted[each] for each in PLURALS) >= ROUNDS // 100, chaos.deleted

    world.proxy.reset()
    world.count_git()
    commit = world.fleet.publish()
    chaos.solve_conflicts()
    world.settle(rounds=20)
    chaos.assert_as_git_says()
    assert world.player.faults == []
    assert_status_is_truth(world, commit)
    before = world.versions()
    world.synced()
    assert world.versions() == before
    ends = ", ".join(f"{count} with {code}" for code, count in sorted(chaos.codes.items()))
    gone = ", ".join(f"{count} {kind}" for kind, count in sorted(chaos.deleted.items()))
    told = f"{again}: rounds ended {ends}; {chaos.faults} faults; deleted with leave: {gone}"
    record_property("summary", f"chaos: {told}")


def assert_status_is_truth(world: World, commit: str) -> None:
    status = world.status()
    assert commit in yaml.safe_dump(status["summary.yaml"])
    names = set(world.all("HostedCluster"))
    assert set(status) == {"summary.yaml", *(f"clusters/{name}.yaml" for name in names)}
    for name in names:
        told = yaml.safe_dump(status[f"clusters/{name}.yaml"])
        history = world.live("HostedCluster", name)["status"]["version"]["history"]
        assert history[0]["version"] in told
        assert "healthy" in told
