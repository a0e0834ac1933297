"""Findings about what overlays made point at the overlay, and all others where they did before."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.overlay.overlaying import merge, operations, overlaid, patches, with_function
from tests.unit.resolve.small_fleet import DEMO, cluster, underlined

from hcpc.kube.manifest import Change, Manifest
from hcpc.overlay.provenance import answer, changes_between, history
from hcpc.source.text import SourceFile, Span

CLUSTER, POOL = "{kind: HostedCluster}", "{kind: NodePool}"
FILE = SourceFile("a.yaml", "x" * 100)


def at(start: int) -> Span:
    return Span(FILE, start, start + 1)


def changed(*changes: Change) -> Manifest:
    return Manifest("ConfigMap", "x", "", {}, changes=changes)


def change(start: int, *path: str | int, **more: Any) -> Change:
    return Change("Overlay x", path, at(start), at(start), "value", **more)


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        (merge(POOL, "{spec: {replicas: many}}"), ["HCP0501 many"]),
        (merge(POOL, "{spec: {lables: {a: b}}}"), ["HCP0501 lables"]),
        (merge(POOL, "{spec: {platform: {type: AgenT}}}"), ["HCP0501 AgenT"]),
        (merge(POOL, "{spec: {release: {image: null}}}"), ["HCP0501 null"]),
        (merge(POOL, "{spec: {taints: [{key: a, effect: Never, value: x}]}}"), ["HCP0501 Never"]),
        (merge(POOL, "{spec: {taints: [{key: a}]}}"), ["HCP0501 key"]),
        (operations(POOL, "{op: replace, path: /spec/replicas, value: x}"), ["HCP0501 x"]),
        (operations(POOL, "{op: add, path: /spec/nope, value: x}"), ["HCP0501 /spec/nope"]),
        (operations(POOL, "{op: remove, path: /spec/release}"), ["HCP0501 /spec/release"]),
        (
            operations(POOL, "{op: move, from: /spec/release, path: /spec/image}"),
            ["HCP0501 /spec/release", "HCP0501 /spec/image"],
        ),
        (operations(POOL, "{op: add, path: /spec/platform, value: {type: X}}"), ["HCP0501 X"]),
        (
            operations(CLUSTER, "{op: add, path: /spec/services/-, value: {service: OIDC, x: z}}"),
            ["HCP0501 /spec/services/-", "HCP0501 x"],
        ),
        (
            operations(
                CLUSTER,
                "{op: add, path: /spec/services/1, value: {service: Oops}}",
                "{op: add, path: /spec/services/0, value: {service: Oups}}",
                "{op: remove, path: /spec/services/5}",
            ),
            [
                "HCP0501 /spec/services/1",
                "HCP0501 Oops",
                "HCP0501 /spec/services/0",
                "HCP0501 Oups",
            ],
        ),
    ],
)
def test_a_fault_that_an_overlay_makes_is_told_in_the_overlay(
    tmp_path: Path, patch: str, found: list[str]
) -> None:
    assert underlined(overlaid(tmp_path, patches(patch)).findings) == found


def test_a_fault_of_the_spec_is_told_in_the_spec_though_an_overlay_moved_it(
    tmp_path: Path,
) -> None:
    raw = "hostedCluster: {spec: {services: [{service: Ingress}, {service: Egress}]}}\n"
    sound = "{service: OIDC, servicePublishingStrategy: {type: None}}"
    add = f"{{op: add, path: /spec/services/0, value: {sound}}}"
    text = patches(operations(CLUSTER, add, "{op: remove, path: /spec/services/1}"))
    found = overlaid(tmp_path, text, {DEMO: cluster("demo", raw)}).findings
    assert underlined(found) == ["HCP0501 service", "HCP0501 Egress"]


def test_the_last_overlay_that_sets_a_value_answers_for_it(tmp_path: Path) -> None:
    first = patches(merge(POOL, "{spec: {replicas: one}}"), "first")
    second = patches(merge(POOL, "{spec: {replicas: two}}"), "second")
    assert underlined(overlaid(tmp_path, f"{first}---\n{second}").findings) == ["HCP0501 two"]


def test_what_a_function_makes_is_told_where_the_overlay_names_it(tmp_path: Path) -> None:
    jsonnet = "function(cluster, manifests) [m { spec+: { nope: 1 } } for m in manifests]"
    result = with_function(tmp_path, jsonnet)
    assert underlined(result.findings) == ["HCP0501 site.jsonnet"] * 2
    assert "after the overlay" in result.findings[0].notes[0]


def test_a_value_answers_for_all_below_it_and_a_mapping_of_a_merge_for_itself() -> None:
    manifest = changed(change(1, "a", whole=False), change(2, "a", "b"))
    assert answer(manifest, ("a",))[0] == manifest.changes[0]
    assert answer(manifest, ("a", "b", "c"))[0] == manifest.changes[1]
    assert answer(manifest, ("a", "x")) == (None, ("a", "x"))


def test_paths_are_led_back_through_insertions_and_removals() -> None:
    manifest = changed(change(1, "a", 1, shift=1), change(2, "a", 0, shift=-1))
    assert answer(manifest, ("a", 0))[0] == manifest.changes[0]
    assert answer(manifest, ("a", 1, "x")) == (None, ("a", 1, "x"))
    assert answer(manifest, ("b", 1)) == (None, ("b", 1))


def test_a_history_names_each_step_once_the_last_one_first() -> None:
    first, whole = change(1, "a", "b"), change(2, "a")
    part = change(3, "a", "b", inner=True)
    assert history(changed(first, whole, part), ("a", "b")) == ([part, first], ("a", "b"))
    assert history(changed(first, whole, part), ("a",)) == ([whole], ("a",))
    assert history(changed(first, whole, part), ("a", "c")) == ([whole], ("a", "c"))


def test_what_an_overlay_put_into_a_list_has_no_past() -> None:
    manifest = changed(change(1, "a", 0, "x"), change(2, "a", 0, shift=1))
    assert history(manifest, ("a", 0, "x")) == ([manifest.changes[1]], ())
    assert history(manifest, ("a", 1, "x")) == ([manifest.changes[0]], ("a", 0, "x"))


def test_the_changes_between_two_objects_are_what_differs() -> None:
    before = {"same": {"x": [1]}, "gone": 1, "list": [1, 2], "deep": {"a": 1, "b": True}}
    after = {"same": {"x": [1]}, "new": {"y": 1}, "list": [1], "deep": {"a": 1, "b": 1}}
    found = {each.path: each.value for each in changes_between("x", before, after, at(0))}
    assert found == {("gone",): None, ("new",): {"y": 1}, ("list",): [1], ("deep", "b"): 1}
