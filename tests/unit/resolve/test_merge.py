"""Layers: mappings merge, scalars and lists replace, null removes, every leaf keeps its place."""

import pytest
from tests.unit.resolve.small_fleet import places, underlined

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.merge import merge
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Path, Plain, find, nearest_span, plain


def layer(path: str, text: str) -> Mapping:
    (tree,) = parse(SourceFile(path, text), Sink())
    assert isinstance(tree, Mapping)
    return tree


def merged(*texts: str) -> tuple[Mapping, list[Diagnostic]]:
    """Layers laid over each other, the first at the bottom, and what was found."""
    sink = Sink()
    tree = Mapping({}, {}, SourceFile("none.yaml", ""), 0, 0)
    for number, text in enumerate(texts):
        tree = merge(tree, layer(f"{number}.yaml", text), sink)
    return tree, sink.findings()


def value(*texts: str) -> Plain:
    tree, findings = merged(*texts)
    assert findings == []
    return plain(tree)


@pytest.mark.parametrize(
    ("layers", "result"),
    [
        (["{}", "{}"], {}),
        (["a: 1", "b: 2"], {"a": 1, "b": 2}),
        (["a: 1", "a: 2"], {"a": 2}),
        (["a: 1", "a: 2", "a: 3"], {"a": 3}),
        (["a: {b: 1, c: 1}", "a: {c: 2, d: 2}"], {"a": {"b": 1, "c": 2, "d": 2}}),
        (["a: [1, 2]", "a: [3]"], {"a": [3]}),
        (["a: [1, 2]", "a: one"], {"a": "one"}),
        (["a: one", "a: [1, 2]"], {"a": [1, 2]}),
        (["a: {b: 1}", "a: {}"], {"a": {"b": 1}}),
        (["a: []", "a: [{b: ~}]"], {"a": [{"b": None}]}),
        (["a: ''", "b: 1"], {"a": "", "b": 1}),
    ],
)
def test_mappings_merge_and_everything_else_replaces(layers: list[str], result: Plain) -> None:
    assert value(*layers) == result


@pytest.mark.parametrize(
    ("layers", "result"),
    [
        (["a: 1", "a: null"], {}),
        (["a: {b: 1}", "a: ~"], {}),
        (["a: {b: 1, c: 1}", "a: {b: null}"], {"a": {"c": 1}}),
        (["a: {b: 1}", "a: null", "a: {c: 2}"], {"a": {"c": 2}}),
        (["a: {b: 1}", "a: null", "a: text"], {"a": "text"}),
        (["a: null"], {}),
        (["a: {b: {c: null}}"], {"a": {"b": {}}}),
        (["b: 1", "a: {b: {c: null, d: 1}}"], {"b": 1, "a": {"b": {"d": 1}}}),
    ],
)
def test_null_removes_what_layers_below_say(layers: list[str], result: Plain) -> None:
    assert value(*layers) == result


def below(path: str, text: str) -> str:
    """A layer that says something at a dotted path."""
    for step in reversed(path.split(".")):
        text = f"{{{step}: {text}}}"
    return text


PASSTHROUGHS = ("hostedCluster", "nodePools.w.nodePool", "nodePoolDefaults.nodePool")


@pytest.mark.parametrize("field", PASSTHROUGHS)
@pytest.mark.parametrize(
    ("layers", "result"),
    [
        (["{spec: {a: null, b: {c: ~}}}"], {"spec": {"a": None, "b": {"c": None}}}),
        (["{spec: {a: 1}}", "{spec: {a: null}}"], {"spec": {"a": None}}),
        (["{spec: {a: null}}", "{spec: {a: {b: 1}}}"], {"spec": {"a": {"b": 1}}}),
        (["{a: null}", "null", "{b: 1}"], {"b": 1}),
    ],
)
def test_null_stays_below_the_passthrough_where_it_removes_from_the_manifest(
    field: str, layers: list[str], result: Plain
) -> None:
    found = value(*(below(field, layer) for layer in layers))
    for step in field.split("."):
        assert isinstance(found, dict)
        found = found[step]
    assert found == result


@pytest.mark.parametrize(
    "place",
    [
        *("labels.nodePool", "labels.hostedCluster", "nodePool", "nodePools.hostedCluster"),
        *("nodePools.nodePool", "nodePools.w.hostedCluster", "nodePools.w.nodeLabels.nodePool"),
        *("nodePoolDefaults.hostedCluster", "nodePools.w.platform.nodePool", "vars.nodePool"),
    ],
)
def test_elsewhere_a_field_called_like_the_passthrough_is_one_like_any_other(place: str) -> None:
    emptied = value(below(place, "null"))
    for step in place.split(".")[:-1]:
        assert isinstance(emptied, dict)
        emptied = emptied[step]
    assert emptied == {}
    assert value(below(place, "{a: null, b: 1}")) == value(below(place, "{b: 1}"))
    assert value(below(place, "{a: 1, b: 1}"), below(place, "{a: null}")) == value(
        below(place, "{b: 1}")
    )


@pytest.mark.parametrize(
    "layers",
    [
        ["a: {b: 1}", "a: 1"],
        ["a: 1", "a: {b: 1}"],
        ["a: {b: 1}", "a: [1]"],
        ["a: [1]", "a: {b: 1}"],
        ["a: {}", "a: ''"],
    ],
)
def test_a_mapping_that_meets_another_kind_is_reported_with_both_places(layers: list[str]) -> None:
    tree, (finding,) = merged(*layers)
    assert places([finding]) == ["HCP0301 1.yaml:1:1"]
    assert [label.span.location for label in finding.secondary] == ["0.yaml:1:1"]
    assert plain(tree) == plain(layer("0.yaml", layers[0]))


def test_a_clash_deep_inside_names_its_path_and_hides_nothing_else() -> None:
    tree, (finding,) = merged("a: {b: {c: {d: 1}}, e: 1}", "a: {b: {c: 5}, e: 2}\nf: 3")
    assert "`a.b.c`" in finding.message
    assert underlined([finding]) == ["HCP0301 c"]
    assert plain(tree) == {"a": {"b": {"c": {"d": 1}}, "e": 2}, "f": 3}


@pytest.mark.parametrize(
    "layers",
    [
        ["a:"],
        ["a: 1", "a:"],
        ["a:\n  b:"],
        ["a: {b: 1}", "a:\n  b:"],
        ["hostedCluster:\n  spec:\n    a:"],
    ],
)
def test_a_value_that_was_forgotten_is_reported(layers: list[str]) -> None:
    _, (finding,) = merged(*layers)
    assert finding.code == "HCP0310"
    assert finding.primary.span.file.path == f"{len(layers) - 1}.yaml"


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("etcd", "write `{}` for no settings of its own, or `null`"),
        ("nodePools.w", "write `{}` for no settings of its own, or `null`"),
        ("nodePools", "write `{}` for no settings of its own, or `null`"),
        ("labels", "write `{}` for no settings of its own, or `null`"),
        ("nodePools.w.replicas", "write its value, or `null`"),
        ("fips", "write its value, or `null`"),
        ("labels.team", "write its value, or `null`"),
        ("networks.cluster", "write `[]` for no entries, or `null`"),
        ("platform.none", "write its value (`{}` for no settings of its own), or `null`"),
        ("platform", "write `{}` for no settings of its own, or `null`"),
        ("hostedCluster.spec.fips", "write its value (`{}` for no settings of its own), or `null`"),
        ("nonsense", "write its value (`{}` for no settings of its own), or `null`"),
    ],
)
def test_the_help_about_a_forgotten_value_suits_the_field(path: str, remedy: str) -> None:
    assert forgotten(path) == f"{remedy} to drop what layers below say"


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("vars", "write `{}` for no settings of its own"),
        ("vars.rack", "write its value"),
        ("platform", "write its value"),
        ("supportedVersions", "write `[]` for no entries"),
        ("etcd", "write its value (`{}` for no settings of its own)"),
    ],
)
def test_a_management_cluster_has_fields_of_its_own(path: str, remedy: str) -> None:
    found = forgotten(path, "ManagementCluster")
    assert found == f"{remedy}, or `null` to drop what layers below say"


def forgotten(path: str, kind: str = "Cluster") -> str:
    """The help about a field that has no value."""
    text = "".join(f"{'  ' * at}{step}:\n" for at, step in enumerate(path.split(".")))
    sink = Sink()
    merge(layer("0.yaml", "{}"), layer("1.yaml", text), sink, kind=kind)
    (finding,) = sink.findings()
    return finding.help


def test_every_leaf_keeps_its_place() -> None:
    tree, findings = merged("a: {b: 1, c: 1}\nd: [1]", "a:\n  c: 2\n", "e: {f: 3}\na: {g: 4}")
    assert findings == []
    expected: dict[Path, str] = {
        ("a", "b"): "0.yaml:1:8",
        ("a", "c"): "1.yaml:2:6",
        ("a", "g"): "2.yaml:2:8",
        ("d", 0): "0.yaml:2:5",
        ("e", "f"): "2.yaml:1:8",
    }
    assert {path: nearest_span(tree, path).location for path in expected} == expected


def test_a_key_has_the_place_of_the_layer_that_spoke_last() -> None:
    tree, _ = merged("a: {b: 1}", "a: {c: 1}")
    assert tree.keys["a"].span.location == "1.yaml:1:1"


def test_merging_changes_neither_layer() -> None:
    base, over = layer("0.yaml", "a: {b: 1}\nc: 1"), layer("1.yaml", "a: {b: null, d: 2}\nc: ~")
    before = plain(base), plain(over)
    merge(base, over, Sink())
    assert (plain(base), plain(over)) == before


def test_what_only_one_layer_says_is_not_copied() -> None:
    base = layer("0.yaml", "a: {b: [1]}")
    tree = merge(base, layer("1.yaml", "c: 1"), Sink())
    assert find(tree, ("a",)) is find(base, ("a",))
