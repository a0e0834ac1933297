"""Fields that the API lets change, and that hurt a running cluster when they do.

Each platform's own file says which, and what becomes of the cluster.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, shown

_TYPE = ("spec", "platform", "type")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about changes of the platform's disruptive fields."""
    pair = hosted_clusters(before, after)
    platform = registry.platform_of_type(str(pair.now(_TYPE)))
    if platform is None or platform.member is None or pair.was(_TYPE) != pair.now(_TYPE):
        return
    for field, consequence in platform.disruptive.items():
        path = ("spec", "platform", platform.member, field)
        was, now = pair.was(path), pair.now(path)
        if was != now:
            pair.tell(
                codes.DISRUPTIVE_CHANGE,
                path,
                f"`{pair.title(path)}` of a running cluster changes from {shown(was)} to "
                f"{shown(now)}",
                sink,
                help="put it back, or choose a time for it, with a backup from before",
                notes=(consequence,),
            )
