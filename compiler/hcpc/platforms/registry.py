"""Which platforms there are: one line each. A platform is imported when a cluster uses it."""

from functools import cache
from importlib import import_module

from hcpc.platforms.platform import Platform

_MODULES: dict[str, tuple[str, str]] = {
    "agent": ("Agent", "hcpc.platforms.agent"),
    "aws": ("AWS", "hcpc.platforms.aws"),
    "azure": ("Azure", "hcpc.platforms.azure"),
    "gcp": ("GCP", "hcpc.platforms.gcp"),
    "ibmcloud": ("IBMCloud", "hcpc.platforms.ibmcloud"),
    "kubevirt": ("KubeVirt", "hcpc.platforms.kubevirt"),
    "none": ("None", "hcpc.platforms.none"),
    "openstack": ("OpenStack", "hcpc.platforms.openstack"),
    "powervs": ("PowerVS", "hcpc.platforms.powervs"),
}
_BY_TYPE = {kind: name for name, (kind, _) in _MODULES.items()}

NAMES = tuple(_MODULES)
"""The platforms' names in the spec language, sorted."""


@cache
def platform(name: str) -> Platform | None:
    """A platform by its spec name, or None."""
    if name not in _MODULES:
        return None
    found: Platform = import_module(_MODULES[name][1]).PLATFORM
    return found


def name_of(kind: str) -> str | None:
    """The spec name of a platform by its manifest type, or None."""
    return _BY_TYPE.get(kind)


def platform_of_type(kind: str) -> Platform | None:
    """A platform by its manifest type, or None."""
    return platform(_BY_TYPE.get(kind, ""))
