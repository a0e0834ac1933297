"""What is asked of the base revision about hosted clusters that are gone: who they were."""

from collections.abc import Mapping
from typing import NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import HOSTED_CLUSTER
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.scope import Environment
from hcpc.resolve.tombstones import Buried, Tombstone, read_tombstones
from hcpc.run.base import Changes, cluster_at
from hcpc.verify.fleet import Summary

_IDS = ("clusterID", "infraID")


class Past(NamedTuple):
    """The base revision, with what differs from it, and what clusters share now."""

    changes: Changes
    environment: Environment

    def tombstone_of(self, name: str) -> Tombstone | None:
        """The tombstone that stands now of a hosted cluster that is gone, as it was."""
        tombstones = read_tombstones(self.environment)
        if not any(each.buried.name == name for each in tombstones):
            return None
        was = self._cluster(name)
        if was is None:
            return None
        gone = Buried(was.management_cluster, "", HOSTED_CLUSTER, was.namespace, was.name)
        return next((each for each in tombstones if each.buried == gone), None)

    def ids_of(self, name: str) -> Mapping[str, str]:
        """What identified a hosted cluster that is gone, as far as its spec said."""
        was = self._cluster(name)
        return {field: was.spec[field] for field in _IDS if field in was.spec} if was else {}

    def is_new(self, cluster: Summary) -> bool:
        """Whether the fleet of the base had no cluster of this name."""
        base, path = self.changes.base, cluster.name_span.file.path
        if base is None or path not in base.compared:
            return False
        # A file that is the same has its own path at the base as well.
        is_same = path in base.files and base.files[path].path == path
        return not is_same and cluster.name not in self.changes.was

    def _cluster(self, name: str) -> Cluster | None:
        base = self.changes.base
        document = cluster_at(base, self.changes.was[name].path, name) if base else None
        return resolve_cluster(document, base.environment, Sink()) if base and document else None
