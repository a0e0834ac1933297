"""The manifests in deploy/, as kustomize builds them, are what a real server takes."""

import copy
from typing import Any

import pytest
from tests.e2e.control_plane import DEPLOY, SYSTEM, ControlPlane
from tests.integration.building import build

from hcpc.cli.sync import command

Object = dict[str, Any]
_GROUPS = {"v1": "/api/v1"}
KINDS = ("ConfigMap", "Deployment", "Namespace", "NetworkPolicy", "Service", "ServiceAccount")


def built() -> dict[str, Object]:
    """The objects by their kinds, those of RBAC left out: they have scenarios of their own."""
    bodies = build(DEPLOY).values()
    found = {each["kind"]: each for each in bodies if not each["apiVersion"].startswith("rbac.")}
    assert set(found) == set(KINDS)
    return found


def container() -> Object:
    (only,) = built()["Deployment"]["spec"]["template"]["spec"]["containers"]
    found: Object = only
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_server_takes_it(plane: ControlPlane, kind: str) -> None:
    body = built()[kind]
    version = body["apiVersion"]
    root = _GROUPS.get(version, f"/apis/{version}")
    namespace = body["metadata"].get("namespace")
    below = f"namespaces/{namespace}/" if namespace else ""
    plural = "networkpolicies" if kind == "NetworkPolicy" else f"{kind.lower()}s"
    path = f"{root}/{below}{plural}/{body['metadata']['name']}"
    with plane.admin() as admin:
        answer = admin.apply(
            path, body, "test", force="true", fieldValidation="Strict", dryRun="All"
        )
    assert answer.status in {200, 201}, answer.body


def pod() -> Object:
    template = copy.deepcopy(built()["Deployment"]["spec"]["template"])
    metadata = template["metadata"] | {"name": "restricted", "namespace": SYSTEM}
    return {**template, "apiVersion": "v1", "kind": "Pod", "metadata": metadata}


def refusal(plane: ControlPlane, body: Object) -> str:
    """What a namespace with the labels of deploy/ says to a pod; empty when it takes it."""
    labels = built()["Namespace"]["metadata"]["labels"]
    with plane.admin() as admin:
        namespace = {"metadata": {"labels": labels}}
        assert (
            admin.request(
                "PATCH",
                f"/api/v1/namespaces/{SYSTEM}",
                namespace,
                content="application/merge-patch+json",
            ).status
            == 200
        )
        account = {"metadata": {"name": "hcpc-sync", "namespace": SYSTEM}}
        admin.create(f"/api/v1/namespaces/{SYSTEM}/serviceaccounts", account)
        answer = admin.create(f"/api/v1/namespaces/{SYSTEM}/pods", body, dryRun="All")
    return "" if answer.status == 201 else str(answer.body)


def test_its_pod_is_as_restricted_as_its_namespace_asks_for(plane: ControlPlane) -> None:
    assert refusal(plane, pod()) == ""
    loose = pod()
    del loose["spec"]["containers"][0]["securityContext"]
    assert "violates PodSecurity" in refusal(plane, loose)


def test_what_it_says_to_the_sync_is_understood() -> None:
    first, *arguments = container()["args"]
    assert first == "sync"
    environment = built()["ConfigMap"]["data"]
    options = {f"HCPC_SYNC_{each.name.upper()}" for each in command.params if each.name}
    assert set(environment) <= options
    source = environment["HCPC_SYNC_SOURCE"]
    context = command.make_context("sync", [source, *arguments])
    assert context.params["leader_elect"] is True
    assert context.params["log"] == "json"


def test_probes_ask_where_it_listens() -> None:
    said = container()
    (port,) = said["ports"]
    assert f"0.0.0.0:{port['containerPort']}" in said["args"]
    assert {said[each]["httpGet"]["port"] for each in ("livenessProbe", "readinessProbe")} == {
        port["name"]
    }
