"""A tree against a model: what is told once is not told again in other words."""

import pytest

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.node_pool import NodePool
from hcpc.spec.validate import validate
from hcpc.syntax.parse import parse

TEXT = "release: 4.17.9\nfips: ${cluster.labels.fips}\netcd: {size: x}\n"


def checked(sink: Sink) -> list[tuple[str, tuple[str, ...]]]:
    """The codes and subjects of what validating adds."""
    [tree] = parse(SourceFile("a.yaml", TEXT), sink)
    before = len(sink.findings())
    validate(ClusterSpec, tree, sink)
    return [(found.code, found.subjects) for found in sink.findings()][before:]


def told(code: codes.Code, *subjects: str) -> Sink:
    sink = Sink()
    sink.report(code, Span(SourceFile("0.yaml", "x"), 0, 1), "whatever it says", subjects=subjects)
    return sink


def test_what_is_missing_is_the_subject() -> None:
    found = checked(Sink())
    assert ("HCP0204", ("platform",)) in found
    assert ("HCP0203", ()) in found


def test_a_field_without_a_value_is_not_missing_as_well() -> None:
    found = checked(told(codes.EMPTY_VALUE, "platform"))
    assert ("HCP0204", ("platform",)) not in found
    assert ("HCP0204", ("pullSecret",)) in found


@pytest.mark.parametrize(
    "sink",
    [
        told(codes.UNKNOWN_REFERENCE, "${cluster.labels.fips}"),
        told(codes.REFERENCE_CYCLE, "${other}", "${cluster.labels.fips}"),
        told(codes.BAD_REFERENCE, "${cluster.labels.fips}"),
    ],
    ids=["unknown", "cycle", "bad"],
)
def test_what_holds_a_faulty_reference_has_no_wrong_type_as_well(sink: Sink) -> None:
    assert "HCP0203" not in {code for code, _ in checked(sink)}


def test_findings_are_never_sorted_for_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    sink = told(codes.EMPTY_VALUE, "platform")
    [tree] = parse(SourceFile("a.yaml", TEXT), sink)
    monkeypatch.setattr(Sink, "findings", lambda _: pytest.fail("all findings were asked for"))
    assert validate(ClusterSpec, tree, sink) is None


def test_who_wrote_a_mapping_meant_the_arm_that_takes_one() -> None:
    """Where a text may stand as well, that the mapping is no text is not the fault."""
    sink = Sink()
    [tree] = parse(SourceFile("a.yaml", "config: [{configmap: a}, [b]]\n"), sink)
    validate(NodePool, tree, sink)
    assert [(found.code, found.message) for found in sink.findings()] == [
        ("HCP0202", "unknown field `configmap` in `config[0]`"),
        ("HCP0203", "`config[1]` cannot be a list"),
    ]
