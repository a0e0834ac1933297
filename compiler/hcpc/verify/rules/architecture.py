"""Which architectures a platform's nodes may have.

The operator reports an unsupported pair in the NodePool's `ValidArchPlatform` condition, long
after the merge. Source: HyperShift, nodepool controller, `isArchAndPlatformSupported`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Refuse a node pool whose architecture its platform does not have."""
    cluster = subject.cluster
    platform = registry.platform(cluster.platform)
    assert platform is not None
    for name, pool in cluster.spec["nodePools"].items():
        arch = pool.get("arch")
        if arch is None or arch in platform.arches:
            continue
        path: Path = ("nodePools", name, "arch")
        known = ", ".join(f"`{each}`" for each in platform.arches) or "none"
        sink.report(
            codes.ARCH_MISMATCH,
            cluster.span(path),
            f"platform `{cluster.platform}` has no `{arch}` nodes",
            help=f"architectures of `{cluster.platform}`: {known}",
        )
