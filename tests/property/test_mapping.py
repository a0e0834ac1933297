"""Laws of the mapping table, for specs of every platform and for any HostedCluster and NodePools.

One table is read in four directions; here each direction is held against the others.
"""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outside import EXAMPLES, needs_examples
from tests.property.strategies import (
    JSON,
    WORDS,
    Data,
    objects,
    patches,
    paths,
    specs,
    strangers,
)

from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import lift, lower, manifest_path, trace
from hcpc.lower.publish import SERVICES
from hcpc.mapping.patch import apply_patch, find_patch, same
from hcpc.syntax.tree import Path

# What no spec field says as it stands: heads of objects, tags of unions, derived fields.
UNSAID = {"apiVersion", "kind", "type", "provider", "managementType"} | {
    *("azureAuthenticationConfigType", "storageAccountType")
}
EMPTY: tuple[Any, ...] = ({}, [])

anything = st.dictionaries(st.text(max_size=3), JSON, max_size=4)
few = st.recursive(
    st.sampled_from([0, 1, False, True, 1.0, "", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner),
)
trees = st.dictionaries(st.sampled_from("abc"), few)  # with much in common
steps = st.sampled_from(WORDS) | st.text(max_size=4) | st.integers(-3, 3)


def bodies(spec: Data) -> list[Data]:
    return [manifest.body for manifest in lower(spec)]


def at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def passthrough(spec: Data, manifest: Manifest) -> Data | None:
    raw = at(spec, manifest.source).get("nodePool") if manifest.source else None
    return raw if manifest.source else spec.get("hostedCluster")


@given(specs())
@settings(max_examples=200)
def test_a_lowered_spec_is_lifted_to_itself(spec: Data) -> None:
    before = copy.deepcopy(spec)
    hosted_cluster, *node_pools = bodies(spec)
    assert same(spec, before)
    assert same(lift(hosted_cluster, node_pools), spec)


@given(specs(), st.data())
def test_a_spec_with_any_passthrough_is_lifted_to_one_that_lowers_the_same(
    spec: Data, data: st.DataObject
) -> None:
    hosted_cluster, *node_pools = bodies(spec)
    spec["hostedCluster"] = data.draw(patches(hosted_cluster))
    for pool, body in zip(spec.get("nodePools", {}).values(), node_pools, strict=True):
        pool["nodePool"] = data.draw(patches(body))
    hosted_cluster, *node_pools = bodies(spec)
    assert same(bodies(lift(hosted_cluster, node_pools)), [hosted_cluster, *node_pools])


@given(objects() | strangers())
@settings(max_examples=200)
def test_a_lifted_manifest_is_lowered_to_itself(found: list[Data]) -> None:
    before = copy.deepcopy(found)
    spec = lift(found[0], found[1:])
    assert same(found, before)
    assert same(bodies(spec), found)


@needs_examples
@pytest.mark.parametrize("name", ["agent", "aws", "kubevirt", "none"])
def test_a_vendor_example_is_lifted_and_lowered_to_itself(name: str) -> None:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    found = [document for document in yaml.safe_load_all(text) if document]
    hosted_cluster = next(each for each in found if each["kind"] == "HostedCluster")
    node_pools = [each for each in found if each["kind"] == "NodePool"]
    assert node_pools
    assert same(bodies(lift(hosted_cluster, node_pools)), [hosted_cluster, *node_pools])


@given(specs())
def test_every_value_of_a_manifest_is_traced_to_the_spec_that_says_it(spec: Data) -> None:
    for manifest in lower(spec):
        for path in paths(manifest.body):
            source = trace(manifest, path, passthrough(spec, manifest))
            found, value = at(spec, source), at(manifest.body, path)  # a KeyError is a failure
            if value in EMPTY:
                assert found in EMPTY, path
            elif not isinstance(value, dict | list):
                is_key = source and value in {source[-1], SERVICES.get(str(source[-1]))}
                is_tag = path[-1] in UNSAID and (isinstance(found, dict) or source[-1] == "imageID")
                assert same(found, value) or is_key or is_tag, path


@given(objects() | strangers(), st.data())
@settings(max_examples=50)
def test_no_path_of_any_manifest_makes_a_trace_fail(found: list[Data], data: st.DataObject) -> None:
    for number, body in enumerate(found):
        manifest = Manifest("", "", "", body, ("nodePools", "w") if number else ())
        raw = data.draw(st.none() | anything)
        elsewhere = data.draw(st.lists(steps, max_size=4).map(tuple))
        for path in paths(body):
            for each in (path, (*path, *elsewhere), elsewhere):
                assert all(isinstance(step, str | int) for step in trace(manifest, each, raw))


@given(specs())
@settings(max_examples=50)
def test_the_manifest_field_of_a_spec_field_is_traced_back_to_it(spec: Data) -> None:
    by_source = {manifest.source: manifest for manifest in lower(spec)}
    for path in paths(spec):
        owner = by_source.get(path[:2], by_source[()])
        becomes = manifest_path(path)
        if not becomes:
            continue
        back = trace(owner, becomes, passthrough(spec, owner))
        assert back, path
        assert back == path[: len(back)]
        if back == path and not isinstance(at(spec, path), dict | list):
            assert same(at(owner.body, becomes), at(spec, path))


@given(trees, trees)
def test_a_found_patch_makes_one_object_into_the_other(source: Data, target: Data) -> None:
    before = copy.deepcopy((source, target))
    assert same(apply_patch(source, find_patch(source, target)), target)
    assert same(source, before[0])
    assert same(target, before[1])


@given(trees)
def test_an_object_needs_no_patch_to_be_itself(source: Data) -> None:
    assert find_patch(source, copy.deepcopy(source)) == {}
