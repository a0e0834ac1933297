"""Where stages leave their findings.

One cause is one finding: the same fault seen from many clusters (a shared layer) is kept once,
with the clusters it touches.
"""

from collections.abc import Iterable

from hcpc.diagnostics.codes import AMBIGUOUS_SCALAR, RESTORE_REFUSED, Code
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.source.secrets import find_secrets, without
from hcpc.source.text import SourceFile, Span


class Sink:
    """Collects diagnostics; a stage takes it as its last argument."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Diagnostic] = {}
        self._clusters: dict[tuple[object, ...], dict[str, None]] = {}
        self._by_code: dict[str, list[Diagnostic]] = {}
        self._has_errors = False

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
        subjects: tuple[str, ...] = (),
    ) -> None:
        """Report a finding of a code at a place, of the code's severity unless another is given."""
        self.add(
            Diagnostic(
                code.id,
                severity or code.severity,
                message,
                Label(span, label),
                secondary,
                notes,
                help,
                subjects=subjects,
            )
        )

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, or add its clusters to the same one seen before.

        What it says holds no secret of the files it points into, whatever the stage quoted.
        """
        diagnostic = _discreet(diagnostic)
        cause = diagnostic.cause
        if cause not in self._found:
            self._found[cause] = diagnostic
            self._by_code.setdefault(diagnostic.code, []).append(diagnostic)
            self._has_errors |= diagnostic.severity is Severity.ERROR
        if diagnostic.in_layer:
            self._found[cause] = self._found[cause]._replace(in_layer=True)
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
            is_layer = elsewhere and diagnostic.code != RESTORE_REFUSED.id  # names its cluster
            self.add(diagnostic._replace(clusters=(cluster,), in_layer=is_layer))

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
            diagnostic._replace(clusters=tuple(sorted(self._clusters.get(cause, ()))))
            for cause, diagnostic in self._found.items()
            if diagnostic.code != AMBIGUOUS_SCALAR.id or diagnostic.primary.span.order not in wrong
        ]
        return sorted(found, key=lambda diagnostic: diagnostic.order)

    def subjects(self, *of: Code) -> set[str]:
        """What the findings of these codes are about."""
        return {
            name
            for code in of
            for found in self._by_code.get(code.id, ())
            for name in found.subjects
        }

    def has(self, code: str) -> bool:
        """Whether anything of a code was found."""
        return code in self._by_code

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return self._has_errors


def _discreet(found: Diagnostic) -> Diagnostic:
    labels = (found.primary, *found.secondary)
    sources = {label.span.file.text for label in labels}
    if not any(find_secrets(source) for source in sources):
        return found

    def clean(text: str) -> str:
        for source in sources:
            text = without(text, source)
        return text

    primary, *secondary = (label._replace(text=clean(label.text)) for label in labels)
    return found._replace(
        message=clean(found.message),
        primary=primary,
        secondary=tuple(secondary),
        notes=tuple(map(clean, found.notes)),
        help=clean(found.help),
        subjects=tuple(map(clean, found.subjects)),
    )
