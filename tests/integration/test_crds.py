"""Every object of the example fleet against the structural schemas of the real CRDs.

The CRDs are no part of this repository (see `tests.outside`).
Defaults, rules in CEL and transitions are not looked at here.
"""

import copy
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator
from tests.outside import crd, needs_crds

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "rendered"
FILES = {
    "HostedCluster": sorted(RENDERED.glob("*/clusters/*/hostedcluster.yaml")),
    "NodePool": sorted(RENDERED.glob("*/clusters/*/nodepool-*.yaml")),
}
KEPT = (
    *("enum", "pattern", "minimum", "maximum", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties"),
)

pytestmark = needs_crds


@cache
def validator(kind: str) -> Draft202012Validator:
    """The CRD as a JSON Schema."""
    # Not with Python's `re`: it knows no classes such as \p{L}, and takes a line end before `$`.
    return Draft202012Validator(strict(crd(kind)))


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """A structural schema as the API server means it, with unknown fields refused."""
    converted: dict[str, Any] = {word: schema[word] for word in KEPT if word in schema}
    types = (
        ["integer", "string"]
        if schema.get("x-kubernetes-int-or-string")
        else [schema["type"]]
        if "type" in schema
        else []
    )
    if types:
        converted["type"] = [*types, "null"] if schema.get("nullable") else types
    if "items" in schema:
        converted["items"] = strict(schema["items"])
        converted["uniqueItems"] = schema.get("x-kubernetes-list-type") == "set"
    if types == ["object"]:
        converted |= members(schema)
    return converted


def members(schema: dict[str, Any]) -> dict[str, Any]:
    """What an object may and must hold; what has a default is not missing."""
    known = {name: strict(below) for name, below in schema.get("properties", {}).items()}
    values = schema.get("additionalProperties")
    # `metadata` and the like are objects of which the CRD says nothing: others check them.
    is_open = schema.get("x-kubernetes-preserve-unknown-fields", False) or not known
    return {
        "properties": known,
        "required": [
            name
            for name in schema.get("required", ())
            if "default" not in schema["properties"][name]
        ],
        "additionalProperties": strict(values) if isinstance(values, dict) else is_open,
    }


def repeated(value: Any, schema: dict[str, Any], place: str) -> Iterator[str]:
    """Places of list-maps in which two items have the same keys."""
    if isinstance(value, dict):
        below = schema.get("properties", {})
        for name in value.keys() & below.keys():
            yield from repeated(value[name], below[name], f"{place}.{name}")
    if isinstance(value, list):
        keys = schema.get("x-kubernetes-list-map-keys", ())
        seen = [[item.get(key) for key in keys] for item in value] if keys else []
        if any(entry in seen[:index] for index, entry in enumerate(seen)):
            yield place
        for index, item in enumerate(value):
            yield from repeated(item, schema["items"], f"{place}[{index}]")


def faults(kind: str, body: dict[str, Any]) -> list[str]:
    """Everything that the structural schema of a kind has against an object."""
    found = [
        f"{'.'.join(str(step) for step in error.instance_path)}: {error.message}"
        for error in validator(kind).iter_errors(body)
    ]
    return sorted([*found, *repeated(body, crd(kind), "")])


def read(file: Path) -> dict[str, Any]:
    body: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return body


def test_there_are_objects_of_every_kind() -> None:
    assert len(FILES["HostedCluster"]) >= 12
    assert len(FILES["NodePool"]) > len(FILES["HostedCluster"])


@pytest.mark.parametrize(
    ("kind", "file"),
    [(kind, file) for kind, files in FILES.items() for file in files],
    ids=lambda value: value.relative_to(RENDERED).as_posix() if isinstance(value, Path) else None,
)
def test_the_crd_takes_every_object(kind: str, file: Path) -> None:
    body = read(file)
    assert body["kind"] == kind
    assert faults(kind, body) == []


def unknown_field(spec: dict[str, Any]) -> None:
    spec["platform"]["agent"]["agentNamespaces"] = "agents"


def wrong_type(spec: dict[str, Any]) -> None:
    spec["pausedUntil"] = True


def missing_field(spec: dict[str, Any]) -> None:
    del spec["pullSecret"]


def bad_enum(spec: dict[str, Any]) -> None:
    spec["platform"]["type"] = "Kubevirt"


def bad_quantity(spec: dict[str, Any]) -> None:
    spec["etcd"]["managed"]["storage"]["persistentVolume"]["size"] = "8Gigs"


def too_few(spec: dict[str, Any]) -> None:
    spec["networking"]["clusterNetwork"] = []


def bad_hostname(spec: dict[str, Any]) -> None:
    route = {"hostname": "-", "name": "console", "namespace": "openshift-console"}
    spec["configuration"]["ingress"] = {"componentRoutes": [route]}


def twice_the_same(spec: dict[str, Any]) -> None:
    rule = {"group": "system:masters", "profile": "None"}
    spec["configuration"]["apiServer"]["audit"]["customRules"] = [rule, rule]


@pytest.mark.parametrize(
    "spoil",
    [
        unknown_field,
        wrong_type,
        missing_field,
        bad_enum,
        bad_quantity,
        too_few,
        bad_hostname,
        twice_the_same,
    ],
)
def test_the_check_itself_finds(spoil: Callable[[dict[str, Any]], None]) -> None:
    body = read(RENDERED / "prod-fra1/clusters/payments/hostedcluster.yaml")
    spoiled = copy.deepcopy(body)
    spoil(spoiled["spec"])
    assert len(faults("HostedCluster", spoiled)) == 1
