"""Pod networks that a site routes do not overlap; all others may."""

import pytest

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary, networks


def summary(name: str, pods: str, machines: str = "", management: str = "m") -> Summary:
    return Summary(
        name,
        Span(SourceFile(f"{name}.yaml", name), 0, len(name)),
        management,
        "clusters",
        pod_networks=tuple(pods.split()),
        machine_networks=tuple(machines.split()),
    )


def found(*clusters: Summary) -> list[str]:
    sink = Sink()
    networks.check(clusters, sink)
    return [each.message for each in sink.findings()]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("10.0.0.0/16", ""), ("10.1.0.0/16", "")),
        (("10.0.0.0/16", "10.8.0.0/24"), ("10.1.0.0/16", "10.8.0.0/24")),
        (("10.0.0.0/16 fd01::/48", ""), ("10.1.0.0/16 fd02::/48", "")),
        (("", ""), ("", "")),
    ],
)
def test_networks_of_their_own(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert found(summary("a", *one), summary("b", *other)) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("10.0.0.0/16", ""), ("10.0.0.0/16", ""), "`10.0.0.0/16` of its pods"),
        (("10.0.0.0/14", ""), ("10.3.0.0/16", ""), "`10.3.0.0/16` of its pods"),
        (("10.3.0.0/16", ""), ("10.0.0.0/14", ""), "`10.0.0.0/14` of its pods"),
        (("10.0.0.0/16", ""), ("10.1.0.0/16", "10.0.7.0/24"), "`10.0.7.0/24` of its machines"),
        (("fd01::/48", ""), ("10.1.0.0/16 fd01:0:0:1::/64", ""), "`fd01:0:0:1::/64` of its pods"),
    ],
)
def test_networks_that_overlap(one: tuple[str, str], other: tuple[str, str], expected: str) -> None:
    (message,) = found(summary("a", *one), summary("b", *other))
    assert expected in message
    assert "`a`" in message


def test_each_site_has_its_own() -> None:
    one = summary("a", "10.0.0.0/16")
    assert found(one, one._replace(name="b", management_cluster="n")) == []


def test_each_cluster_is_told_of_one_overlap() -> None:
    clusters = [summary(name, "10.0.0.0/16 fd01::/48") for name in "abc"]
    assert len(found(*clusters[:2])) == 1
    assert len(found(*clusters)) == 2


def test_a_thousand_clusters_of_one_network_are_told_once_each() -> None:
    clusters = [summary(f"c{number}", "10.0.0.0/16", "10.9.0.0/16") for number in range(1000)]
    assert len(found(*clusters)) == 999
