"""The sink: one cause is one finding, and later stages learn what findings are about."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span

FILE = SourceFile("a.yaml", "name: x\nsize: y\n")


def report(sink: Sink, code: Code, start: int, *subjects: str) -> None:
    sink.report(code, Span(FILE, start, start + 1), "a message", subjects=subjects)


def test_a_stage_can_ask_what_findings_of_some_codes_are_about() -> None:
    sink = Sink()
    report(sink, codes.MISSING_FIELD, 0, "a", "b")
    report(sink, codes.MISSING_FIELD, 8, "c")
    report(sink, codes.EMPTY_VALUE, 8, "d")
    report(sink, codes.BAD_NAME, 8)
    assert sink.subjects(codes.MISSING_FIELD) == {"a", "b", "c"}
    assert sink.subjects(codes.MISSING_FIELD, codes.EMPTY_VALUE) == {"a", "b", "c", "d"}
    assert sink.subjects(codes.BAD_NAME, codes.BAD_CIDR) == sink.subjects() == set()


def test_what_is_absorbed_keeps_its_subjects() -> None:
    own, whole = Sink(), Sink()
    report(own, codes.EMPTY_VALUE, 0, "name")
    whole.absorb(own)
    whole.absorb_cluster(own.findings(), "shop", FILE)
    assert whole.subjects(codes.EMPTY_VALUE) == {"name"}
    assert [(found.subjects, found.clusters) for found in whole.findings()] == [
        (("name",), ("shop",))
    ]


def test_how_a_value_reads_does_not_matter_where_it_is_wrong_in_any_case() -> None:
    sink = Sink()
    report(sink, codes.AMBIGUOUS_SCALAR, 0)
    report(sink, codes.AMBIGUOUS_SCALAR, 8)
    assert [found.code for found in sink.findings()] == ["HCP0108", "HCP0108"]
    report(sink, codes.BAD_ENUM, 8)
    assert [(found.code, found.primary.span.start) for found in sink.findings()] == [
        ("HCP0108", 0),
        ("HCP0205", 8),
    ]


def test_a_warning_at_the_same_place_does_not_hide_how_a_value_reads() -> None:
    sink = Sink()
    report(sink, codes.AMBIGUOUS_SCALAR, 0)
    report(sink, codes.NO_SIZE, 0)
    sink.report(codes.BAD_ENUM, Span(SourceFile("b.yaml", "x"), 0, 1), "a message")
    assert [found.code for found in sink.findings()] == ["HCP0108", "HCP0407", "HCP0205"]


def test_a_finding_that_a_layer_has_by_itself_says_so_once_a_cluster_gets_it_too() -> None:
    whole, own = Sink(), Sink()
    report(whole, codes.BAD_ENUM, 0)
    report(own, codes.BAD_ENUM, 0)
    whole.absorb_cluster(own.findings(), "shop", SourceFile("shop.yaml", "x"))
    (found,) = whole.findings()
    assert (found.clusters, found.in_layer) == (("shop",), True)


def test_only_errors_are_errors() -> None:
    sink = Sink()
    assert not sink.has_errors
    report(sink, codes.NO_SIZE, 0)
    assert not sink.has_errors
    report(sink, codes.BAD_NAME, 0)
    report(sink, codes.NO_SIZE, 8)
    assert sink.has_errors
