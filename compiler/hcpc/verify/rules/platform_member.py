"""A platform's settings stand in the member of its type, and no other member is there.

The CRDs do not tie one to the other; the operator stops at a cluster that lacks its settings.
Source: HyperShift, hostedcluster controller.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, text
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_PLATFORM: Path = ("spec", "platform")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse settings of another platform, and a platform without those it needs."""
    platform = mapping(subject.value(("spec", "platform")))
    kind = text(platform.get("type"))
    own = registry.platform_of_type(kind)
    if own is None:
        return
    cluster = subject.hosted_cluster
    for name in platform:
        if name in registry.NAMES and name != own.member:
            sink.report(
                codes.MEMBER_UNFIT,
                subject.key_span(cluster, (*_PLATFORM, name)),
                f"settings of `{name}` on a cluster of type `{kind}`",
                help="remove them: nobody reads them",
            )
    if own.needs_member and own.member not in platform:
        sink.report(
            codes.MEMBER_UNFIT,
            subject.key_span(cluster, (*_PLATFORM, "type")),
            f"a cluster of type `{kind}` needs settings under `{own.member}`",
            help="take back what removes them",
        )
