"""What is done with one object: asked first, written only when that changes anything.

In comes an action of the plan, out goes what came of it. Faults of the object, and refusals of the
server, are outcomes; what concerns all objects is raised: UnauthorizedError, and StandDownError
when we may no longer write.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.sync.apply.drift import is_drift
from hcpc.sync.apply.ownership import times_undone
from hcpc.sync.apply.patience import Patience
from hcpc.sync.cluster.faults import (
    ApiError,
    ApplyConflictError,
    InvalidError,
    NotFoundError,
    OptimisticLockError,
    UnauthorizedError,
    UnavailableError,
)
from hcpc.sync.compare import (
    applied_at,
    applied_differences,
    has_effect,
    observe,
    owned_fields,
)
from hcpc.sync.errors import StandDownError, SyncError
from hcpc.sync.observe.observe import HOST_KINDS
from hcpc.sync.plan.guard import kept_by
from hcpc.sync.plan.left_alone import rest_of
from hcpc.sync.plan.needs import Definitions, needs
from hcpc.sync.ports import Cluster
from hcpc.sync.records import (
    FIELD_MANAGER,
    Action,
    Cause,
    Desired,
    Outcome,
    Result,
    Verb,
)

_MEANWHILE = "while it was looked at; the next sync looks again"
_ATTEMPTS = 4
"""At an object that somebody writes at the same time."""
_NOT_NOW = frozenset({0, 429, 502, 503, 504})
"""What is said of a request that might do at another time; 500 is also how some are refused."""
_TIRESOME = 3
"""So many times in a row the same object may be put back without a word."""


class Changed(NamedTuple):
    """What came of an action.

    `applied` is when we wrote the object last (UTC, by the server's clock), empty when not known.
    """

    outcome: Outcome
    applied: str = ""


class Changer:
    """Whoever changes objects of one cluster; safe to share between threads.

    `coming` are the namespaces and kinds that this sync is about to create: before they are there
    the server cannot be asked about what needs them, not even in a dry run.
    """

    def __init__(
        self,
        cluster: Cluster,
        now: Callable[[], datetime],
        may_write: Callable[[], bool],
        *,
        dry_run: bool = False,
        coming: frozenset[ObjectRef] = frozenset(),
        defined: Definitions = MappingProxyType({}),
    ) -> None:
        self._cluster = cluster
        self._now = now
        self._may_write = may_write
        self._dry_run = dry_run
        self._coming = coming
        self._defined = defined
        self._patience = Patience()

    def change(self, action: Action) -> Changed:
        """Carries out one action that takes requests."""
        kind = action.ref.kind
        if self._patience.is_lost(kind):
            message = f"not tried: the server gave no usable answer for any {kind} lately"
            return _failed(action, message)
        try:
            changed = self._attempt(action)
        except UnavailableError as error:
            self._patience.unanswered(kind, error)
            return _unanswered(action, str(error))
        except UnauthorizedError:
            raise
        except ApiError as error:
            changed = Changed(self._refused(action, error))
        except SyncError:
            raise
        except Exception as error:  # noqa: BLE001  # one object must not stop the others
            # Its text might quote the object; the name of the fault does not.
            changed = _unanswered(action, f"internal error: {type(error).__name__}")
        self._patience.answered(kind)
        return changed

    def _attempt(self, action: Action) -> Changed:
        match action.verb:
            case Verb.CREATE:
                return self._create(action, _wanted(action))
            case Verb.PRUNE | Verb.RELEASE:
                return _again_when_changed(self._remove, action)
            case _:
                return _again_when_changed(self._configure, action)

    def _create(self, action: Action, desired: Desired) -> Changed:
        first = self._comes_first(desired)
        if first is not None:
            message = f"the server was not asked, as {first} is yet to be created"
            return Changed(Outcome(action, Result.CREATED, message))
        if _is_host(desired.ref) and self._cluster.get(desired.ref, desired.api_version):
            return Changed(Outcome(action, Result.WAITING, f"it was made {_MEANWHILE}"))
        body = self._apply(desired.body, force=action.force)
        # Nobody else has fields of an object that we made, in the answer to making it.
        theirs = any(each.name != FIELD_MANAGER for each in observe(body, desired).others)
        owned = action.owned
        again = owned is not None and bool(owned.digest) and not owned.doomed
        result = Result.ADOPTED if theirs else Result.CREATED
        return _seen(Outcome(action, result, drift=again), body)

    def _comes_first(self, desired: Desired) -> ObjectRef | None:
        """What a dry run does not create, and without which the server knows no answer."""
        if not self._dry_run:
            return None
        return next((each for each in needs(desired, self._defined) if each in self._coming), None)

    def _configure(self, action: Action) -> Changed:
        desired, observed = _wanted(action), action.observed
        assert observed is not None
        live = self._cluster.get(desired.ref, desired.api_version)
        if live is None or live["metadata"]["uid"] != observed.uid:
            return _failed(action, f"it was deleted {_MEANWHILE}")
        now_there = observe(live, desired)
        rest = rest_of(now_there, desired, self._now())
        if rest is not None:
            resting = action._replace(cause=rest.cause)
            return Changed(Outcome(resting, Result.SKIPPED, rest.reason))
        if now_there.deleting:
            waits = action._replace(cause=Cause.DELETING)
            return Changed(Outcome(waits, Result.WAITING, "it is being deleted"))
        return self._apply_to(action, desired, live)

    def _apply_to(self, action: Action, desired: Desired, live: dict[str, Any]) -> Changed:
        """For an object that is there and may be touched."""
        uid = live["metadata"]["uid"]
        force, taken = action.force, False
        # What is taken from others is what was looked at, and nothing that they wrote since.
        body = _pinned(desired.body, live, exactly=force or _is_host(desired.ref))
        try:
            tried = self._cluster.apply(body, force=force, dry_run=True)
        except ApplyConflictError as error:
            if not is_drift(desired, action.owned, uid, error.owners):
                raise
            force = taken = True
            body = _pinned(desired.body, live, exactly=True)
            tried = self._cluster.apply(body, force=True, dry_run=True)
        outcome = Outcome(action, Result.ADOPTED if action.verb is Verb.ADOPT else Result.UNCHANGED)
        if not has_effect(live, tried):
            return _seen(outcome, live)
        if action.verb is not Verb.ADOPT:
            owned = action.owned
            same = owned is not None and owned.uid == uid and owned.digest == desired.digest
            outcome = outcome._replace(result=Result.CONFIGURED, drift=taken or same)
        outcome = outcome._replace(differences=applied_differences(live, tried))
        if self._dry_run:
            return _seen(outcome, tried)
        return _counted(_seen(outcome, self._written(body, tried, force=force)))

    def _written(
        self, body: dict[str, Any], tried: dict[str, Any], *, force: bool
    ) -> dict[str, Any]:
        """The object once it is as it was `tried`."""
        try:
            return self._apply(body, force=force)
        except OptimisticLockError as error:
            if not error.uncertain:
                raise
            # The answer was lost; what changed the object may have been our own request.
            live = self._cluster.get(object_ref(body), body["apiVersion"])
            if live is None or live["metadata"]["uid"] != body["metadata"]["uid"]:
                raise
            if has_effect(live, tried):
                raise
            return live

    def _apply(self, body: dict[str, Any], *, force: bool) -> dict[str, Any]:
        if not self._dry_run:
            self._check()
        return self._cluster.apply(body, force=force, dry_run=self._dry_run)

    def _remove(self, action: Action) -> Changed:
        """Deletes an object, or takes only what is ours out of it."""
        observed = action.observed
        assert observed is not None
        if self._dry_run and action.verb is Verb.PRUNE:
            return Changed(Outcome(action, Result.PRUNED, uid=observed.uid))
        live = self._cluster.get(action.ref, observed.api_version)
        if live is None or live["metadata"]["uid"] != observed.uid:
            return Changed(Outcome(action, Result.PRUNED, "it was gone already"))
        now_there = observe(live, None)
        kept = kept_by(now_there)
        if kept:
            return Changed(Outcome(action._replace(cause=Cause.NO_PRUNE), Result.SKIPPED, kept))
        rest = rest_of(now_there, None, self._now())
        if rest is not None:
            return Changed(Outcome(action._replace(cause=rest.cause), Result.SKIPPED, rest.reason))
        if action.verb is Verb.RELEASE:
            return Changed(self._release(action, live))
        self._check()
        version = live["metadata"]["resourceVersion"]
        left = self._cluster.delete(action.ref, observed.api_version, observed.uid, version)
        return Changed(_deleted(action, observed.uid, left))

    def _release(self, action: Action, live: dict[str, Any]) -> Outcome:
        """Applies nothing of the object: what only we gave it goes, what others gave it stays."""
        names = {key: live["metadata"].get(key) for key in ("name", "namespace")}
        empty = {
            "apiVersion": live["apiVersion"],
            "kind": live["kind"],
            "metadata": {key: name for key, name in names.items() if name},
        }
        body = _pinned(empty, live, exactly=True)
        try:
            tried = self._cluster.apply(body, dry_run=True)
        except (InvalidError, UnavailableError) as error:
            if error.status in _NOT_NOW:
                raise
            kept = action._replace(cause=Cause.NOT_OURS)
            message = (
                "others made it, so it is not deleted, and the server does not let go of what is "
                f"ours of it: {error}; give it a tombstone, or delete it yourself"
            )
            return Outcome(kept, Result.SKIPPED, message)
        if not self._dry_run:
            self._written(body, tried, force=False)
        changed = applied_differences(live, tried)
        return Outcome(
            action, Result.RELEASED, action.reason, uid=live["metadata"]["uid"], differences=changed
        )

    def _refused(self, action: Action, error: ApiError) -> Outcome:
        """Of a server that answered, and does not want it."""
        message = str(error)
        match error:
            case ApplyConflictError():
                return _in_conflict(action, error)
            case OptimisticLockError():
                message = f"it was changed {_MEANWHILE}"
            case NotFoundError() if action.desired is not None and self._is_served(action.desired):
                message = (
                    f"namespace {action.ref.namespace} is not in the cluster, and git has none of "
                    "that name: create it, or let git have it"
                )
        return Outcome(action, Result.FAILED, message)

    def _is_served(self, desired: Desired) -> bool:
        """Whether the kind is not what is missing."""
        try:
            return self._cluster.resource(desired.api_version, desired.ref.kind).namespaced
        except ApiError:
            return False

    def _check(self) -> None:
        """Before each request that changes anything."""
        if not self._may_write():
            raise StandDownError


def _wanted(action: Action) -> Desired:
    assert action.desired is not None
    return action.desired


def _is_host(ref: ObjectRef) -> bool:
    return (ref.group, ref.kind) in HOST_KINDS


def _again_when_changed(work: Callable[[Action], Changed], action: Action) -> Changed:
    """Once more from the look at the object on, when somebody wrote it since: operators do."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(OptimisticLockError):
            return work(action)
    return work(action)


def _pinned(body: dict[str, Any], live: dict[str, Any], *, exactly: bool) -> dict[str, Any]:
    """A body that the server refuses for any other object than this, or, `exactly`, as this is.

    Without that another one could have come into its place.
    """
    pins = ("uid", "resourceVersion") if exactly else ("uid",)
    marks = {key: live["metadata"][key] for key in pins}
    return {**body, "metadata": {**body["metadata"], **marks}}


def _counted(changed: Changed) -> Changed:
    """With a word about a change that comes back each time."""
    times = times_undone(changed.outcome, changed.applied)
    if times < _TIRESOME:
        return changed
    message = f"undone {times} times in a row: somebody writes it again and again, settle who may"
    return changed._replace(outcome=changed.outcome._replace(message=message))


def _failed(action: Action, message: str) -> Changed:
    return Changed(Outcome(action, Result.FAILED, message))


def _unanswered(action: Action, message: str) -> Changed:
    return Changed(Outcome(action, Result.FAILED, message, uncertain=True))


def _seen(outcome: Outcome, body: dict[str, Any]) -> Changed:
    """With what is ours of an object, now or by an earlier sync that did not get to note it."""
    uid = body["metadata"].get("uid", "")
    return Changed(outcome._replace(uid=uid, fields=owned_fields(body)), applied_at(body))


def _deleted(action: Action, uid: str, left: dict[str, Any] | None) -> Outcome:
    """What a server's answer to a deletion says: the object, while something holds it."""
    metadata = (left or {}).get("metadata") or {}
    if not metadata.get("deletionTimestamp"):
        return Outcome(action, Result.PRUNED, uid=uid)
    waits = ", ".join(metadata.get("finalizers") or ())
    return Outcome(action, Result.DELETING, f"waits for {waits}" if waits else "", uid=uid)


def _in_conflict(action: Action, error: ApplyConflictError) -> Outcome:
    fields = "; ".join(f"{each.manager} has {each.field}" for each in error.conflicts)
    message = (
        f"other managers have fields that git wants to be otherwise: {fields}; take them out of "
        'git, or take them over with the annotation hcpc.dev/force-conflicts: "true"'
    )
    return Outcome(action, Result.CONFLICT, message, conflicts=error.conflicts)
