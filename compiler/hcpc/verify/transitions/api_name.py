"""A name of the API that goes takes its kubeconfig along.

The operator removes the Secret `CLUSTER-custom-admin-kubeconfig`, and clients that use the name
find nothing behind it. Source: HyperShift, `kubeAPIServerDNSName`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, shown

_PATH = ("spec", "kubeAPIServerDNSName")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about an API that is no longer reached by its name."""
    pair = hosted_clusters(before, after)
    was, now = pair.was(_PATH), pair.now(_PATH)
    if was and was != now:
        pair.tell(
            codes.API_NAME_GONE,
            _PATH,
            f"the API is no longer reached as {shown(was)}",
            sink,
            help="give its users another kubeconfig first: the one with this name goes",
        )
