"""What git leaves in a file whose merge is not finished is told as such, and as nothing else."""

import pytest

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse

OURS, THEIRS = "fips: true\n", "fips: false\n"
CONFLICT = f"<<<<<<< HEAD\n{OURS}=======\n{THEIRS}>>>>>>> branch\n"


@pytest.mark.parametrize(
    "text",
    [
        CONFLICT,
        f"a: 1\n{CONFLICT}b: 2\n",
        f"a:\n  b: 1\n{CONFLICT}",
        f"a: 1\n---\n{CONFLICT}---\nb: 2\n",
        f"a: |\n  text\n{CONFLICT}",
        CONFLICT.replace("\n", "\r\n"),
        f"<<<<<<< a\n{OURS}||||||| b\n=======\n{THEIRS}>>>>>>> c\n",
        f"{CONFLICT}{CONFLICT}",
    ],
)
def test_a_conflict_is_one_finding_from_marker_to_marker(text: str) -> None:
    sink = Sink()
    assert parse(SourceFile("a.yaml", text), sink) == []
    (finding,) = sink.findings()
    assert (finding.code, finding.message) == ("HCP0101", "merge conflict is not resolved")
    (end,) = finding.secondary
    shown = [text[label.span.start : label.span.end] for label in (finding.primary, end)]
    assert [each[:8] for each in shown] == ["<<<<<<< ", ">>>>>>> "]
    assert not any(each.endswith(("\r", "\n")) for each in shown)


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", ">>>>>>> branch"])
def test_a_marker_that_was_left_over_is_told_too(marker: str) -> None:
    sink = Sink()
    assert parse(SourceFile("a.yaml", f"a: 1\n{marker}\nb: 2\n"), sink) == []
    (finding,) = sink.findings()
    assert finding.message == "merge conflict is not resolved"
    assert finding.primary.span.location == "a.yaml:2:1"


@pytest.mark.parametrize(
    "text",
    [
        "a: <<<<<<< HEAD\n",
        "a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> branch\n",
        "a: 1 # <<<<<<< HEAD\n",
        "# <<<<<<< HEAD\na: 1\n",
        "a: '>>>>>>> x'\n",
        "a: 1\n# =======\n",
    ],
)
def test_text_that_only_looks_like_a_conflict_is_text(text: str) -> None:
    sink = Sink()
    assert len(parse(SourceFile("a.yaml", text), sink)) == 1
    assert sink.findings() == []
