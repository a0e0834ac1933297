"""Clusters that share a namespace for their hosts do not take what another one picks."""

import pytest

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary, hosts
from hcpc.verify.fleet.summary import Picks


def summary(name: str, *picks: Picks, management: str = "m") -> Summary:
    span = Span(SourceFile(f"{name}.yaml", name), 0, len(name))
    return Summary(name, span, management, "clusters", picks=picks)


def pool(name: str, *asked: str, namespace: str = "agents", arch: str = "amd64") -> Picks:
    return name, namespace, arch, asked


def found(*clusters: Summary) -> list[str]:
    sink = Sink()
    hosts.check(clusters, sink)
    return [each.message for each in sink.findings()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pool("w"), pool("v")),
        (pool("w", "a=b"), pool("v", "a=b")),
        (pool("w", "a=b"), pool("v", "a=c")),
        (pool("w"), pool("v", "a=b", namespace="others")),
    ],
)
def test_hosts_that_are_shared_on_purpose_or_not_at_all(one: Picks, other: Picks) -> None:
    assert found(summary("a", one), summary("b", other)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pool("w"), pool("v", "a=b")),
        (pool("w", "a=b"), pool("v", "a=b", "c=d")),
        (pool("w", "a=b", arch="ppc64le"), pool("v", "a=b")),
    ],
)
def test_one_that_asks_for_less_is_told_whatever_the_order(one: Picks, other: Picks) -> None:
    expected = ["node pool `w` also takes hosts that `v` of cluster `b` picks"]
    assert found(summary("a", one), summary("b", other)) == expected
    assert found(summary("b", other), summary("a", one)) == expected


def test_management_clusters_have_hosts_of_their_own() -> None:
    away = summary("b", pool("v", "a=b"), management="n")
    assert found(summary("a", pool("w")), away) == []


def test_what_is_within_one_cluster_is_told_elsewhere() -> None:
    assert found(summary("a", pool("w"), pool("v", "a=b"))) == []
