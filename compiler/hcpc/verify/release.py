"""What a release image is: its version and architecture, as a catalog or else its tag has them.

4.23 and 5.0 are the same minor version, and so on: the major versions overlap. Source: HyperShift,
support/supportedversion/version.go.
"""

import re
from typing import Any, NamedTuple

from hcpc.resolve.scope import Scope
from hcpc.syntax.tree import FieldPath

MULTI = "multi"
RELEASE: FieldPath = ("spec", "release", "image")
"""Where a HostedCluster and a NodePool name their release."""
CONTROL_PLANE_RELEASE: FieldPath = ("spec", "controlPlaneRelease", "image")
"""Where a HostedCluster names another one for its control plane alone."""
_TAG = re.compile(
    r":v?(\d+\.\d+\.\d+(?:-(?:rc|ec|fc)\.\d+|-0\.[a-z][0-9A-Za-z.-]*)?)"
    r"(?:-(multi|amd64|arm64|x86_64|aarch64|ppc64le|s390x))?(?:[-_.].*)?"
)
"""A version, as far as OpenShift gives such, and an architecture; the rest is a site's own."""
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?")
_ARCHES = {"x86_64": "amd64", "aarch64": "arm64"}
_FOUR, _FIVE, _SAME = 4, 5, 23

Minor = tuple[int, int]


class Release(NamedTuple):
    """A release: `version` and `arch` are empty where neither catalog nor tag says them."""

    version: str = ""
    arch: str = ""


def release_of(image: Any, scope: Scope) -> Release:
    """The release that an image is."""
    if not isinstance(image, str):
        return Release()
    known = scope.by_image.get(image)
    if known:
        return Release(*known)
    _, _, last = image.partition("@")[0].rpartition("/")
    found = _TAG.fullmatch(last, max(last.find(":"), 0))
    return Release(found[1], _ARCHES.get(found[2], found[2] or "")) if found else Release()


def minor(version: str) -> Minor:
    """Major and minor version, 5.x as the 4.x that it is too; zeros for what is no version."""
    found = _VERSION.match(version)
    major, number = (int(found[1]), int(found[2])) if found else (0, 0)
    return (_FOUR, number + _SAME) if major == _FIVE else (major, number)


def precedence(version: str) -> tuple[Any, ...]:
    """What versions are compared by, as semantic versioning has it, 5.x as 4.x."""
    found = _VERSION.match(version)
    patch, before = (int(found[3] or 0), found[4] or "") if found else (0, "")
    steps = tuple(
        (0, int(each), "") if each.isdigit() else (1, 0, each) for each in before.split(".")
    )
    return (*minor(version), patch, not before, steps)
