"""The roles of deploy/ suffice for all that a sync does; with any verb less, something fails."""

import copy
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from tests.e2e.control_plane import ACCOUNT, SYSTEM, put, rights
from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.e2e.written import write_index

Object = dict[str, Any]

REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
NAMESPACE = (
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels: {{step: '{step}'}}\n"
)


class Right(NamedTuple):
    """A verb that may be done to a resource."""

    group: str
    resource: str
    verb: str

    def taken_from(self, role: Object) -> Object:
        """The role without it, in whichever of its rules it is."""
        rules = [
            {**rule, "resources": [resource], "verbs": verbs}
            for rule in role["rules"]
            for resource in rule["resources"]
            if (verbs := [each for each in rule["verbs"] if not self._is(rule, resource, each)])
        ]
        return copy.deepcopy(role) | {"rules": rules}

    def _is(self, rule: Object, resource: str, verb: str) -> bool:
        return self.group in rule["apiGroups"] and (resource, verb) == (self.resource, self.verb)


def rights_of(rule: Object) -> set[Right]:
    return {
        Right(group, resource, verb)
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


RULES = [
    rule
    for body in rights(SYSTEM)
    if body["kind"] in {"Role", "ClusterRole"}
    for rule in body["rules"]
]
RIGHTS = sorted(set[Right]().union(*map(rights_of, RULES)))


class Tour:
    """Commits after each of which a sync has to end well; together they need every right."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.system = f"{world.name}-system"
        world.move_inventory(self.system)
        world.make_namespace(f"{world.name}-guest")
        # What a status tells of clusters that have run would outlast that all of it is wiped out.
        world.options = ("--leader-elect", "--timeout", "5", "--no-status")
        self.commits = [self._first(), self._second(), self._third()]

    def run(self) -> str:
        """What went wrong first; empty when nothing did."""
        world = self.world
        for commit in self.commits:
            # Deletions upset nobody: what waits for another object goes with the next round.
            for _ in range(4):
                ran = world.sync("--revision", commit)
                world.player.settle()
                self._kubeconfig()
                self._end_namespace()
                if ran.code != 1 or "forbidden" in ran.said:
                    break
            if ran.code:
                return ran.said
            if world.holder:
                return f"the Lease was not given back by {world.holder}"
        return ""

    def wipe(self) -> None:
        """As before the first commit."""
        world = self.world
        for kind in ("NodePool", "HostedCluster", "ConfigMap", "Secret"):
            for name, body in world.all(kind).items():
                if body["metadata"].get("finalizers"):
                    world.change(kind, name, {"metadata": {"finalizers": None}})
                world.admin.delete(world.path(kind, name))
        for kind in ("Schedule", "ExternalSecret", "ManifestWork"):
            world.admin.delete(world.path(kind))
        world.admin.delete(f"/api/v1/namespaces/{world.name}-spare")
        self._end_namespace()
        for namespace in (self.system, f"{world.name}-guest"):
            world.admin.delete(world.path("ConfigMap", namespace=namespace))
            world.admin.delete(world.path("Lease", namespace=namespace))

    def _first(self) -> str:
        fleet, name = self.world.fleet, self.world.name
        motd = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}
        motd |= {"metadata": {"name": "motd", "namespace": f"{name}-guest"}}
        fleet.add(
            "alpha",
            pools={"workers": Pool(config=("slow",)), "more": Pool()},
            backup={"schedule": "30 2 * * *", "namespace": name},
            secrets={"store": {"name": "vault"}},
            guest={"manifests": {"m": motd}, "delivery": {"manifestWork": {"namespace": name}}},
        )
        fleet.add(
            "beta", pools={"workers": Pool(), "more": Pool()}, guest={"manifests": {"m": motd}}
        )
        return self._published("1")

    def _second(self) -> str:
        """Everything is changed."""
        fleet = self.world.fleet
        for name in ("alpha", "beta"):
            spec = fleet.clusters[name]
            spec["labels"] = {"team": "blue"}
            spec["guest"]["manifests"]["m"]["data"] = {"a": "c"}
        alpha = fleet.clusters["alpha"]
        alpha["nodePools"]["workers"]["replicas"] = 3
        alpha["backup"]["schedule"] = "30 3 * * *"
        alpha["secrets"] = {"store": {"name": "safe"}}
        fleet.configs["slow"] = ["panic=20"]
        return self._published("2")

    def _third(self) -> str:
        """All of one cluster goes, a node pool of the other, and the namespace."""
        fleet, name = self.world.fleet, self.world.name
        del fleet.clusters["beta"]["nodePools"]["more"]
        fleet.tombstone("beta-more", nodePool="beta-more", namespace=name)
        del fleet.clusters["alpha"]
        fleet.tombstone("alpha", hostedCluster="alpha", namespace=name)
        fleet.tombstone("spare", object={"kind": "Namespace", "name": f"{name}-spare"})
        return self._published("")

    def _published(self, step: str) -> str:
        fleet = self.world.fleet
        file = fleet.rendered / "operator" / "namespace-spare.yaml"
        file.unlink(missing_ok=True)
        fleet.compile()
        if step:
            file.parent.mkdir(exist_ok=True)
            name = f"{self.world.name}-spare"
            file.write_text(NAMESPACE.format(name=name, step=step), encoding="utf-8")
        write_index(fleet)
        return fleet.push()

    def _end_namespace(self) -> None:
        """What the controller of namespaces does when one is empty."""
        path = f"/api/v1/namespaces/{self.world.name}-spare"
        found = self.world.admin.get(path)
        if found.status == 200 and "deletionTimestamp" in found.body["metadata"]:
            self.world.admin.replace(f"{path}/finalize", found.body | {"spec": {}})

    def _kubeconfig(self) -> None:
        world = self.world
        if not world.exists("Secret", "beta-admin-kubeconfig"):
            text = world.plane.kubeconfig(world.plane.guest.token)
            name = {"metadata": {"name": "beta-admin-kubeconfig"}}
            world.create("Secret", {**name, "stringData": {"kubeconfig": text}})


@pytest.fixture
def tour(world: World) -> Iterator[Tour]:
    """The tour of a world; afterwards the rights are as they were."""
    yield Tour(world)
    for body in rights(SYSTEM):
        put(world.admin, body)


def test_they_are_enough(tour: Tour) -> None:
    assert tour.run() == ""


def test_no_rule_is_said_by_others() -> None:
    """So that to take away any right is to break a rule, and every rule is needed."""
    for rule in RULES:
        others = set[Right]().union(*(rights_of(each) for each in RULES if each is not rule))
        assert rights_of(rule) - others, rule


def test_without_any_one_of_them_something_fails(tour: Tour) -> None:
    world = tour.world
    needless = []
    for right in RIGHTS:
        tour.wipe()
        for body in rights(tour.system, world.name):
            put(world.admin, right.taken_from(body) if "rules" in body else body)
        wait_until_it_counts(tour, right)
        if not tour.run():
            needless.append(right)
    assert needless == []


def wait_until_it_counts(tour: Tour, right: Right) -> None:
    """The server learns of changed roles a moment later."""
    for namespace in (tour.system, tour.world.name):
        asked = {**right._asdict(), "namespace": namespace}
        spec = {"user": ACCOUNT, "resourceAttributes": asked}
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": spec,
        }
        until = time.monotonic() + 30
        while tour.world.admin.create(REVIEWS, body).body["status"]["allowed"]:
            assert time.monotonic() < until, right
            time.sleep(0.02)
