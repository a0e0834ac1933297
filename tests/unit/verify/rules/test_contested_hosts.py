"""Node pools do not take the hosts that others pick."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster
from tests.unit.verify.rules.pools import told

CODE = "HCP1504"


def pool(selector: str, more: str = "") -> str:
    platform = f", platform: {{agent: {{selector: {selector}}}}}" if selector else ""
    return f"{{replicas: 1{platform}{more}}}"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", []),
        ("{}", "", []),
        ("{matchLabels: {a: b}}", "{matchLabels: {a: b}}", []),
        ("{matchLabels: {a: b}}", "{matchLabels: {a: c}}", []),
        ("{matchLabels: {a: b}}", "{matchLabels: {x: y}}", []),
        ("", "{matchLabels: {a: b}}", ["one"]),
        ("{matchLabels: {a: b, c: d}}", "{matchLabels: {c: d}}", ["two"]),
        (
            "{matchExpressions: [{key: a, operator: In, values: [b]}]}",
            "{matchLabels: {a: b, c: d}}",
            ["one"],
        ),
        (
            "{matchExpressions: [{key: a, operator: In, values: [c, b]}]}",
            "{matchExpressions: [{key: a, operator: In, values: [b, c]}]}",
            [],
        ),
        (
            "{matchExpressions: [{key: a, operator: Exists}]}",
            "{matchExpressions: [{key: a, operator: DoesNotExist}]}",
            [],
        ),
    ],
)
def test_one_that_asks_for_less_takes_from_one_that_asks_for_more(
    tmp_path: Path, one: str, other: str, expected: list[str]
) -> None:
    text = cluster("demo", pools=f"{{one: {pool(one)}, two: {pool(other)}}}")
    assert told(tmp_path, text, CODE) == [f"{CODE} {name}" for name in expected]


def test_hosts_of_one_kind_do_not_serve_two_architectures(tmp_path: Path) -> None:
    pools = f"{{one: {pool('', ', arch: ppc64le')}, two: {pool('')}}}"
    assert told(tmp_path, cluster("demo", pools=pools), CODE) == [f"{CODE} one"]


def test_an_overlay_that_takes_a_label_away_is_noticed(tmp_path: Path) -> None:
    one, two = (pool(f"{{matchLabels: {{a: {label}, b: c}}}}") for label in "xy")
    text = cluster("demo", pools=f"{{one: {one}, two: {two}}}")
    overlay = "{spec: {platform: {agent: {agentLabelSelector: {matchLabels: {a: null}}}}}}"
    target = "{kind: NodePool, name: demo-one}"
    assert told(tmp_path, text, CODE) == []
    assert told(tmp_path, text, CODE, overlay=overlay, target=target) == [f"{CODE} one"]


def test_a_pool_without_nodes_takes_none(tmp_path: Path) -> None:
    picky = pool("{matchLabels: {a: b}}")
    text = cluster("demo", pools=f"{{one: {{replicas: 0}}, two: {picky}}}")
    assert told(tmp_path, text, CODE) == []
