"""Output formats: one file each, one line each below. Pure functions to texts by path.

Those in `FORMATS` are made for every fleet, those in `ON_REQUEST` for fleets that name them under
`outputs`, and imported then.
"""

from collections.abc import Collection
from typing import Protocol

from hcpc.emit.bundle import ClusterBundle, Files, FleetBundle, ManagementBundle
from hcpc.emit.formats import kustomize


class Format(Protocol):
    """What the module of a format offers; paths are below the output directory."""

    def cluster_files(self, bundle: ClusterBundle) -> Files:
        """The files of one hosted cluster."""

    def management_files(self, bundle: ManagementBundle) -> Files:
        """The files of one management cluster, above those of its hosted clusters."""

    def fleet_files(self, bundle: FleetBundle) -> Files:
        """The files of the whole fleet, above those of its management clusters."""


FORMATS: tuple[Format, ...] = (kustomize,)

ON_REQUEST: dict[str, str] = {
    "argocd": "hcpc.emit.formats.argocd",
    "flux": "hcpc.emit.formats.flux",
}
"""Modules by the name that a fleet uses; it is also the directory of the format's files."""


def requested(outputs: Collection[str]) -> tuple[Format, ...]:
    """The formats that a fleet asks for."""
    if not outputs:
        return ()
    from importlib import import_module  # noqa: PLC0415  # only fleets that ask pay for it

    found: list[Format] = []
    for name, module in ON_REQUEST.items():
        if name in outputs:
            form: Format = import_module(module)
            found.append(form)
    return tuple(found)
