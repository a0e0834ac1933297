"""Which architectures a node pool may have: those of its platform, and of its releases' images.

The operator reports an unsupported pair in the NodePool's `ValidArchPlatform` condition, long
after the merge. Source: HyperShift, nodepool controller, `isArchAndPlatformSupported`.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.platforms import registry
from hcpc.syntax.tree import FieldPath
from hcpc.verify.release import MULTI, RELEASE, release_of
from hcpc.verify.subject import Subject

_ARCH: FieldPath = ("spec", "arch")
_DEFAULT = "amd64"


def check(subject: Subject, sink: Sink) -> None:
    """Refuse node pools whose architecture their platform or a release does not have."""
    cluster = subject.cluster
    platform = registry.platform(cluster.platform)
    assert platform is not None
    for pool in subject.node_pools:
        arch = get(pool.body, _ARCH)
        if arch is not None and arch not in platform.arches:
            known = ", ".join(f"`{each}`" for each in platform.arches) or "none"
            sink.report(
                codes.ARCH_MISMATCH,
                subject.span(pool, _ARCH),
                f"platform `{cluster.platform}` has no `{arch}` nodes",
                help=f"architectures of `{cluster.platform}`: {known}",
            )
        elif platform.arches:
            _check_images(subject, pool, arch or _DEFAULT, sink)


def _check_images(subject: Subject, pool: Manifest, arch: Any, sink: Sink) -> None:
    own = get(pool.body, RELEASE)
    of_cluster = subject.value(RELEASE)
    for holder, image in ((pool, own), (subject.hosted_cluster, of_cluster)):
        made_for = release_of(image, subject.cluster.scope).arch
        if made_for in {"", MULTI, arch} or (holder is not pool and image == own):
            continue
        whose = "its own" if holder is pool else "its cluster's"
        sink.report(
            codes.ARCH_MISMATCH,
            subject.span(pool, _ARCH),
            f"nodes of node pool `{pool.source[1]}` are `{arch}`, and {whose} release is for "
            f"`{made_for}` only",
            secondary=(Label(subject.span(holder, RELEASE), "this release"),),
            help="take the `multi` image of the release",
        )
