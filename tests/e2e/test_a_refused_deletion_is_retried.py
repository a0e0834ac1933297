"""What could not be deleted stays in the inventory, and goes as soon as nobody objects."""

import time
from collections.abc import Iterator

import pytest
from tests.e2e.control_plane import ACCOUNT
from tests.e2e.fleet import Pool
from tests.e2e.world import World

POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"
BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings"


@pytest.fixture
def leaving(world: World) -> World:
    """A ConfigMap that nobody refers to any more; the next sync would delete it."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.settle()
    del world.fleet.clusters["alpha"]["nodePools"]["workers"]["config"]
    world.fleet.publish()
    world.sync("--no-prune")
    assert world.exists("ConfigMap", "alpha-slow")
    return world


@pytest.fixture
def refused(leaving: World) -> Iterator[World]:
    """The cluster lets the sync delete nothing there."""
    name = f"keep-{leaving.name}"
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["DELETE"],
        "resources": ["configmaps"],
    }
    refusal = {"expression": f"request.userInfo.username != '{ACCOUNT}'", "message": "not today"}
    spec = {"matchConstraints": {"resourceRules": [rule]}, "validations": [refusal]}
    body = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }
    assert leaving.admin.create(POLICIES, body).status == 201
    chosen = {"matchLabels": {"kubernetes.io/metadata.name": leaving.name}}
    binding = {
        **body,
        "kind": "ValidatingAdmissionPolicyBinding",
        "spec": {
            "policyName": name,
            "validationActions": ["Deny"],
            "matchResources": {"namespaceSelector": chosen},
        },
    }
    assert leaving.admin.create(BINDINGS, binding).status == 201
    wait_until_deletions_are(leaving, refused=True)
    yield leaving
    allow(leaving)


def allow(world: World) -> None:
    world.admin.delete(f"{BINDINGS}/keep-{world.name}")
    world.admin.delete(f"{POLICIES}/keep-{world.name}")


def wait_until_deletions_are(world: World, *, refused: bool) -> None:
    """Policies take a moment until they count."""
    path = world.path("ConfigMap", "alpha-slow")
    with world.plane.client(world.plane.sync) as client:
        until = time.monotonic() + 30
        while (client.delete(path, dryRun="All").status == 200) == refused:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_it_is_told_and_stays_ours(refused: World) -> None:
    ran = refused.sync()
    assert ran.code == 1, ran.said
    assert "not today" in ran.said
    assert "alpha-slow" in str(refused.status())
    assert refused.exists("ConfigMap", "alpha-slow")
    # It was not forgotten: as soon as nobody objects it goes.
    assert refused.sync().code == 1
    allow(refused)
    wait_until_deletions_are(refused, refused=False)
    refused.synced()
    assert not refused.exists("ConfigMap", "alpha-slow")
    refused.synced()


def test_a_finalizer_is_waited_for_and_never_removed(leaving: World) -> None:
    leaving.change("ConfigMap", "alpha-slow", {"metadata": {"finalizers": ["example.com/keep"]}})
    for _ in range(2):
        leaving.sync()
        kept = leaving.live("ConfigMap", "alpha-slow")["metadata"]
        assert kept["finalizers"] == ["example.com/keep"]
        assert "deletionTimestamp" in kept
        assert "example.com/keep" in str(leaving.status())
    leaving.change("ConfigMap", "alpha-slow", {"metadata": {"finalizers": None}})
    leaving.sync()
    leaving.synced()
    assert not leaving.exists("ConfigMap", "alpha-slow")
