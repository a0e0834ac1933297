"""Releases: forced upgrades, fixes of the control plane alone, and images that may change.

`controlPlaneRelease` takes the place of the release in the operator's checks and counts as a forced
upgrade. A tag can be moved, and then the next machine runs something else. Source: HyperShift,
hostedcluster controller, `isUpgrading`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import text
from hcpc.verify.release import CONTROL_PLANE_RELEASE, RELEASE, minor, precedence, release_of
from hcpc.verify.subject import Subject

_FORCED = ("metadata", "annotations", "hypershift.openshift.io/force-upgrade-to")


def check(subject: Subject, sink: Sink) -> None:
    """Report upgrades forced elsewhere, a control plane that is another version, and tags."""
    manifest = subject.hosted_cluster
    release, own = text(subject.value(RELEASE)), text(subject.value(CONTROL_PLANE_RELEASE))
    forced = text(subject.value(_FORCED))
    if forced and forced != (own or release):
        sink.report(
            codes.FORCED_UPGRADE,
            subject.span(manifest, _FORCED),
            "the upgrade is forced to another image than the cluster's release",
            secondary=(
                Label(
                    subject.span(manifest, CONTROL_PLANE_RELEASE if own else RELEASE), "the release"
                ),
            ),
            help=f"write `{own or release}`, or remove it when the upgrade is done",
        )
    if own:
        _check_own(subject, release, own, sink)
    for path, image in ((RELEASE, release), (CONTROL_PLANE_RELEASE, own)):
        if "/" in image and "@" not in image:  # a version that no catalog has is told already
            sink.report(
                codes.RELEASE_BY_TAG,
                subject.span(manifest, path),
                f"release `{image}` is named by a tag",
                help="name it by digest: a tag can be moved, and machines then differ",
            )


def _check_own(subject: Subject, release: str, own: str, sink: Sink) -> None:
    scope = subject.cluster.scope
    theirs, ours = release_of(release, scope).version, release_of(own, scope).version
    is_fix = minor(ours) == minor(theirs) and precedence(ours) >= precedence(theirs)
    if not theirs or not ours or is_fix:
        return
    sink.report(
        codes.CONTROL_PLANE_RELEASE,
        subject.span(subject.hosted_cluster, CONTROL_PLANE_RELEASE),
        f"the control plane is {ours}, the cluster {theirs}",
        secondary=(Label(subject.span(subject.hosted_cluster, RELEASE), "the cluster's release"),),
        help="take a later patch of the same minor version; upgrades go through `release`",
    )
