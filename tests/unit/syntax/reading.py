"""What tests of the reader share: texts with their expected place marked as ⟦…⟧, and findings."""

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile
from hcpc.syntax.events import OpenParser, fast_parser
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Plain, Tree, plain

Place = tuple[int, int]


def marked(text: str) -> tuple[str, Place]:
    """A text without its marks, and the place that they enclosed."""
    before, rest = text.split("⟦")
    inside, after = rest.split("⟧")
    return before + inside + after, (len(before), len(before) + len(inside))


def read(text: str, parser: OpenParser = fast_parser) -> tuple[list[Tree], list[Diagnostic]]:
    """The documents of a text, and what was found."""
    sink = Sink()
    return parse(SourceFile("spec.yaml", text), sink, open_parser=parser), sink.findings()


def clean(text: str, parser: OpenParser = fast_parser) -> Tree:
    """The only document of a text without findings."""
    trees, findings = read(text, parser)
    assert findings == []
    (tree,) = trees
    return tree


def values(text: str, parser: OpenParser = fast_parser) -> list[Plain]:
    """The values of a text's documents, whatever was found."""
    return [plain(tree) for tree in read(text, parser)[0]]


def only_finding(text: str, parser: OpenParser = fast_parser) -> Diagnostic:
    """The one finding of a text."""
    (finding,) = read(text, parser)[1]
    return finding


def place(finding: Diagnostic) -> Place:
    """Where a finding points."""
    span = finding.primary.span
    return span.start, span.end


def second_place(finding: Diagnostic) -> Place:
    """Where its one secondary label points."""
    (label,) = finding.secondary
    return label.span.start, label.span.end
