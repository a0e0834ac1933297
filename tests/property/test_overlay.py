"""Patches of overlays: the laws of both kinds, and where a value came from."""

import contextlib
import copy
import json
from typing import Any

import jsonpatch
from hypothesis import given
from hypothesis import strategies as st

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Change, Manifest
from hcpc.mapping.patch import apply_patch, same
from hcpc.overlay.json_patch import Unfit, apply_operation, pointer_text, read_pointer
from hcpc.overlay.provenance import answer, changes_between, changes_of_merge, changes_of_tree
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Path, Tree

KEYS = st.sampled_from(["a", "b", "0", "1", "~", "/", "a/b~c", "-"])
SCALARS = st.none() | st.booleans() | st.integers(-2, 12) | st.sampled_from(["", "x", "ä"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
OPS = st.sampled_from(["add", "remove", "replace", "move", "copy", "test"])
SPAN = Span(SourceFile("x.yaml", "x"), 0, 1)


@st.composite
def pointers(draw: st.DrawFn, value: Any) -> str:
    """A pointer that leads to somewhere in a value, or just beside."""
    steps: list[str] = []
    while isinstance(value, dict | list) and draw(st.integers(0, 5)):
        choices = list(value) if isinstance(value, dict) else [*map(str, range(len(value) + 1))]
        step = draw(st.sampled_from(choices) | KEYS) if choices else draw(KEYS)
        steps.append(step)
        if isinstance(value, list):
            value = value[int(step)] if step.isdecimal() and int(step) < len(value) else None
        else:
            value = value.get(step)
    return pointer_text(steps)


@st.composite
def patches(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An object, and operations that mostly fit it."""
    body = draw(OBJECTS)
    found: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 4))):
        path, source = draw(pointers(body)), draw(pointers(body))
        found.append({"op": draw(OPS), "path": path, "from": source, "value": draw(VALUES)})
    return body, found


def steps_of(body: Any, operations: list[dict[str, Any]]) -> Any:
    for each in operations:
        pointer, source = read_pointer(each["path"]), read_pointer(each["from"])
        body, _ = apply_operation(body, each["op"], pointer, source, each["value"])
    return body


def theirs(body: Any, operations: list[dict[str, Any]]) -> Any:
    """What the other implementation makes of it; None when it refuses.

    It knows no difference between `1` and `true`, and lets a value be moved into itself.
    """
    try:
        return jsonpatch.JsonPatch(operations).apply(copy.deepcopy(body))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError):
        return None


def is_disputed(operations: list[dict[str, Any]]) -> bool:
    """Whether the standard and the other implementation are known to differ."""
    return any(
        each["op"] == "test"
        or "" in {each["path"], each["from"]}
        or (each["op"] == "move" and f"{each['path']}/".startswith(f"{each['from']}/"))
        for each in operations
    )


@given(patches())
def test_operations_do_what_another_implementation_does(
    patch: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    body, operations = patch
    if is_disputed(operations):
        return
    expected = theirs(body, operations)
    try:
        found = steps_of(body, operations)
    except Unfit:
        found = None
    assert same(found, expected)


@given(patches())
def test_operations_change_nothing_that_they_were_given(
    patch: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    body, operations = patch
    before = copy.deepcopy(patch)
    with contextlib.suppress(Unfit):
        steps_of(body, operations)
    assert same(list(before), [body, operations])


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_that_is_applied_twice_changes_nothing_more(
    body: dict[str, Any], patch: dict[str, Any]
) -> None:
    once = apply_patch(body, patch)
    assert same(apply_patch(once, patch), once)


def tree_of(value: Any) -> Tree:
    """A value as somebody would write it."""
    (tree,) = parse(SourceFile("o.yaml", json.dumps({"value": value}) + "\n"), Sink())
    assert isinstance(tree, Mapping)
    return tree.children["value"]


def leaves(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip  # noqa: E501
    below = [leaf for step, child in inner for leaf in leaves(child, (*path, step))]
    return [(path, value), *below]


def check_provenance(before: Any, after: Any, changes: tuple[Change, ...]) -> None:
    """What no change answers for stood, as it is, at the place that the path is led back to."""
    old = dict(leaves(before))
    manifest = Manifest("x", "x", "", after, changes=changes)
    for path, value in leaves(after):
        change, place = answer(manifest, path)
        if change is None and not isinstance(value, dict | list):
            assert place in old, (path, place)
            assert same(old[place], value), (path, place)
        if change is not None and change.path == path and not isinstance(value, dict | list):
            assert same(change.value, value), path


@given(patches())
def test_values_are_led_back_through_operations(
    patch: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    body, operations = patch
    after: Any = body
    changes: list[Change] = []
    for each in operations:
        pointer, source = read_pointer(each["path"]), read_pointer(each["from"])
        try:
            after, effects = apply_operation(after, each["op"], pointer, source, each["value"])
        except Unfit:
            break
        for effect in effects:
            if effect.is_removal:
                changes.append(Change("x", effect.path, SPAN, SPAN, shift=effect.shift))
            elif each["op"] in {"add", "replace"}:
                first, *inner = changes_of_tree("x", tree_of(each["value"]), effect.path, SPAN)
                changes += [first._replace(shift=effect.shift), *inner]
            else:
                value = dict(leaves(after))[effect.path]
                changes.append(Change("x", effect.path, SPAN, SPAN, value, shift=effect.shift))
    check_provenance(body, after, tuple(changes))


@given(OBJECTS, OBJECTS)
def test_values_are_led_back_through_merge_patches(
    body: dict[str, Any], patch: dict[str, Any]
) -> None:
    tree = tree_of(patch)
    assert isinstance(tree, Mapping)
    after = apply_patch(body, patch)
    check_provenance(body, after, tuple(changes_of_merge("x", tree)))


@given(OBJECTS, OBJECTS)
def test_values_are_led_back_through_functions(body: dict[str, Any], after: dict[str, Any]) -> None:
    check_provenance(body, after, tuple(changes_between("x", body, after, SPAN)))
