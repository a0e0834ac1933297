"""Who of several syncs leads, by a Lease of the cluster, as controllers of Kubernetes agree on it.

In comes an identity, out comes whether it leads now. Clocks of others are never compared with
ours: a lease is over when we have seen no change of it for as long as it lasts (the algorithm of
k8s.io/client-go/tools/leaderelection).
"""

import random
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.bounds import TIMEOUT
from hcpc.sync.cluster.faults import (
    AlreadyExistsError,
    ApiError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    OptimisticLockError,
    UnauthorizedError,
)

_API_VERSION: Final = "coordination.k8s.io/v1"
_JITTER: Final = 1.2
_FOR_GOOD: Final = (ForbiddenError, InvalidError, NotFoundError, UnauthorizedError)


class Pace(NamedTuple):
    """Seconds, by default those of Kubernetes' own controllers.

    A lease lasts for `lease` after it was renewed. A leader that cannot renew it gives up after
    `renew`, before anybody else may take it. Both are tried each `retry`.
    """

    lease: int = 15
    renew: float = 10
    retry: float = 2


PACE: Final = Pace()
LONG: Final = 30
"""Seconds of a lease that leaves a write time for a webhook that is slow."""
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", None)


def clock() -> float:
    """Seconds that go on while the machine sleeps, where it can tell: a lease ends meanwhile."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def pace(lease: int) -> Pace:
    """For leases of that many seconds."""
    return Pace(lease, lease * PACE.renew / PACE.lease, lease * PACE.retry / PACE.lease)


class Leader:
    """One candidate for a Lease.

    `identity` has to be another one for each process. `holder` is who has the lease, as far as we
    know; `fault` says why it could not be read or written last time, empty when it could.
    Of its `cluster` the rest is used only `under` its `time_left`.
    """

    def __init__(
        self,
        cluster: Api,
        name: str,
        namespace: str,
        identity: str,
        pace: Pace = PACE,
        patience: float = TIMEOUT,
    ) -> None:
        self.fault = ""
        self.holder = ""
        self.cluster = cluster
        self.name = name
        self.namespace = namespace
        self._cluster = cluster.apart(min(pace.renew / 2, patience))
        self._ref = ObjectRef("coordination.k8s.io", "Lease", namespace, name)
        self._identity = identity
        self._pace = pace
        self._patience = patience
        self._ours: Mapping[str, Any] | None = None
        self._seen = ("", 0.0)
        self._until = 0.0
        self._is_renewed = False
        self._left = threading.Event()
        self._renewing: threading.Thread | None = None

    @property
    def is_leader(self) -> bool:
        """Whether we lead at this moment; False at the latest when others may lead."""
        return self.time_left() > 0

    def time_left(self) -> float:
        """For how many more seconds we lead, if the lease is not renewed; 0 when we do not.

        Between their end and the moment when another one may lead there is `lease` - `renew`.
        """
        return max(0.0, self._until - clock())

    def acquire(self, stop: threading.Event, *, waits: bool = True) -> bool:
        """Waits until we lead, and keeps it so in the background; False when `stop` is set first.

        Without `waits` only a lease that may be over is waited for: False when its holder has
        renewed it meanwhile, after as long as two leases of ours last, and when the server does not
        answer for `patience` seconds. When the lease was lost it may be called again. Raises the
        `ApiError`s that no waiting helps against, such as that we may not have the lease.
        """
        self.release()
        self._is_renewed, began = False, clock()
        while not stop.is_set():
            if self._try(raises=_FOR_GOOD):
                self._left = threading.Event()
                keep = threading.Thread(target=self._keep, args=(self._left,), daemon=True)
                keep.start()
                self._renewing = keep
                return True
            longest = self._patience if self.fault else 2 * self._pace.lease
            if not waits and (self._is_renewed or clock() - began >= longest):
                return False
            stop.wait(self._pace.retry * random.uniform(1, _JITTER))  # noqa: S311  # no secret
        return False

    def release(self) -> None:
        """Lets another one lead at once, if we do; nothing may be written after that."""
        self._left.set()
        if self._renewing is not None:
            self._renewing.join()
            self._renewing = None
        led, self._until = self.is_leader, 0.0
        if led:
            self._give_back()

    def _keep(self, left: threading.Event) -> None:
        """Renews the lease until it is left, or lost."""
        while not left.wait(self._pace.retry):
            if not self._try():
                self._until = 0.0
                return

    def _try(self, raises: tuple[type[ApiError], ...] = ()) -> bool:
        """One attempt to take the lease or to keep it; whether we lead after it."""
        asked = clock()
        try:
            held = self._take()
        except raises:
            raise
        except ApiError as error:
            self.fault = str(error)
        else:
            self.fault = ""
            self._until = asked + self._pace.renew if held else 0.0
        return self.is_leader

    def _take(self) -> bool:
        """Writes that the lease is ours, if it is or may be."""
        lease = self._ours or self._cluster.get(self._ref, _API_VERSION)
        spec = (lease or {}).get("spec") or {}
        self.holder = spec.get("holderIdentity") or ""
        if lease and self.holder not in {"", self._identity} and not self._is_over(lease, spec):
            return False
        try:
            self._ours = self._write(lease, spec)
        except (OptimisticLockError, NotFoundError):
            if self._ours is None:
                raise
            self._ours = None  # somebody else has written it, or removed it: read it again
            return self._take()
        self.holder = self._identity
        return True

    def _write(self, lease: Mapping[str, Any] | None, spec: Mapping[str, Any]) -> dict[str, Any]:
        if lease is None:
            return self._create(self._body({}, spec))
        return self._cluster.replace(self._body(lease["metadata"], spec))

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        """The Lease, and its namespace if that is not there and we may make it."""
        try:
            return self._cluster.create(body)
        except NotFoundError as missing:
            with suppress(AlreadyExistsError):
                self._create_namespace(missing)
            return self._cluster.create(body)

    def _create_namespace(self, missing: NotFoundError) -> None:
        """That of the Lease; `missing` is what to say where we may not."""
        named = {"name": self._ref.namespace}
        try:
            self._cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": named})
        except ForbiddenError:
            raise missing from None

    def _is_over(self, lease: Mapping[str, Any], spec: Mapping[str, Any]) -> bool:
        """Whether another's lease has not changed for as long as it lasts, by our own clock."""
        version, now = lease["metadata"]["resourceVersion"], clock()
        if self._seen[0] != version:
            self._is_renewed = bool(self._seen[0])
            self._seen = (version, now)
        lasts = spec.get("leaseDurationSeconds") or self._pace.lease
        return now - self._seen[1] > lasts

    def _body(self, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
        """The Lease as ours, from now on or still."""
        ours = spec.get("holderIdentity") == self._identity
        now = _micro_time()
        transitions = spec.get("leaseTransitions") or 0
        return self._object(
            metadata,
            {
                "holderIdentity": self._identity,
                "leaseDurationSeconds": self._pace.lease,
                "acquireTime": (spec.get("acquireTime") if ours else None) or now,
                "renewTime": now,
                "leaseTransitions": transitions if ours or not spec else transitions + 1,
            },
        )

    def _give_back(self) -> None:
        """Writes that nobody has the lease, if it is still ours; it runs out soon in any case."""
        try:
            lease = self._cluster.get(self._ref, _API_VERSION)
            spec = (lease or {}).get("spec") or {}
            if lease is None or spec.get("holderIdentity") != self._identity:
                return
            now = _micro_time()
            spec |= {
                "holderIdentity": "",
                "leaseDurationSeconds": 1,
                "renewTime": now,
                "acquireTime": now,
            }
            self._cluster.replace(self._object(lease["metadata"], spec))
            self._ours, self.holder = None, ""
        except ApiError as error:
            self.fault = str(error)

    def _object(self, metadata: Mapping[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
        kept = {
            k: v for k, v in metadata.items() if k in {"labels", "annotations", "resourceVersion"}
        }
        named = {"name": self._ref.name, "namespace": self._ref.namespace}
        return {"apiVersion": _API_VERSION, "kind": "Lease", "metadata": kept | named, "spec": spec}


def _micro_time() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
