"""Where stages leave their findings.

One cause is one finding: the same fault seen from many clusters (a shared layer) is kept once,
with the clusters it touches.
"""

from collections.abc import Iterable
from dataclasses import replace

from hcpc.diagnostics.codes import AMBIGUOUS_SCALAR, Code
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.source.text import SourceFile, Span


class Sink:
    """Collects diagnostics; a stage takes it as its last argument."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Diagnostic] = {}
        self._clusters: dict[tuple[object, ...], dict[str, None]] = {}

    def report(
        self,
        code: Code,
        span: Span,
        message: str,
        *,
        label: str = "",
        secondary: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",  # noqa: A002  # the word people read in the output
        severity: Severity | None = None,
    ) -> None:
        """Report a finding of a code at a place, of the code's severity unless another is given."""
        primary = Label(span, label)
        self.add(
            Diagnostic(code.id, severity or code.severity, message, primary, secondary, notes, help)
        )

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, or add its clusters to the same one seen before."""
        cause = diagnostic.cause
        self._found.setdefault(cause, diagnostic)
        if diagnostic.clusters:
            self._clusters.setdefault(cause, {}).update(dict.fromkeys(diagnostic.clusters))

    def absorb(self, other: "Sink") -> None:
        """Take over another sink's findings."""
        for diagnostic in other.findings():
            self.add(diagnostic)

    def absorb_cluster(self, found: Iterable[Diagnostic], cluster: str, home: SourceFile) -> None:
        """Take over findings about one hosted cluster, whose own file is `home`."""
        for diagnostic in found:
            elsewhere = diagnostic.primary.span.file != home
            self.add(replace(diagnostic, clusters=(cluster,), in_layer=elsewhere))

    def findings(self) -> list[Diagnostic]:
        """All findings, by file and place.

        How a value reads does not matter where the value is wrong in any case.
        """
        wrong = {
            diagnostic.primary.span.order
            for diagnostic in self._found.values()
            if diagnostic.severity is Severity.ERROR
        }
        found = [
            replace(diagnostic, clusters=tuple(sorted(self._clusters.get(cause, ()))))
            for cause, diagnostic in self._found.items()
            if diagnostic.code != AMBIGUOUS_SCALAR.id or diagnostic.primary.span.order not in wrong
        ]
        return sorted(found, key=lambda diagnostic: diagnostic.order)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self._found.values())
