"""Output formats: one file each, one line each in `FORMATS`. Pure functions to texts by path."""

from collections.abc import Iterable
from typing import Protocol

from hcpc.emit.bundle import ClusterBundle, Files
from hcpc.emit.formats import kustomize


class Format(Protocol):
    """What the module of a format offers; paths are below the output directory."""

    def cluster_files(self, bundle: ClusterBundle) -> Files:
        """The files of one hosted cluster."""

    def management_files(self, management_cluster: str, clusters: Iterable[str]) -> Files:
        """The files of one management cluster, above those of its hosted clusters."""


FORMATS: tuple[Format, ...] = (kustomize,)
