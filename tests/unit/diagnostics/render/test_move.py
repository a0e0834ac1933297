"""A report seen from outside the fleet."""

from tests.unit.diagnostics.render.odd_report import EXCLUSIVE, FILE, TOLD, WAIVED

from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.source.text import SourceFile, Span


def test_every_path_begins_with_the_directory_and_nothing_else_changes() -> None:
    moved = TOLD.seen_from("fleets/prod/")
    assert moved.directory == "fleets/prod/"
    first = moved.findings[0]
    labels = (first.primary, *first.secondary)
    for label, before in zip(labels, (EXCLUSIVE.primary, *EXCLUSIVE.secondary), strict=True):
        assert label.span.file.path == f"fleets/prod/{before.span.file.path}"
        assert label.span.file.text == before.span.file.text
        assert label.span[1:] == before.span[1:]
    assert moved.waived[0].span.file.path == f"fleets/prod/{WAIVED.span.file.path}"
    assert first._replace(primary=EXCLUSIVE.primary, secondary=EXCLUSIVE.secondary) == EXCLUSIVE


def test_labels_of_one_file_stay_together() -> None:
    text = render("text", Report([EXCLUSIVE], 1).seen_from("x/"), colour=False)
    assert text.count(f"x/{FILE.path}") == 1


def test_from_the_fleet_itself_nothing_changes() -> None:
    assert TOLD.seen_from("") is TOLD


def test_a_path_outside_the_fleet_is_simplified() -> None:
    finding = Diagnostic(
        "HCP0601", Severity.ERROR, "stale", Label(Span(SourceFile("../out/a.yaml", ""), 0, 0))
    )
    [moved] = Report([finding], 1).seen_from("fleets/prod/").findings
    assert moved.primary.span.file.path == "fleets/out/a.yaml"
