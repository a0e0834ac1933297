"""Keys of the cache: equal only when everything that a result depends on is equal."""

import os
from itertools import combinations
from pathlib import Path

import pytest

from hcpc.run import keys
from hcpc.run.keys import Keys
from hcpc.source.text import SourceFile


def key(path: str, text: str, shared: dict[str, str]) -> str:
    return Keys(SourceFile(*each) for each in shared.items()).of(SourceFile(path, text))


SHARED = {"fleet.yaml": "f", "a/d.yaml": "d", "b/d.yaml": "e", "a/c/p.yaml": "p"}


def test_the_same_gives_the_same_key() -> None:
    assert key("a/x.yaml", "x", SHARED) == key("a/x.yaml", "x", dict(SHARED))


@pytest.mark.parametrize(
    ("path", "text", "shared"),
    [
        ("a/y.yaml", "x", SHARED),
        ("a/x.yaml", "y", SHARED),
        ("b/x.yaml", "x", SHARED),
        ("a/x.yaml", "x", SHARED | {"fleet.yaml": "g"}),
        ("a/x.yaml", "x", SHARED | {"a/d.yaml": "D"}),
        ("a/x.yaml", "x", SHARED | {"a/e.yaml": ""}),
        ("a/x.yaml", "x", {p: t for p, t in SHARED.items() if p != "a/d.yaml"}),
        ("a/x.yaml", "x", {("a/D.yaml" if p == "a/d.yaml" else p): t for p, t in SHARED.items()}),
    ],
)
def test_a_difference_above_gives_another_key(path: str, text: str, shared: dict[str, str]) -> None:
    assert key(path, text, shared) != key("a/x.yaml", "x", SHARED)


@pytest.mark.parametrize("path", ["b/d.yaml", "a/c/p.yaml", "ab/d.yaml", "a/c/new.yaml"])
def test_a_difference_elsewhere_gives_the_same_key(path: str) -> None:
    assert key("a/x.yaml", "x", SHARED | {path: "other"}) == key("a/x.yaml", "x", SHARED)


def test_texts_cannot_be_shifted_between_files() -> None:
    halves = [("ab", "c"), ("a", "bc"), ("abc", ""), ("a\0b", "c"), ("", "abc")]
    found = {key("x.yaml", "x", {"d.yaml": one, "e.yaml": two}) for one, two in halves}
    own = {key(f"x{one}.yaml", two, {}) for one, two in halves}
    assert (len(found), len(own)) == (len(halves), len(halves))


def test_names_and_texts_that_are_no_utf8_have_keys() -> None:
    name = os.fsdecode(b"\xff.yaml")
    assert key(name, "x", {name: "y"}) != key("x.yaml", "x", {name: "y"})


def test_the_tool_is_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key("x.yaml", "x", {})
    monkeypatch.setattr(keys, "tool_key", lambda: b"another")
    assert key("x.yaml", "x", {}) != before


def test_the_tool_is_its_modules_its_schemas_and_what_it_builds_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = [tmp_path / name for name in ("module.py", "schema.json", "site-packages")]
    for path in mine:
        path.write_text("1", encoding="utf-8")
    monkeypatch.setattr(keys, "_own_files", lambda: mine)
    seen = {keys.tool_key.__wrapped__()}
    for size, path in enumerate(mine):
        path.write_text("1" * (size + 2), encoding="utf-8")
        seen.add(keys.tool_key.__wrapped__())
    monkeypatch.setattr(keys, "__version__", "99")
    seen.add(keys.tool_key.__wrapped__())
    assert len(seen) == 5
    assert all(one != other for one, other in combinations(seen, 2))


def test_every_module_and_every_schema_counts() -> None:
    package = Path(keys.__file__).parents[1]
    counted = set(keys._own_files())  # noqa: SLF001  # what is counted shows nowhere else
    assert set(package.rglob("*.py")) <= counted
    assert {path.name for path in counted} >= {"hostedcluster-v1beta1.json", "site-packages"}


def test_of_some_shared_files_only_a_part_counts_for_units_but_all_for_what_they_share() -> None:
    def made(text: str, part: str) -> tuple[str, str]:
        found = Keys([SourceFile("p.yaml", text)], parts={"p.yaml": part})
        return found.of(SourceFile("a/x.yaml", "x")), found.of_shared()

    unit, shared = made("one", "part")
    assert made("two", "part")[0] == unit
    assert made("two", "part")[1] != shared
    assert made("one", "other")[0] != unit
    without = Keys([]).of(SourceFile("a/x.yaml", "x"))
    assert made("one", "")[0] == without
    assert unit != without


SETS = {"a": b"1", "b": b"2"}


def with_sets(path: str, sets: dict[str, bytes]) -> tuple[str, str]:
    """The key of a unit, and that of what all share."""
    made = Keys((SourceFile(*each) for each in SHARED.items()), sets=sets)
    return made.of(SourceFile(path, "x")), made.of_shared()


@pytest.mark.parametrize(
    ("path", "sets", "same"),
    [
        ("a/x.yaml", {"a": b"1", "b": b"2"}, True),
        ("a/c/x.yaml", {"a": b"1", "b": b"3"}, True),
        ("a/c/x.yaml", {"a": b"2", "b": b"2"}, False),
        ("a/x.yaml", {"b": b"2"}, False),
        ("x.yaml", {"a": b"2", "b": b"3"}, True),
        ("x.yaml", {"": b"1"}, False),
    ],
)
def test_a_set_counts_where_it_is_used_and_below(
    path: str, sets: dict[str, bytes], *, same: bool
) -> None:
    assert (with_sets(path, sets)[0] == with_sets(path, SETS)[0]) is same
    assert (with_sets(path, sets)[1] == with_sets(path, SETS)[1]) is (sets == SETS)


def test_what_shared_documents_are_checked_by_depends_on_the_names_of_sets() -> None:
    keys = Keys([])
    assert keys.of_shared(["operator-1"]) != keys.of_shared(["operator-2"])
    assert keys.of_shared(["operator-1"]) == Keys([]).of_shared(["operator-1"])
