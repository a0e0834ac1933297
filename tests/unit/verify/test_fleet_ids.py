"""What must be one cluster's alone is found when a file was copied."""

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary, check_fleet


def _cluster(name: str, **ids: str) -> Summary:
    file = SourceFile(f"{name}.yaml", name)
    return Summary(
        name, Span(file, 0, len(name)), "m", "clusters", "agent", "4.17.9", (f"{name}-a",), ids
    )


def test_ids_of_two_clusters_differ() -> None:
    sink = Sink()
    check_fleet([_cluster("a", clusterID="1", infraID="2"), _cluster("b", clusterID="2")], sink)
    assert sink.findings() == []


def test_a_copied_id_is_told_with_both_clusters() -> None:
    sink = Sink()
    check_fleet([_cluster("b", clusterID="1"), _cluster("a", clusterID="1")], sink)
    (found,) = sink.findings()
    assert found.message == "clusters `a` and `b` have the same `clusterID`, `1`"
    assert found.primary.span.file.path == "b.yaml"
    assert [label.span.file.path for label in found.secondary] == ["a.yaml"]
