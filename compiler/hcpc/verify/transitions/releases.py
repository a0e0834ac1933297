"""What becomes of the releases of a control plane and its node pools, as versions."""

from typing import NamedTuple

from hcpc.syntax.tree import FieldPath
from hcpc.verify.release import CONTROL_PLANE_RELEASE, RELEASE, release_of
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import Pair

_SKIPPED = ("metadata", "annotations", "hypershift.openshift.io/skip-release-image-validation")


class ReleaseChange(NamedTuple):
    """From one version to another; `path` leads to the image that is new."""

    pair: Pair
    path: FieldPath
    was: str
    now: str


def release_change(pair: Pair) -> ReleaseChange | None:
    """The change of an object's release; None without one, or where a version is not known."""
    return _change(pair, RELEASE, RELEASE)


def control_plane(pair: Pair) -> ReleaseChange | None:
    """The change of what the control plane runs, which need not be the cluster's release."""
    old, new = (
        CONTROL_PLANE_RELEASE if value is not None else RELEASE
        for value in (pair.was(CONTROL_PLANE_RELEASE), pair.now(CONTROL_PLANE_RELEASE))
    )
    return _change(pair, old, new)


def is_unchecked(subject: Subject) -> bool:
    """Whether the operator is told not to look at releases."""
    return subject.value(_SKIPPED) is not None


def _change(pair: Pair, old: FieldPath, new: FieldPath) -> ReleaseChange | None:
    was = release_of(pair.was(old), pair.before.cluster.scope).version
    now = release_of(pair.now(new), pair.after.cluster.scope).version
    return ReleaseChange(pair, new, was, now) if was and now and was != now else None
