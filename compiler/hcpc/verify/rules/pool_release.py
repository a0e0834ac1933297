"""A node pool is never newer than its control plane, and at most three minor versions older.

Versions are compared in full: a newer patch is too new as well. 4.23 and 5.0 are one version.
Source: HyperShift, support/supportedversion/version.go, `ValidateVersionSkew`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath
from hcpc.verify.release import CONTROL_PLANE_RELEASE, RELEASE, minor, precedence, release_of
from hcpc.verify.subject import Subject

BEHIND = 3
"""How many minor versions a node pool may be older."""
_SKIPPED = "hypershift.openshift.io/skip-release-image-validation"
_RELEASES: tuple[FieldPath, ...] = (RELEASE, CONTROL_PLANE_RELEASE)


def check(subject: Subject, sink: Sink) -> None:
    """Refuse the releases of pools that their control plane does not go with."""
    images = {path: image for path in _RELEASES if (image := subject.value(path))}
    own = images.get(RELEASE)
    if _SKIPPED in mapping(subject.value(("metadata", "annotations"))):
        return
    for pool in subject.node_pools:
        image = get(pool.body, RELEASE)
        if image == own or not image or not images:
            continue
        scope = subject.cluster.scope
        version = release_of(image, scope).version
        known = {release_of(each, scope).version: path for path, each in images.items()}
        newest = max(known, key=precedence)
        if version and "" not in known:
            _compare(subject, pool, version, newest, known[newest], sink)


def _compare(
    subject: Subject, pool: Manifest, version: str, newest: str, at: FieldPath, sink: Sink
) -> None:
    behind = minor(newest)[1] - minor(version)[1]
    if precedence(version) > precedence(newest):
        fault, remedy = "newer than", "upgrade the cluster first, and its node pools after it"
    elif behind > BEHIND:
        fault, remedy = f"{behind} minor versions older than", f"at most {BEHIND} are supported"
    else:
        return
    sink.report(
        codes.POOL_RELEASE,
        subject.span(pool, RELEASE),
        f"release `{version}` of node pool `{pool.source[1]}` is {fault} its control plane's",
        secondary=(
            Label(subject.span(subject.hosted_cluster, at), f"the control plane has `{newest}`"),
        ),
        help=remedy,
    )
