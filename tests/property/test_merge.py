"""Laws of layers: identity, the last writer wins, grouping and leaves stay what they are."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.merge import merge
from hcpc.source.text import SourceFile
from hcpc.spec.passthrough import NAMES, is_passthrough
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, plain

FILE = SourceFile("layer.yaml", "")
KEYS = st.sampled_from(["a", "b", "nodePools", "nodePoolDefaults", *sorted(NAMES)])
VALUES = st.one_of(st.integers(0, 3), st.booleans(), st.sampled_from(["", "x", "y"]))
NULLABLE = st.one_of(VALUES, st.none())


def layers(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Mappings of mappings, lists and values."""
    leaves = st.one_of(values, st.lists(values, max_size=2))
    return st.dictionaries(
        KEYS,
        st.recursive(leaves, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8),
        max_size=4,
    )


def tree_of(data: Any) -> Tree:
    match data:
        case dict():
            keys = {name: Scalar(name, name, FILE, 0, 0) for name in data}
            return Mapping({n: tree_of(v) for n, v in data.items()}, keys, FILE, 0, 0)
        case list():
            return Sequence([tree_of(item) for item in data], FILE, 0, 0)
        case _:
            return Scalar(data, "null" if data is None else str(data), FILE, 0, 0)


def mapping_of(data: dict[str, Any]) -> Mapping:
    tree = tree_of(data)
    assert isinstance(tree, Mapping)
    return tree


EMPTY = mapping_of({})


def merged(*stack: Mapping) -> tuple[Mapping, bool]:
    """Layers laid over each other, and whether nothing clashed."""
    sink, tree = Sink(), EMPTY
    for layer in stack:
        tree = merge(tree, layer, sink)
    return tree, not sink.findings()


def expected(
    base: dict[str, Any], over: dict[str, Any], path: tuple[str, ...] = (), *, raw: bool = False
) -> dict[str, Any]:
    """What laying one mapping over another means, said without trees; clashes do not count."""
    result = dict(base)
    for name, value in over.items():
        keep = raw or is_passthrough((*path, name))
        if value is None and not raw:
            result.pop(name, None)
        elif isinstance(value, dict):
            below = result.get(name)
            if below is not None and not isinstance(below, dict):
                continue
            result[name] = expected(below or {}, value, (*path, name), raw=keep)
        elif isinstance(result.get(name), dict) and value is not None:
            continue
        else:
            result[name] = value
    return result


@given(layers(VALUES))
def test_an_empty_layer_changes_nothing_above_or_below(data: dict[str, Any]) -> None:
    layer = mapping_of(data)
    assert plain(merge(EMPTY, layer, Sink())) == data
    assert plain(merge(layer, EMPTY, Sink())) == data


@given(layers(VALUES))
def test_a_layer_over_itself_is_itself(data: dict[str, Any]) -> None:
    layer = mapping_of(data)
    assert plain(merge(layer, layer, Sink())) == data


@given(st.lists(layers(NULLABLE), max_size=4))
def test_the_last_writer_wins_and_null_removes(stack: list[dict[str, Any]]) -> None:
    result: dict[str, Any] = {}
    for data in stack:
        result = expected(result, data)
    tree, _ = merged(*map(mapping_of, stack))
    assert plain(tree) == result


@given(layers(VALUES), layers(VALUES), layers(VALUES))
def test_grouping_does_not_matter_where_nothing_clashes(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    low, middle, high = mapping_of(one), mapping_of(two), mapping_of(three)
    left, is_clean = merged(low, middle, high)
    sink = Sink()
    right = merge(low, merge(middle, high, sink), sink)
    if is_clean and not sink.findings():
        assert plain(left) == plain(right)


@given(st.lists(layers(NULLABLE), min_size=1, max_size=3))
def test_every_leaf_is_the_very_object_that_a_layer_has(stack: list[dict[str, Any]]) -> None:
    trees = [mapping_of(data) for data in stack]
    known = {id(leaf) for tree in trees for leaf in leaves(tree)}
    result, _ = merged(*trees)
    assert {id(leaf) for leaf in leaves(result)} <= known
    assert [plain(tree) for tree in trees] == stack


@given(st.lists(layers(NULLABLE), max_size=4))
def test_every_name_has_a_key_with_its_place(stack: list[dict[str, Any]]) -> None:
    result, _ = merged(*map(mapping_of, stack))
    assert all(set(level.children) <= set(level.keys) for level in levels(result))


def leaves(tree: Tree) -> list[Tree]:
    if isinstance(tree, Mapping):
        return [leaf for child in tree.children.values() for leaf in leaves(child)]
    return [tree]


def levels(tree: Tree) -> list[Mapping]:
    if not isinstance(tree, Mapping):
        return []
    return [tree, *(level for child in tree.children.values() for level in levels(child))]
