"""Exact output of the terminal format: one test per thing a label or a line can be."""

from time import process_time

from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived
from hcpc.source.text import SourceFile, Span

PAYMENTS = SourceFile(
    "clusters/prod/payments.yaml",
    """\
apiVersion: hcpc.dev/v1alpha1
kind: Cluster
metadata:
  name: payments
spec:
  release: 4.17.9
  etcd:
    storageClass: lvm

    # grows with the number of objects
    size: 8GB
  nodePools:
    workers:
      replcas: 3
      taints:
      - key: infra
        effect: NoScheduel
    infra: {replicas: 3, autoscale: {min: 2, max: 6}, arch: arm64}
""",
)
DEFAULTS = SourceFile(
    "clusters/defaults.yaml",
    """\
apiVersion: hcpc.dev/v1alpha1
kind: Defaults
cluster:
  etcd: default
""",
)


def at(file: SourceFile, part: str, text: str = "") -> Label:
    start = file.text.index(part)
    return Label(Span(file, start, start + len(part)), text)


def shown(*findings: Diagnostic, clusters: int = 12) -> str:
    return render("text", Report(findings, clusters), colour=False)


def shown_at(file: SourceFile, primary: Label, *secondary: Label) -> str:
    """The excerpt alone: what stands between the location of `file` and the summary."""
    text = shown(Diagnostic("HCP0213", Severity.ERROR, "odd", primary, secondary))
    head, _, rest = text.partition("\n\n1 error in")
    assert rest
    return head.partition(f"--> {file.path}:")[2].partition("\n")[2] + "\n"


def test_a_finding_shows_its_line_the_lines_that_enclose_it_and_what_to_do() -> None:
    finding = Diagnostic(
        "HCP0202",
        Severity.ERROR,
        "unknown field `replcas`",
        at(PAYMENTS, "replcas", "did you mean `replicas`?"),
        notes=("a node pool has a fixed size or scales by itself",),
        help="rename the field",
    )
    assert (
        shown(finding)
        == """\
error[HCP0202]: unknown field `replcas`
  --> clusters/prod/payments.yaml:14:7
   |
12 |   nodePools:
13 |     workers:
14 |       replcas: 3
   |       ^^^^^^^ did you mean `replicas`?
   |
   = note: a node pool has a fixed size or scales by itself
   = help: rename the field

1 error in 12 hosted clusters
"""
    )


def test_a_list_item_is_shown_with_its_list() -> None:
    assert (
        shown_at(PAYMENTS, at(PAYMENTS, "NoScheduel", "did you mean `NoSchedule`?"))
        == """\
   |
15 |       taints:
16 |       - key: infra
17 |         effect: NoScheduel
   |                 ^^^^^^^^^^ did you mean `NoSchedule`?
"""
    )


def test_comments_and_blank_lines_do_not_enclose_anything() -> None:
    assert (
        shown_at(PAYMENTS, at(PAYMENTS, "8GB"))
        == """\
   |
 7 |   etcd:
...
11 |     size: 8GB
   |           ^^^
"""
    )


def test_a_document_above_encloses_nothing() -> None:
    file = SourceFile("a.yaml", "a:\n  b: 1\n---\n  c: 2\n")
    assert shown_at(file, at(file, "c")) == "  |\n4 |   c: 2\n  |   ^\n"


def test_two_labels_on_one_line_hang_below_each_other() -> None:
    primary = at(PAYMENTS, "autoscale", "excluded by `replicas`")
    secondary = at(PAYMENTS, "replicas: 3", "the size is fixed here")
    assert (
        shown_at(PAYMENTS, primary, secondary)
        == """\
   |
12 |   nodePools:
...
18 |     infra: {replicas: 3, autoscale: {min: 2, max: 6}, arch: arm64}
   |             -----------  ^^^^^^^^^ excluded by `replicas`
   |             |
   |             the size is fixed here
"""
    )


def test_a_label_inside_another_leaves_both_visible() -> None:
    primary = at(PAYMENTS, "infra: {replicas: 3, autoscale", "this pool")
    secondary = at(PAYMENTS, "replicas: 3", "the size is fixed here")
    silent = at(PAYMENTS, "arm64")
    assert (
        shown_at(PAYMENTS, primary, secondary, silent)
        == """\
   |
12 |   nodePools:
...
18 |     infra: {replicas: 3, autoscale: {min: 2, max: 6}, arch: arm64}
   |     ^^^^^^^^-----------^^^^^^^^^^^                          -----
   |     |       |
   |     |       the size is fixed here
   |     this pool
"""
    )


def test_two_labels_at_the_same_place_both_have_their_say() -> None:
    file = SourceFile("a.yaml", "a: 1\n")
    assert (
        shown_at(file, at(file, "1", "one"), at(file, "1", "two"))
        == """\
  |
1 | a: 1
  |    ^ one
  |    |
  |    two
"""
    )


def test_two_labels_far_apart_in_one_file_share_an_excerpt() -> None:
    primary = at(PAYMENTS, "replcas", "unknown")
    secondary = at(PAYMENTS, "4.17.9", "known from this release on")
    assert (
        shown_at(PAYMENTS, primary, secondary)
        == """\
   |
 6 |   release: 4.17.9
   |            ------ known from this release on
...
12 |   nodePools:
13 |     workers:
14 |       replcas: 3
   |       ^^^^^^^ unknown
"""
    )


def test_a_single_line_between_two_labels_is_shown() -> None:
    file = SourceFile("a.yaml", "a: 1\nb: 2\nc: 3\n")
    assert (
        shown_at(file, at(file, "c", "primary"), at(file, "a", "secondary"))
        == """\
  |
1 | a: 1
  | - secondary
2 | b: 2
3 | c: 3
  | ^ primary
"""
    )


def test_a_label_in_another_file_has_its_own_excerpt() -> None:
    finding = Diagnostic(
        "HCP0301",
        Severity.WARNING,
        "layers disagree on `etcd`",
        at(PAYMENTS, "etcd", "a mapping"),
        (at(DEFAULTS, "default", "text"), at(DEFAULTS, "etcd")),
    )
    assert (
        shown(finding, clusters=1)
        == """\
warning[HCP0301]: layers disagree on `etcd`
 --> clusters/prod/payments.yaml:7:3
  |
7 |   etcd:
  |   ^^^^ a mapping
  |
 ::: clusters/defaults.yaml:4:3
  |
4 |   etcd: default
  |   ----  ------- text

1 warning in 1 hosted cluster
"""
    )


def test_a_span_of_several_lines_underlines_the_first_and_names_the_last() -> None:
    block = PAYMENTS.text[PAYMENTS.text.index("workers") : PAYMENTS.text.index("    infra")]
    assert (
        shown_at(PAYMENTS, at(PAYMENTS, block, "this pool"), at(PAYMENTS, "etcd:\n    storage"))
        == """\
   |
 7 |   etcd:
   |   ----- to line 8
...
12 |   nodePools:
13 |     workers:
   |     ^^^^^^^^ this pool (to line 17)
"""
    )


def test_tabs_are_shown_as_blanks_and_underlined_as_such() -> None:
    file = SourceFile("a.yaml", "spec:\n\tsize:\t8GB\n")
    assert (
        shown_at(file, at(file, "\t", "tab"), at(file, "8GB", "size"))
        == """\
  |
1 | spec:
2 |     size:    8GB
  | ^^^^         --- size
  | |
  | tab
"""
    )


def test_wide_and_combining_characters_take_the_cells_they_take() -> None:
    file = SourceFile("a.yaml", "team: 支払いチーム\nname: cafe\u0301s \u1100\u1161\u11a8 x\n")
    primary, secondary = at(file, "チーム", "team"), at(file, "x", "behind one syllable")
    assert shown_at(file, primary, secondary) == (
        "  |\n"
        "1 | team: 支払いチーム\n"
        "  |             ^^^^^^ team\n"
        "2 | name: cafe\u0301s \u1100\u1161\u11a8 x\n"
        "  |                - behind one syllable\n"
    )


def test_a_long_line_is_clipped_around_the_label() -> None:
    file = SourceFile("a.yaml", f"key: {'a' * 300}bad{'b' * 300}\n")
    assert shown_at(file, at(file, "bad", "here")) == (
        f"  |\n1 | …{'a' * 48}bad{'b' * 48}…\n  | {' ' * 49}^^^ here\n"
    )


def test_a_long_line_keeps_both_ends_of_a_long_label_and_of_every_other() -> None:
    file = SourceFile("a.yaml", f"key: {'a' * 300}{'b' * 300}\n")
    assert shown_at(file, at(file, "b" * 300, "long"), at(file, "key", "short")) == (
        "  |\n"
        f"1 | key: {'a' * 14}…{'a' * 16}{'b' * 16}…{'b' * 16}\n"
        f"  | ---{' ' * 33}{'^' * 33} long\n"
        "  | |\n"
        "  | short\n"
    )


def test_a_clipped_line_of_wide_characters_is_measured_in_cells() -> None:
    file = SourceFile("a.yaml", f"{'支' * 90}bad\n")
    assert shown_at(file, at(file, "bad")) == (f"  |\n1 | …{'支' * 24}bad\n  | {' ' * 49}^^^\n")


def test_what_could_steer_a_terminal_is_shown_as_an_escape() -> None:
    file = SourceFile(
        "a\x1b[2J\n.yaml", "name: x\x1b]0;owned\x07 \x9b31m \u202etxet\u2066 \ud800 y\n"
    )
    finding = Diagnostic(
        "HCP0210",
        Severity.ERROR,
        "bad name `\x1b[31m\n`",
        at(file, "y", "\x07"),
        notes=("\r\x1b[1A",),
        help="\u2028",
        clusters=("a\x1b", "b"),
    )
    assert shown(finding) == (
        "error[HCP0210]: bad name `\\x1b[31m\\n`\n"
        " --> a\\x1b[2J\\n.yaml:1:33\n"
        "  |\n"
        "1 | name: x\\x1b]0;owned\\x07 \\x9b31m \\u202etxet\\u2066 \\ud800 y\n"
        f"  | {' ' * 56}^ \\x07\n"
        "  |\n"
        "  = note: \\r\\x1b[1A\n"
        "  = note: 2 hosted clusters get this from a shared layer: a\\x1b and b\n"
        "  = help: \\u2028\n"
        "\n"
        "1 error in 12 hosted clusters\n"
    )


def test_a_finding_of_many_clusters_names_three_of_them() -> None:
    def note(*clusters: str) -> str:
        finding = Diagnostic(
            "HCP0303", Severity.ERROR, "odd", at(DEFAULTS, "default"), clusters=clusters
        )
        return shown(finding).partition("^^^^^^^\n")[2]

    tail = "\n\n1 error in 12 hosted clusters\n"
    shared = "hosted clusters get this from a shared layer:"
    assert note("a") == tail[1:]
    assert note("b", "a") == f"  |\n  = note: 2 {shared} a and b{tail}"
    assert note("a", "b", "c") == f"  |\n  = note: 3 {shared} a, b and c{tail}"
    assert note("a", "b", "c", "d") == f"  |\n  = note: 4 {shared} a, b, c and 1 more{tail}"
    many = [f"c{number:02}" for number in range(12)]
    assert note(*many) == f"  |\n  = note: 12 {shared} c00, c01, c02 and 9 more{tail}"


def test_the_end_of_a_file_is_shown_below_its_last_line() -> None:
    end = Label(Span(DEFAULTS, len(DEFAULTS.text), len(DEFAULTS.text)), "expected a value")
    assert (
        shown_at(DEFAULTS, end)
        == """\
  |
4 |   etcd: default
5 |
  | ^ expected a value
"""
    )


def test_an_empty_file_is_shown_only_if_there_is_something_to_say_about_it() -> None:
    file = SourceFile("a.yaml", "")
    assert shown_at(file, Label(Span(file, 0, 0))) == "\n"
    assert shown_at(file, Label(Span(file, 0, 0), "no document")) == (
        "  |\n1 |\n  | ^ no document\n"
    )


def test_windows_line_ends_are_not_part_of_a_line() -> None:
    file = SourceFile("a.yaml", "a: 1\r\nb: 2\r\n")
    assert shown_at(file, at(file, "1\r", "x")) == "  |\n1 | a: 1\n  |    ^ x\n"


def test_findings_are_set_apart_and_counted() -> None:
    severities = [Severity.ERROR, Severity.ERROR, Severity.WARNING, Severity.INFO]
    findings = [
        Diagnostic("HCP0002", severity, "odd", Label(Span(SourceFile("a", ""), 0, 0)))
        for severity in severities
    ]
    assert (
        shown(*findings)
        == """\
error[HCP0002]: odd
 --> a:1:1

error[HCP0002]: odd
 --> a:1:1

warning[HCP0002]: odd
 --> a:1:1

info[HCP0002]: odd
 --> a:1:1

2 errors, 1 warning and 1 info in 12 hosted clusters
"""
    )
    assert shown(*findings[1:3]).endswith("\n\n1 error and 1 warning in 12 hosted clusters\n")


def test_no_findings_is_one_line() -> None:
    assert shown() == "no findings in 12 hosted clusters\n"
    assert shown(clusters=1) == "no findings in 1 hosted cluster\n"


def test_colour_marks_severity_gutter_and_message() -> None:
    file = SourceFile("a.yaml", "a: 1\nb: 2\n")
    finding = Diagnostic(
        "HCP0213", Severity.WARNING, "odd", at(file, "1", "this"), (at(file, "b"),), ("so",)
    )
    assert render("text", Report([finding], 1), colour=True) == (
        "\x1b[1;33mwarning[HCP0213]\x1b[0m\x1b[1m: odd\x1b[0m\n"
        " \x1b[1;34m-->\x1b[0m a.yaml:1:4\n"
        "\x1b[1;34m  |\x1b[0m\n"
        "\x1b[1;34m1 |\x1b[0m a: 1\n"
        "\x1b[1;34m  |\x1b[0m    \x1b[1;33m^\x1b[0m \x1b[1;33mthis\x1b[0m\n"
        "\x1b[1;34m2 |\x1b[0m b: 2\n"
        "\x1b[1;34m  |\x1b[0m \x1b[1;34m-\x1b[0m\n"
        "\x1b[1;34m  |\x1b[0m\n"
        "  \x1b[1;34m=\x1b[0m \x1b[1mnote:\x1b[0m so\n"
        "\n"
        "1 warning in 1 hosted cluster\n"
    )


def test_a_thousand_findings_take_well_under_a_second() -> None:
    files = [SourceFile(f"{number}.yaml", PAYMENTS.text) for number in range(1000)]
    endless = SourceFile("endless.yaml", "a: [" + "支b\t" * 100_000)
    findings = [
        Diagnostic("HCP0202", Severity.ERROR, "odd", primary, (secondary,))
        for number, file in enumerate(files)
        for primary, secondary in [
            (at(file, "replcas", "odd"), Label(Span(endless, number * 100, number * 100 + 2)))
        ]
    ]
    start = process_time()
    assert shown(*findings).endswith("1000 errors in 12 hosted clusters\n")
    assert process_time() - start < 1


def test_what_was_not_checked_follows_the_summary() -> None:
    gaps = (Unchecked("rules of CRDs", "no set", ("b", "a")), Unchecked("odd\x1b\n", "so"))
    assert render("text", Report([], 2, unchecked=gaps), colour=False) == (
        "no findings in 2 hosted clusters\n"
        "not checked: rules of CRDs: no set (2 hosted clusters: a and b)\n"
        "not checked: odd\\x1b\\n: so\n"
    )


def test_waived_findings_are_counted_and_shown_on_request() -> None:
    file = SourceFile("a.yaml", "a: 1\n")
    finding = Diagnostic("HCP0407", Severity.WARNING, "no size", at(file, "a"))
    waived = Waived(finding, "team", "soon gone", "", "2027-06-30", Span(file, 0, 1))
    report = Report([], 2, waived=(waived,))
    summary = "no findings in 2 hosted clusters, 1 waived\n"
    assert render("text", report, colour=False) == summary
    assert render("text", report._replace(show_waived=True), colour=False) == (
        "warning[HCP0407]: no size\n"
        " --> a.yaml:1:1\n"
        "  |\n"
        "1 | a: 1\n"
        "  | ^\n"
        "  |\n"
        "  = note: waived by team until 2027-06-30: soon gone\n"
        "\n" + summary
    )
