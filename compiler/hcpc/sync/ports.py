"""What a round needs of git and of a cluster: as much as it uses of them, and no more.

`sync/git` and `sync/cluster` have it; tests put fakes of their own in their place.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Protocol

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.resource import Resource
from hcpc.sync.records import Commit


class Repository(Protocol):
    """Where rendered trees come from. All raise SourceError."""

    def fetch(self) -> str:
        """The commit that the wanted revision is now; verified, when that is asked for."""
        ...

    def committed(self, commit: str) -> Commit:
        """What a commit that was fetched says of itself."""
        ...

    def files(self, commit: str, path: str) -> dict[str, bytes]:
        """All files below `path`, by their path below it."""
        ...


class ReadableStatus(Protocol):
    """Where the status of a management cluster can be read."""

    def read(self) -> dict[str, bytes] | None:
        """The files as they are, None before the first; StatusError."""
        ...


class Cluster(Protocol):
    """An API server. All raise `ApiError`s of `sync/cluster/faults.py`."""

    calls: Counter[str]

    def resource(self, api_version: str, kind: str) -> Resource:
        """How a kind is called, NotFoundError when the server does not serve it."""
        ...

    def list(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        label_selector: str = "",
        limit: int = 250,
    ) -> Iterator[list[dict[str, Any]]]:
        """All objects of a kind, page by page."""
        ...

    def get(self, ref: ObjectRef, api_version: str) -> dict[str, Any] | None:
        """One object; None when it is not there."""
        ...

    def apply(
        self, body: dict[str, Any], *, force: bool = False, dry_run: bool = False
    ) -> dict[str, Any]:
        """The object after server-side apply as `hcpc`."""
        ...

    def delete(
        self, ref: ObjectRef, api_version: str, uid: str, version: str = ""
    ) -> dict[str, Any] | None:
        """The object of this uid as it is being deleted; None when it is gone already.

        OptimisticLockError when it is no longer of this resourceVersion, if one is given.
        """
        ...

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """The object as created; OptimisticLockError when there is one of its name."""
        ...

    def replace(self, body: dict[str, Any]) -> dict[str, Any]:
        """The object as stored; OptimisticLockError unless `body` has the newest version."""
        ...
