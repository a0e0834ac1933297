"""A report with everything a report can hold, for the tests of formats."""

from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived
from hcpc.source.text import SourceFile, Span

FILE = SourceFile("clusters/a b.yaml", "spec:\n  replicas: 3\n  autoscale: {}\n")
LAYER = SourceFile("clusters/defaults.yaml", "cluster:\n  etcd: default\n")
POLICY = SourceFile("policy.yaml", "waivers:\n- rule: HCP1205\n")
EMPTY = SourceFile("clusters/empty.yaml", "")


def at(file: SourceFile, part: str, text: str = "") -> Label:
    """A label at the first place where a file says something."""
    start = file.text.index(part)
    return Label(Span(file, start, start + len(part)), text)


EXCLUSIVE = Diagnostic(
    "HCP0211",
    Severity.ERROR,
    "`replicas` and `autoscale` exclude each other",
    at(FILE, "autoscale", "excluded by `replicas`"),
    (at(FILE, "replicas: 3"), at(LAYER, "default", "set here")),
    ("a node pool has a fixed size or scales by itself",),
    "remove one of the two",
)
SHARED = Diagnostic(
    "HCP0407",
    Severity.WARNING,
    "no size",
    at(LAYER, "etcd: default\n"),
    clusters=("b", "a"),
    in_layer=True,
)
NOTED = Diagnostic("HCP0002", Severity.INFO, "file is empty", Label(Span(EMPTY, 0, 0)))
UNREADY = Diagnostic("HCP1205", Severity.WARNING, "not ready", at(FILE, "spec"), clusters=("a",))
WAIVED = Waived(
    UNREADY, "team-db", "moves to `b` in May", "OPS-7", "2027-06-30", at(POLICY, "HCP1205").span
)
GAP = Unchecked("rules of the CRDs", "`mgmt-1` names no set of CRDs", ("d", "c", "b", "a"))
TOLD = Report(
    (EXCLUSIVE, SHARED, NOTED), 12, waived=(WAIVED,), unchecked=(GAP, Unchecked("history", "none"))
)


def many(number: int, severity: Severity = Severity.ERROR, **others: str) -> Report:
    """A report with so many findings of a severity."""
    message = others.get("message", "odd")
    findings = [
        Diagnostic("HCP0213", severity, f"{message} {each}", at(FILE, "replicas"))
        for each in range(number)
    ]
    return Report(findings, 1)
