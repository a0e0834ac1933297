"""What any known release of the API refuses of a change is told in our own words as well."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.outside import CRDS, TODAY, crd, needs_crds

from hcpc.kube.frozen import Frozen
from hcpc.platforms import registry
from hcpc.syntax.tree import FieldPath
from hcpc.verify.transitions import feature_set, frozen_cluster, frozen_pool

RELEASES = ("hypershift-4.15", "hypershift-4.17", TODAY)
EXEMPT = {
    ("NodePool", ("spec", "platform", "aws", "rootVolume", "encrypted")): "free in later releases",
}

OF_TECH_PREVIEW = {
    ("spec", "configuration", "apiServer", "tlsAdherence"),
    ("spec", "etcd", "managed", "shards"),
    ("spec", "etcd", "unmanaged", "shards"),
    ("spec", "osImageStream", "name"),
    ("spec", "platform", "gcp"),
}


def rules(kind: str, release: str) -> set[FieldPath]:
    """Where rules stand that compare old and new."""

    def walk(schema: dict[str, Any], path: FieldPath) -> Iterator[FieldPath]:
        if any("oldSelf" in each["rule"] for each in schema.get("x-kubernetes-validations", ())):
            yield path
        for name, below in schema.get("properties", {}).items():
            yield from walk(below, (*path, name))

    return {path for path in walk(crd(kind, release), ()) if path[:1] != ("status",)}


def below(base: str, table: tuple[Frozen, ...]) -> set[FieldPath]:
    return {(*base.split("."), *entry.path) for entry in table}


def told(kind: str) -> set[FieldPath]:
    """The fields of our tables."""
    is_cluster = kind == "HostedCluster"
    own = frozen_cluster.TABLE if is_cluster else frozen_pool.TABLE
    found = {entry.path for entry in own}
    for name in registry.NAMES:
        platform = registry.platform(name)
        assert platform
        table = platform.frozen if is_cluster else platform.frozen_of_pool
        found |= below(f"spec.platform.{platform.member}", table)
        if is_cluster:
            found |= below(f"spec.secretEncryption.kms.{name}", platform.frozen_of_kms)
    if is_cluster:
        found |= {("spec", "services"), ("spec", "platform", "type"), feature_set.PATH}
    return found


@needs_crds
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kind", ["HostedCluster", "NodePool"])
def test_each_rule_of_the_api_has_a_row_of_ours(kind: str, release: str) -> None:
    if not (CRDS / release).is_dir():
        pytest.skip(f"{release} is not there")
    known = told(kind)
    missing = {
        path
        for path in rules(kind, release)
        # A rule of an object speaks of one of its fields.
        if not any(path == each[: len(path)] or each == path[: len(each)] for each in known)
    }
    assert missing == {path for of, path in EXEMPT if of == kind} & rules(kind, release)


@needs_crds
@pytest.mark.parametrize("kind", ["HostedCluster", "NodePool"])
def test_each_row_of_ours_is_a_field_of_the_api(kind: str) -> None:
    unknown = {path for path in told(kind) if not is_field(crd(kind), path)}
    assert {path for path in unknown if not {path[:3], path} & OF_TECH_PREVIEW} == set()


def is_field(schema: dict[str, Any], path: FieldPath) -> bool:
    for step in path:
        properties = schema.get("properties", {})
        if step not in properties:
            return False
        schema = properties[step]
    return True
