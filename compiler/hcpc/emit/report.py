"""What a write plan has to say: what is in its way, and with a check, what is stale."""

import re

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Severity
from hcpc.diagnostics.sink import Sink
from hcpc.emit.plan import WritePlan
from hcpc.source.text import SourceFile, Span

_SHOWN = 6


def report_plan(
    plan: WritePlan, target: str, sink: Sink, *, check: bool, allow_removals: bool
) -> None:
    """Report obstacles; `target` is the output directory, seen from the fleet.

    A hosted cluster that would go is an error unless removals are allowed: a file that was moved
    or overlooked looks just like one that was deleted on purpose.
    """

    def tell(code: Code, below: str, message: str, hint: str, *notes: str) -> None:
        place = Span(SourceFile(f"{target}/{below}", ""), 0, 0)
        sink.report(code, place, message, notes=notes, help=hint)

    for path in plan.foreign:
        message = f"`{target}/{path}` is in the way: hcpc did not write it"
        tell(codes.FOREIGN_FILE, path, message, "move it away, or choose another output directory")
    for path in plan.edited:
        message = f"`{target}/{path}` is no longer emitted, but was changed by hand"
        tell(codes.FOREIGN_FILE, path, message, "remove it yourself when it is not needed")
    for path in plan.unreadable:
        tell(
            codes.UNREADABLE_INDEX,
            path,
            f"`{target}/{path}` cannot be read, so files that are no longer emitted cannot be told",
            "restore it from git, or remove the directory it lies in and compile again",
        )
    stale = sorted((*plan.write, *plan.remove)) if check else []
    if stale:
        shown = ", ".join(stale[:_SHOWN]) + (", …" if len(stale) > _SHOWN else "")
        tell(
            codes.STALE_OUTPUT,
            stale[0],
            f"{len(stale)} rendered file{'s are' if len(stale) > 1 else ' is'} stale",
            "run `hcpc compile` and commit the result",
            *((shown,) if len(stale) > 1 else ()),
        )
    for path in plan.remove:
        if found := _HOSTED_CLUSTER.fullmatch(path):
            sink.report(
                codes.CLUSTER_REMOVED,
                Span(SourceFile(f"{target}/{path}", ""), 0, 0),
                f"hosted cluster `{found['name']}` is no longer in the fleet of `{found['owner']}`",
                help="bring its spec back, or allow it with `--allow-removals`",
                severity=Severity.WARNING if allow_removals else None,
            )


_HOSTED_CLUSTER = re.compile(r"(?P<owner>[^/]+)/clusters/(?P<name>[^/]+)/hostedcluster\.yaml")
