"""What formats are given: the objects of a hosted cluster, of a management cluster, of a fleet."""

import posixpath
from typing import Any, NamedTuple

from hcpc.kube.manifest import Manifest
from hcpc.payloads import RestorePart
from hcpc.resolve.fleet import Fleet


class FleetSettings(NamedTuple):
    """What a fleet says of itself: its name, where it is cloned from, and its outputs.

    `output` is where in the repository the rendered tree lies; `outputs` are the settings of the
    formats that the fleet asks for, by name.
    """

    name: str
    repository: str
    output: str
    outputs: dict[str, dict[str, Any]]


NO_SETTINGS = FleetSettings("", "", "", {})
"""Those of a fleet that asks for nothing."""


def settings_of(fleet: Fleet) -> FleetSettings:
    """The settings of a fleet whose document was checked."""
    output = posixpath.normpath(fleet.places.output)
    outputs = fleet.data.get("outputs", {})
    return FleetSettings(fleet.document.name, fleet.data.get("repository", ""), output, outputs)


class ClusterBundle(NamedTuple):
    """Everything emitted for one hosted cluster.

    `guest` belongs inside the hosted cluster, never on the management cluster; `delivery` is what
    carries it there. `restores` are applied by hand, when the time has come.
    """

    management_cluster: str
    name: str
    manifests: tuple[Manifest, ...]
    guest: tuple[Manifest, ...] = ()
    delivery: tuple[Manifest, ...] = ()
    restores: tuple[RestorePart, ...] = ()
    fleet: FleetSettings = NO_SETTINGS


class ManagementBundle(NamedTuple):
    """A management cluster: its hosted clusters by name, and what configures its operator."""

    name: str
    clusters: tuple[str, ...]
    operator: tuple[Manifest, ...] = ()
    fleet: FleetSettings = NO_SETTINGS


class FleetBundle(NamedTuple):
    """A fleet and its management clusters."""

    settings: FleetSettings
    management_clusters: tuple[ManagementBundle, ...]


Files = dict[str, str]
"""Texts by path below the output directory."""
