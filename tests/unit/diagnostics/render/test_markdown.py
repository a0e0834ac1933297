"""Markdown: what a pull request shows, and that nobody else's text is markup in it."""

from itertools import product

import pytest
from markdown_it import MarkdownIt
from tests.unit.diagnostics.render.odd_report import EXCLUSIVE, NOTED, SHARED, TOLD, at, many

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.markdown import LIMIT
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.source.text import SourceFile

FORGES_TAKE = 65_536
MARKUP = "`@|<>[]()*_#!\\&~-"


def shown(report: Report) -> str:
    return render("markdown", report, colour=False)


def fences(text: str) -> list[str]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [token.content for token in tokens if token.type == "fence"]


def outside(text: str) -> str:
    """The text of everything that is no fenced block."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return "\n".join(token.content for token in tokens if token.type != "fence")


def test_a_summary_a_table_and_the_findings_as_a_terminal_shows_them() -> None:
    text = shown(Report([NOTED, EXCLUSIVE, SHARED, EXCLUSIVE], 12))
    head = """\
## hcpc: 2 errors, 1 warning and 1 info in 12 hosted clusters

| found | code | meaning |
|---|---|---|
| 2 errors | `HCP0211` | fields exclude each other |
| 1 warning | `HCP0407` | node pool has no size |
| 1 info | `HCP0002` | file is empty |

### Errors

```text
error[HCP0211]: `replicas` and `autoscale` exclude each other
"""
    assert text.startswith(head)
    errors, warnings, infos = fences(text)
    for block, findings in ((errors, [EXCLUSIVE] * 2), (warnings, [SHARED]), (infos, [NOTED])):
        assert (
            block == render("text", Report(findings, 1), colour=False).rpartition("\n\n")[0] + "\n"
        )


def test_without_findings_it_is_one_line() -> None:
    assert shown(Report([], 12)) == "## hcpc: no findings in 12 hosted clusters\n"


def test_what_was_not_checked_comes_last() -> None:
    assert shown(TOLD).endswith(
        """
### Not checked

```text
rules of the CRDs: `mgmt-1` names no set of CRDs (4 hosted clusters: a, b, c and 1 more)
history: none
```
"""
    )


def test_waived_findings_are_shown_to_those_who_want_them() -> None:
    assert "HCP1205" not in shown(TOLD)
    text = shown(TOLD._replace(show_waived=True))
    assert "\n### Waived\n" in text
    assert "note: waived by team-db until 2027-06-30: moves to `b` in May (OPS-7)" in text


@pytest.mark.parametrize("ticks", [1, 3, 4, 50])
def test_no_text_of_a_fleet_is_markup(ticks: int) -> None:
    nasty = f"{'`' * ticks}\n</pre><img src=x onerror=y>\n@org/team | # h\n{'`' * ticks}text\n"
    file = SourceFile(nasty, f"{'`' * ticks}\n@org/team\n")
    finding = Diagnostic(
        "HCP0213", Severity.ERROR, nasty, at(file, "@org"), help=nasty, clusters=(nasty, "b")
    )
    report = Report([finding], 1, unchecked=(Unchecked(nasty, nasty, (nasty,)),))
    text = shown(report)
    assert len(fences(text)) == 2
    for word in ("@org", "<img", "</pre>"):
        assert word in text
        assert word not in outside(text)


def test_a_code_that_hcpc_does_not_define_is_shown_if_it_is_nothing_but_a_name() -> None:
    good = shown(Report([EXCLUSIVE._replace(code="ORG-7")], 1))
    assert "| 1 error | `ORG-7` |  |" in good
    bad = shown(Report([EXCLUSIVE._replace(code="`|<b>@a")], 1))
    assert "| 1 error |  |  |" in bad
    assert "@a" not in outside(bad)


def test_no_title_is_markup() -> None:
    assert [code.id for code in CODES.values() if set("`|<>*_\\[]@") & set(code.title)] == []


@pytest.mark.parametrize("number", [300, 5_000])
def test_what_is_too_much_is_left_out_and_counted(number: int) -> None:
    errors = many(number).findings
    warnings = many(7, Severity.WARNING).findings
    report = Report([*warnings, *errors], 1, unchecked=(Unchecked("a", "b"),))
    text = shown(report)
    assert len(text.encode()) < LIMIT + 1_000 < FORGES_TAKE
    assert text.startswith(f"## hcpc: {number} errors and 7 warnings in 1 hosted cluster\n")
    kept = fences(text)[0].count("error[HCP0213]")
    if number == 300:
        assert kept == 300
    else:
        left_out = f"**{number - kept} of {number} (errors) are left out here**; `hcpc lint` shows"
        assert left_out in text
        assert "**7 of 7 (warnings) are left out here**" in text
    assert "### Not checked" in text


def test_a_huge_finding_is_left_out_alone() -> None:
    huge = EXCLUSIVE._replace(message="x" * LIMIT)
    text = shown(Report([huge, EXCLUSIVE], 1))
    assert "`replicas` and `autoscale`" in text
    assert "**1 of 2 (errors) are left out here**" in text


def test_it_is_never_longer_than_forges_take() -> None:
    ticks = many(3, message="`" * 20_000).findings
    codes = [EXCLUSIVE._replace(code=f"ORG-{number}") for number in range(2_000)]
    gaps = tuple(Unchecked("支" * 300, str(number)) for number in range(500))
    for findings, unchecked in product(([], ticks, codes, [*ticks, *codes]), ((), gaps)):
        report = Report(findings, 1, unchecked=unchecked)
        assert len(shown(report).encode()) < FORGES_TAKE
    assert "And 1900 more codes." in shown(Report(codes, 1))
