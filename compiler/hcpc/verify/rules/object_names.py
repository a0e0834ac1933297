"""Two pools of a cluster cannot make a NodePool object of the same name."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Refuse the second pool of a name."""
    cluster = subject.cluster
    first: dict[str, str] = {}
    for pool, spec in cluster.spec["nodePools"].items():
        other = first.setdefault(spec["name"], pool)
        if other != pool:
            sink.report(
                codes.DUPLICATE_NAME,
                cluster.span(("nodePools", pool, "name")),
                f"node pools `{other}` and `{pool}` both make NodePool `{spec['name']}`",
                secondary=(Label(cluster.span(("nodePools", other, "name")), "made here first"),),
                help="give one of them another `name`",
            )
