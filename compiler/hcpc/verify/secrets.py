"""No secret stands in a fleet: what looks like one is an error that does not show it."""

from collections.abc import Iterable

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.source.secrets import find_secrets
from hcpc.source.text import SourceFile, Span

_ELSEWHERE = "keep it in a Secret that is made elsewhere, and name that one here"
_INSTEAD = {"a signed URL": "write it without its query, and sign it when it is used"}


def check_secrets(files: Iterable[SourceFile], sink: Sink) -> None:
    """Report everything in some files that looks like a secret."""
    for file in files:
        for found in find_secrets(file.text):
            sink.report(
                codes.LITERAL_SECRET,
                Span(file, found.start, found.end),
                f"this looks like {found.what}",
                notes=("whoever can read the repository has it: replace it where it is used",),
                help=_INSTEAD.get(found.what, _ELSEWHERE),
            )
