"""One finding, as a value. How it is shown is the business of `diagnostics.render`."""

from enum import StrEnum
from typing import NamedTuple

from hcpc.source.text import Span


class Severity(StrEnum):
    """How bad a finding is; data, never part of its code."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Label(NamedTuple):
    """A place in a source file and what it has to say; an empty text only underlines."""

    span: Span
    text: str = ""


class Diagnostic(NamedTuple):
    """A finding: what is wrong (`message`), where (`primary`), what else to look at, what to do.

    `message`, label texts, `notes` and `help` are lower case, without a full stop, identifiers
    in backticks. `clusters` are the hosted clusters it touches; `in_layer` tells that its place is
    not in their own files. `subjects` are the names that it is about (fields, references, …), as
    written: for later stages, which never read messages. Nobody is shown them.
    """

    code: str
    severity: Severity
    message: str
    primary: Label
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    clusters: tuple[str, ...] = ()
    in_layer: bool = False
    subjects: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Sort key: by file, place, code and message."""
        return (*self.primary.span.order, self.code, self.message)

    @property
    def cause(self) -> tuple[str, str, int, int, str, Severity]:
        """What makes two findings the same finding: code, place, message, and how bad it is."""
        return (self.code, *self.primary.span.order, self.message, self.severity)
