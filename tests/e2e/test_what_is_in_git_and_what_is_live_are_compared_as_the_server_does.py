"""What a sync takes for unchanged is what the API server would not change: asked of a real one.

Objects are applied as a sync applies them, then others write them. `Thing` is a kind with each sort
of list, map and default that CRDs can have.
"""

import copy
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.control_plane import ControlPlane
from tests.envtest.client import MERGE_PATCH, Client

from hcpc.kube.object_ref import object_ref
from hcpc.sync.compare import applied_differences, field_path, has_effect, observe, owned_fields
from hcpc.sync.records import Desired, Difference, Observed
from hcpc.sync.tree.rendered_objects import rendered_objects
from hcpc.sync.tree.tree import ParsedFiles, read_tree

ROOT = Path(__file__).parents[2]
NAMESPACE = "compared"
Object = dict[str, Any]
TEXT = {"type": "string"}
ITEM = {
    "type": "object",
    "required": ["k"],
    "properties": {
        "k": TEXT,
        "q": {"type": "string", "default": "TCP"},
        "v": TEXT,
        "d": {"type": "string", "default": "default"},
    },
}
KEYED = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k", "q"]}
FIELDS: Object = {
    "text": TEXT,
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "flag": {"type": "boolean"},
    "defaulted": {"type": "string", "default": "default"},
    "nullable": {"type": "string", "nullable": True},
    "nullableDefaulted": {"type": "string", "nullable": True, "default": "default"},
    "either": {"x-kubernetes-int-or-string": True},
    "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "map": {"type": "object", "additionalProperties": TEXT},
    "atomicMap": {
        "type": "object",
        "additionalProperties": TEXT,
        "x-kubernetes-map-type": "atomic",
    },
    "atomic": {"type": "array", "items": ITEM},
    "set": {"type": "array", "items": TEXT, "x-kubernetes-list-type": "set"},
    "numbers": {"type": "array", "items": {"type": "integer"}, "x-kubernetes-list-type": "set"},
    "keyed": {"type": "array", "items": ITEM, **KEYED},
}
INNER = {"type": "object", "properties": FIELDS}
SPEC = {"type": "object", "properties": {**FIELDS, "inner": INNER}}
CRD: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.compared.hcpc.dev"},
    "spec": {
        "group": "compared.hcpc.dev",
        "scope": "Namespaced",
        "names": {"kind": "Thing", "plural": "things"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC}}},
            }
        ],
    },
}


class Server:
    """The objects of one namespace in a real API server."""

    def __init__(self, admin: Client) -> None:
        self._admin = admin
        self._made: dict[str, None] = {}
        self._known: dict[str, Object] = {}

    def wants(self, body: Object) -> Desired | None:
        """An object as git would have it; None where the server does not know its kind."""
        resources = self._plurals(body["apiVersion"])
        if body["kind"] not in resources or not resources[body["kind"]]["namespaced"]:
            return None
        placed = {**body, "metadata": {**body["metadata"], "namespace": NAMESPACE}}
        [found] = rendered_objects(json.dumps(placed).encode())
        return Desired(*found, "", "x.yaml")

    def apply(self, desired: Desired, *, manager: str = "hcpc", **query: str) -> Object:
        """Applies it; the test fails if the server refuses."""
        path = self._path(desired.body)
        query = {"fieldValidation": "Strict", **query}
        answer = self._admin.apply(path, desired.body, manager, **query)
        assert answer.status in {200, 201}, answer.body
        self._made[path] = None
        body: Object = answer.body
        return body

    def change(self, desired: Desired, change: Object, manager: str) -> Object:
        """Another one changes it, as with `kubectl edit`."""
        path, query = self._path(desired.body), {"fieldManager": manager}
        answer = self._admin.request("PATCH", path, change, content=MERGE_PATCH, query=query)
        assert answer.status == 200, answer.body
        body: Object = answer.body
        return body

    def replace(self, desired: Desired, live: Object, spec: Any, manager: str) -> Object | None:
        """Another one puts a whole spec there; None when the server refuses it."""
        body = {**live, "spec": spec}
        answer = self._admin.replace(self._path(desired.body), body, fieldManager=manager)
        assert answer.status == 200 or answer.is_refusal, answer.body
        return answer.body if answer.status == 200 else None

    def forget(self) -> None:
        """Takes away all that was made."""
        for path in self._made:
            self._admin.delete(path)

    def _path(self, body: Object) -> str:
        plural = self._plurals(body["apiVersion"])[body["kind"]]["name"]
        name = body["metadata"]["name"]
        return f"{_root(body['apiVersion'])}/namespaces/{NAMESPACE}/{plural}/{name}"

    def _plurals(self, api_version: str) -> Object:
        """What the server says of each kind; asked again until it knows any."""
        if not self._known.get(api_version):
            answer = self._admin.get(_root(api_version))
            found = answer.body["resources"] if answer.status == 200 else []
            kinds = {each["kind"]: each for each in found if "/" not in each["name"]}
            self._known[api_version] = kinds
        return self._known[api_version]


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


@pytest.fixture(scope="module")
def server(plane: ControlPlane) -> Iterator[Server]:
    with plane.admin() as admin:
        admin.create("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        assert admin.create(path, CRD).status == 201
        server = Server(admin)
        until = time.monotonic() + 60
        while not server.wants(thing("first", {})):
            assert time.monotonic() < until, "the kind is not served after a minute"
            time.sleep(0.1)
        yield server
        server.forget()
        admin.delete(f"{path}/{CRD['metadata']['name']}")


def examples() -> list[Desired]:
    """All that the example fleet wants of management clusters."""
    found: list[Desired] = []
    for root in (each.parent for each in sorted((ROOT / "rendered").glob("*/clusters"))):
        paths = [path for path in root.rglob("*") if path.is_file()]
        files = {str(path.relative_to(root)): path.read_bytes() for path in paths}
        found += read_tree(files, root.name, "c", ParsedFiles()).objects
    return found


def paths(observed: Observed) -> list[str]:
    return [field_path(each.path) for each in observed.differences]


def thing(name: str, spec: Object) -> Object:
    return {
        "apiVersion": "compared.hcpc.dev/v1",
        "kind": "Thing",
        "metadata": {"name": name},
        "spec": spec,
    }


def wants(server: Server, body: Object) -> Desired:
    desired = server.wants(body)
    assert desired is not None
    return desired


def test_what_was_applied_from_the_example_fleet_has_no_differences(server: Server) -> None:
    known = [found for each in examples() if (found := server.wants(each.body))]
    assert {each.ref.kind for each in known} >= {"HostedCluster", "NodePool", "ConfigMap"}
    for desired in {each.ref: each for each in known}.values():
        live = server.apply(desired)
        observed = observe(live, desired)
        assert (observed.differences, observed.foreign, observed.others) == ((), (), ()), (
            desired.ref
        )
        again = server.apply(desired, dryRun="All")
        assert not has_effect(live, again), applied_differences(live, again)
        assert observed.fields == owned_fields(again)


def test_a_change_of_another_manager_is_found_and_named(server: Server) -> None:
    pools = [each.body for each in examples() if each.ref.kind == "NodePool"]
    pool = next(body for body in pools if body["spec"].get("nodeDrainTimeout") == "30m")
    desired = wants(server, pool)
    before = observe(server.apply(desired, force="true"), desired)
    change = {"spec": {"nodeDrainTimeout": "1h", "nodeLabels": {"theirs": "x"}}}
    live = server.change(desired, change, "kubectl-edit")
    after = observe(live, desired)
    [difference] = after.differences
    assert difference == Difference(("spec", "nodeDrainTimeout"), "30m", "1h", "kubectl-edit")
    theirs = "spec.nodeLabels.theirs" if "nodeLabels" in pool["spec"] else "spec.nodeLabels"
    assert after.foreign == (f"kubectl-edit: {theirs}",)
    assert [each.name for each in after.others] == ["kubectl-edit"]
    assert after.fields != before.fields
    tried = server.apply(desired, force="true", dryRun="All")
    assert has_effect(live, tried)
    assert applied_differences(live, tried) == after.differences
    mended = observe(server.apply(desired, force="true"), desired)
    assert (mended.differences, mended.fields) == ((), before.fields)
    assert mended.foreign == after.foreign


def test_ports_of_a_service_are_merged_by_their_keys(server: Server) -> None:
    ports = [{"name": "dns", "port": 53}, {"name": "dns-udp", "port": 53, "protocol": "UDP"}]
    head = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "compared"}}
    desired = wants(server, {**head, "spec": {"ports": ports, "publishNotReadyAddresses": False}})
    server.apply(desired)
    theirs = wants(server, {**head, "spec": {"ports": [{"name": "more", "port": 80}]}})
    live = server.apply(theirs, manager="other")
    observed = observe(live, desired)
    assert observed.differences == ()
    assert observed.foreign == ('other: spec.ports[port=80,protocol="TCP"]',)
    moved = copy.deepcopy(live["spec"]["ports"])[::-1]
    next(each for each in moved if each["protocol"] == "UDP")["name"] = "renamed"
    live = server.change(desired, {"spec": {"ports": moved}}, "kubectl-edit")
    [difference] = observe(live, desired).differences
    assert field_path(difference.path) == 'spec.ports[port=53,protocol="UDP"].name'
    assert difference[1:4] == ("dns-udp", "renamed", "kubectl-edit")


def test_data_of_a_secret_and_of_a_config_map(server: Server) -> None:
    meta = {"metadata": {"name": "compared"}}
    secret = wants(
        server, {"apiVersion": "v1", "kind": "Secret", **meta, "stringData": {"a": "canary"}}
    )
    config = wants(
        server, {"apiVersion": "v1", "kind": "ConfigMap", **meta, "data": {"a": "", "b": "x"}}
    )
    for desired in (secret, config):
        assert observe(server.apply(desired), desired).differences == ()
    live = server.change(secret, {"data": {"a": "b3RoZXI="}}, "kubectl-edit")
    found = observe(live, secret)
    assert paths(found) == ["data.a"]
    assert "canary" not in repr(found)
    live = server.change(config, {"data": {"a": None, "c": "y"}}, "kubectl-edit")
    found = observe(live, config)
    assert paths(found) == ["data.a"]
    assert found.foreign == ("kubectl-edit: data.c",)


def test_empty_rules_and_labels_are_as_good_as_none(server: Server) -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": []}
    desired = wants(server, {**role, "metadata": {"name": "compared", "labels": {}}})
    assert observe(server.apply(desired), desired).differences == ()


def _value(schema: Object, chance: random.Random) -> Any:
    """Something that a schema allows, and that is often the same."""
    kind = schema.get("type")
    if schema.get("nullable") and chance.random() < 0.3:
        return None
    if kind == "array":
        items = [_value(schema["items"], chance) for _ in range(chance.randint(0, 3))]
        if "x-kubernetes-list-type" not in schema:
            return items
        keys = schema.get("x-kubernetes-list-map-keys")
        by_key = {
            json.dumps([item.get("k"), item.get("q", "TCP")] if keys else item): item
            for item in items
        }
        return list(by_key.values())
    if kind == "object" and "properties" in schema:
        properties = schema["properties"]
        chosen = {name for name in properties if chance.random() < 0.4}
        chosen |= {*schema.get("required", ())}
        return {name: _value(properties[name], chance) for name in sorted(chosen)}
    if kind == "object":
        return {name: chance.choice(["", "x", "y"]) for name in "abc" if chance.random() < 0.4}
    if kind == "integer":
        return chance.randint(0, 2)
    if kind == "number":
        return chance.choice([0, 1, 1.0, 1.5])
    if kind == "boolean":
        return chance.choice([True, False])
    if kind == "string":
        return chance.choice(["", "a", "b/c", "TCP", '"é<'])
    return chance.choice([1, "1", "a"])


def _other(spec: Any, chance: random.Random) -> Any:
    """What another one makes of a spec: one field is different, or gone; or all of it is."""
    if chance.random() < 0.3:
        return _value(SPEC, chance)
    spec = copy.deepcopy(spec)
    where = spec.setdefault("inner", {}) if chance.random() < 0.3 else spec
    name = chance.choice(sorted(FIELDS))
    if isinstance(where.get(name), list) and where[name] and chance.random() < 0.5:
        where[name] = chance.sample(where[name], chance.randint(0, len(where[name])))
    elif chance.random() < 0.3:
        where.pop(name, None)
    else:
        where[name] = _value(FIELDS[name], chance)
    return spec


def _in_order(live: Object) -> Object:
    """It with its merged lists in one order: theirs has no meaning, and is left as it is."""
    spec = copy.deepcopy(live["spec"])
    for part in (spec, spec.get("inner", {})):
        for name in {"set", "numbers", "keyed"} & part.keys():
            part[name] = sorted(part[name], key=json.dumps)
    return {**live, "spec": spec}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_taken_for_unchanged_the_server_would_not_change(server: Server, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same in each run
    changed = 0
    for number in range(60):
        desired = wants(server, thing(f"t{seed}-{number}", _value(SPEC, chance)))
        live = server.apply(desired)
        before = observe(live, desired)
        assert before.differences == (), (desired.body, live)
        there = server.replace(desired, live, _other(live["spec"], chance), "other")
        if there is None:
            continue
        after = observe(there, desired)
        tried = server.apply(desired, force="true", dryRun="All")
        if after.differences == () and after.fields == before.fields:
            assert not has_effect(_in_order(there), _in_order(tried)), (desired.body, there, tried)
        if has_effect(there, tried):
            changed += 1
            assert owned_fields(there) != owned_fields(tried) or applied_differences(there, tried)
        # Nothing that applying mends is told again.
        assert observe(tried, desired).differences == (), (desired.body, tried["spec"])
    assert changed > 20


@pytest.mark.parametrize("seed", range(2))
def test_a_value_of_ours_that_another_one_changes_is_always_found(
    server: Server, seed: int
) -> None:
    chance = random.Random(100 + seed)  # noqa: S311  # the same in each run
    for number in range(25):
        desired = wants(server, thing(f"v{seed}-{number}", {"text": "a", **_value(SPEC, chance)}))
        server.apply(desired)
        live = server.change(desired, {"spec": {"text": "changed"}}, "other")
        [found] = observe(live, desired).differences
        assert (found.path, found.live, found.manager) == (("spec", "text"), "changed", "other")


def test_an_object_is_named_as_in_git(server: Server) -> None:
    desired = wants(server, thing("named", {}))
    assert observe(server.apply(desired), None).ref == desired.ref == object_ref(desired.body)
