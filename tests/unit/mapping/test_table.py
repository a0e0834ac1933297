"""Rows and tables on a spec language of four fields."""

from typing import Any

import pytest

from hcpc.mapping.codec import COPY, SECRET, Each, Unliftable, Wrapped
from hcpc.mapping.table import Derived, Row, Table, derived, get, put, row, rows
from hcpc.syntax.tree import Path


def _mode(spec: dict[str, Any]) -> str | None:
    return "Sized" if "size" in spec.get("disk", {}) else None


TABLE = Table(
    (
        row("name", "metadata.name"),
        row("disk.size", "spec.storage.disk.gib"),
        row("disk.key", "spec.storage.key", SECRET),
        row("networks", "spec.networks", Each(Wrapped("cidr"))),
    ),
    (derived("disk", "spec.storage.mode", _mode, "`Sized` with a size"),),
)
SPEC = {"name": "a", "disk": {"size": 8, "key": {"secret": "k"}}, "networks": ["10.0.0.0/8"]}
MANIFEST = {
    "metadata": {"name": "a"},
    "spec": {
        "storage": {"disk": {"gib": 8}, "key": {"name": "k"}, "mode": "Sized"},
        "networks": [{"cidr": "10.0.0.0/8"}],
    },
}


def test_dotted_paths_make_rows() -> None:
    assert row("a.b", "c") == Row(("a", "b"), ("c",), COPY)
    assert rows("a", "b.c", "x", "y") == [row("a.x", "b.c.x"), row("a.y", "b.c.y")]
    following = derived("a.b", "c.d", _mode, "says")
    assert following == Derived(("a", "b"), ("c", "d"), _mode, "says")


def test_a_spec_field_has_one_row() -> None:
    with pytest.raises(AssertionError, match="declared twice"):
        Table((row("a", "x"), row("a", "y")))


def test_a_spec_field_is_a_group_or_has_a_row_but_not_both() -> None:
    with pytest.raises(AssertionError, match="declared twice"):
        Table((row("a.b", "x"), row("a", "y")))
    with pytest.raises(AssertionError, match="below another row"):
        Table((row("a", "x"), row("a.b", "y")))


def test_a_spec_is_lowered_and_lifted_again() -> None:
    assert TABLE.lower(SPEC) == MANIFEST
    assert TABLE.lift(MANIFEST) == SPEC


def test_nothing_is_lowered_to_nothing() -> None:
    assert TABLE.lower({}) == {}
    assert TABLE.lower({"disk": {}}) == {}
    assert TABLE.lift({}) == {}


def test_a_derived_field_stays_away_where_it_has_no_value() -> None:
    assert TABLE.lower({"disk": {"key": {"secret": "k"}}}) == {
        "spec": {"storage": {"key": {"name": "k"}}}
    }


def test_a_field_without_a_row_is_a_bug() -> None:
    with pytest.raises(KeyError):
        TABLE.lower({"disk": {"colour": "red"}})


def test_what_rows_cannot_say_is_left_out_when_lifting() -> None:
    manifest = {
        "spec": {
            "storage": {"disk": {"gib": 8, "iops": 3}, "key": {}, "mode": "Sized"},
            "networks": [{"cidr": "10.0.0.0/8", "hostPrefix": 23}],
            "more": 1,
        }
    }
    assert TABLE.lift(manifest) == {"disk": {"size": 8}}


def test_a_list_is_lifted_whole_or_not_at_all() -> None:
    table = Table((row("keys", "keys", Each(Table((row("id", "id"),)))),))
    assert table.lift({"keys": [{"id": 1}, {"id": 2}]}) == {"keys": [{"id": 1}, {"id": 2}]}
    assert table.lift({"keys": [{"id": 1}, {"id": 2, "more": 3}]}) == {}


def test_only_an_object_is_lifted() -> None:
    with pytest.raises(Unliftable):
        TABLE.lift(["a"])


@pytest.mark.parametrize(
    ("manifest", "spec"),
    [
        ((), ()),
        (("metadata", "name"), ("name",)),
        (("metadata", "labels"), ()),
        (("spec", "storage", "disk", "gib"), ("disk", "size")),
        (("spec", "storage", "disk", "gib", "below"), ("disk", "size", "below")),
        (("spec", "storage", "key", "name"), ("disk", "key", "secret")),
        (("spec", "storage", "mode"), ("disk",)),
        (("spec", "storage"), ("disk",)),
        (("spec", "storage", "disk"), ("disk", "size")),
        (("spec",), ()),
        (("spec", "networks", 0, "cidr"), ("networks", 0)),
        (("spec", "elsewhere"), ()),
    ],
)
def test_a_manifest_path_leads_to_the_field_that_answers_for_it(manifest: Path, spec: Path) -> None:
    assert TABLE.trace(manifest, MANIFEST) == spec


def test_the_longest_row_answers() -> None:
    table = Table((row("all", "all"), row("one", "all.one")))
    assert table.trace(("all", "one"), {}) == ("one",)
    assert table.trace(("all", "two"), {}) == ("all", "two")


def test_a_table_below_a_row_answers_for_its_object_as_a_whole() -> None:
    inner = Table((row("namespace", "agentNamespace"),))
    table = Table((row("agent", "platform", inner),))
    assert table.trace(("platform",), {"platform": {}}) == ("agent",)
    assert table.trace(("platform", "agentNamespace"), {"platform": {}}) == ("agent", "namespace")


@pytest.mark.parametrize(
    ("spec", "manifest"),
    [
        (("name",), ("metadata", "name")),
        (("disk", "size"), ("spec", "storage", "disk", "gib")),
        (("disk", "key", "secret"), ("spec", "storage", "key")),
        (("networks", 0), ("spec", "networks")),
        (("disk",), ()),
        (("elsewhere",), ()),
    ],
)
def test_a_spec_path_leads_to_the_manifest_field_it_becomes(spec: Path, manifest: Path) -> None:
    assert TABLE.manifest_path(spec) == manifest


def test_a_value_is_got_only_through_mappings() -> None:
    assert get(MANIFEST, ("spec", "storage", "disk", "gib")) == 8
    assert get(MANIFEST, ("spec", "networks", "cidr")) is None
    assert get("text", ("spec",)) is None


def test_putting_joins_mappings_and_replaces_all_else() -> None:
    tree: dict[str, Any] = {"a": {"b": {"x": 1}, "c": [1]}}
    put(tree, ("a", "b"), {"y": {"z": 2}})
    put(tree, ("a", "b"), {"y": {"w": 3}})
    put(tree, ("a", "c"), [2])
    assert tree == {"a": {"b": {"x": 1, "y": {"z": 2, "w": 3}}, "c": [2]}}
