"""Across clusters: names that two of them cannot share, each reported at the second."""

import pytest

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary, check_fleet


def summary(
    name: str, *pools: str, management: str = "m", namespace: str = "clusters", path: str = ""
) -> Summary:
    span = Span(SourceFile(path or f"{name}.yaml", name), 0, len(name))
    return Summary(name, span, management, namespace, "agent", "4.17.9", pools)


def found(*clusters: Summary) -> list[tuple[str, str, list[str]]]:
    """Code, place and other places of each finding; the same whatever the order of clusters."""
    answers = []
    for order in (clusters, clusters[::-1]):
        sink = Sink()
        check_fleet(order, sink)
        answers.append(
            [
                (each.code, each.primary.span.file.path, [s.span.file.path for s in each.secondary])
                for each in sink.findings()
            ]
        )
    assert answers[0] == answers[1]
    return answers[0]


def test_clusters_of_different_names_are_fine() -> None:
    assert found(summary("a", "a-w"), summary("b", "b-w"), summary("c", management="n")) == []


@pytest.mark.parametrize("management", ["m", "other", ""])
def test_a_name_is_used_once_in_the_whole_fleet(management: str) -> None:
    second = summary("a", management=management, path="z.yaml")
    assert found(summary("a"), second) == [("HCP0308", "z.yaml", ["a.yaml"])]


def test_a_third_cluster_of_a_name_points_to_the_first() -> None:
    clusters = [summary("a", path=f"{number}.yaml") for number in range(3)]
    assert found(*clusters) == [
        ("HCP0308", "1.yaml", ["0.yaml"]),
        ("HCP0308", "2.yaml", ["0.yaml"]),
    ]


def test_two_clusters_cannot_share_a_control_plane_namespace() -> None:
    first, second = summary("x-y", namespace="a"), summary("y", namespace="a-x")
    assert found(first, second) == [("HCP0406", "y.yaml", ["x-y.yaml"])]
    assert found(first, summary("y", namespace="a-x", management="other")) == []


def test_two_clusters_cannot_make_one_node_pool() -> None:
    first, second = summary("a", "shared"), summary("b", "own", "shared")
    assert found(first, second) == [("HCP0308", "b.yaml", ["a.yaml"])]
    assert found(first, summary("b", "shared", namespace="other")) == []


def test_two_clusters_cannot_make_one_object_beside_them() -> None:
    objects = ("ConfigMap `a-b` in namespace `clusters`",)
    first, second = (summary(name)._replace(objects=objects) for name in "ab")
    assert found(first, second) == [("HCP0308", "b.yaml", ["a.yaml"])]
    assert found(first, summary("b", management="other")._replace(objects=objects)) == []
    assert found(first, summary("b", "shared", management="other")) == []


def test_a_broken_cluster_is_compared_by_its_name_only() -> None:
    broken = Summary("b", Span(SourceFile("b.yaml", "b"), 0, 1))
    assert found(summary("a"), broken, Summary("c", Span(SourceFile("c.yaml", "c"), 0, 1))) == []
    assert found(summary("b", path="a.yaml"), broken) == [("HCP0308", "b.yaml", ["a.yaml"])]


def test_a_cluster_is_not_declared_in_anothers_control_plane() -> None:
    first, second = summary("x", namespace="a"), summary("y", namespace="a-x")
    assert found(first, second) == [("HCP0406", "y.yaml", ["x.yaml"])]
    assert found(first, summary("y", namespace="a-x", management="other")) == []


def test_a_name_that_begins_another_one_matters_to_clusters_that_move() -> None:
    moving = summary("shop")._replace(moves=True)
    assert found(moving, summary("shop-eu")) == [("HCP1518", "shop.yaml", ["shop-eu.yaml"])]
    assert found(moving, summary("eu-shop")) == []
    assert found(summary("shop"), summary("shop-eu")) == []
    assert found(moving, summary("shop-eu", namespace="other")) == []
    clusters = [summary(f"c{n}")._replace(moves=True) for n in (1, 10, 11, 2)]
    assert [code for code, *_ in found(*clusters)] == ["HCP1518"]
