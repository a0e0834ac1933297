"""An API server in memory: as much of server-side apply as a sync can tell apart, and its end."""

import copy
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.sync.cluster.faults import (
    AlreadyExistsError,
    ApiError,
    ApplyConflictError,
    NotFoundError,
    OptimisticLockError,
)
from hcpc.sync.cluster.resource import Resource
from hcpc.sync.records import FIELD_MANAGER, Conflict, FieldOwner

Body = dict[str, Any]
Leaf = tuple[str, ...]
KUBE_SYSTEM = ObjectRef("", "Namespace", "", "kube-system")
CLUSTER_WIDE = {"Namespace", "CustomResourceDefinition"}
_SYSTEM = {"name", "namespace", "uid", "resourceVersion", "managedFields", "creationTimestamp"}


class Killed(BaseException):
    """The process is gone; nothing is answered any more."""


class FakeCluster:
    """Serves every kind, or only `kinds` beside the core ones.

    `die_at` is the request at which the sync is killed, before the server sees it or (`after`)
    when it has done it. `uid` is what it is known by. `fault` may raise for a request, by its verb
    and object. `written` lists what was changed.
    """

    def __init__(self, uid: str = "cluster-1") -> None:
        self.uid = uid
        self.calls: Counter[str] = Counter()
        self.objects: dict[ObjectRef, Body] = {}
        self.written: list[tuple[str, ObjectRef]] = []
        self.kinds: set[str] | None = None
        self.die_at = 0
        self.after = False
        self.fault: Callable[[str, ObjectRef], None] | None = None
        self.time = "2026-06-15T12:00:00Z"
        self._number = 0
        self._requests = 0
        self._dead = False
        self._lock = threading.RLock()

    def revive(self) -> None:
        """A new process asks."""
        self.die_at = self._requests = 0
        self._dead = False

    @property
    def requests(self) -> int:
        """How many there were since the last `revive`."""
        return self._requests

    def add(self, body: Body, manager: str = "kubectl", operation: str = "Update") -> Body:
        """Somebody else creates an object, or applies it."""
        return self._apply(body, manager, operation, force=True)

    def edit(self, ref: ObjectRef, leaf: Leaf, value: Any, manager: str = "colleague") -> None:
        """Somebody writes one field and so takes it."""
        body = self.objects[ref]
        for entry in body["metadata"]["managedFields"]:
            _without(entry["fieldsV1"], leaf)
        _put(body, leaf, value)
        self._own(body, manager, "Update", {leaf})
        self._changed(body)

    def status(self, ref: ObjectRef, status: Body) -> None:
        """The operator speaks."""
        self.objects[ref]["status"] = status
        self._changed(self.objects[ref])

    def resource(self, api_version: str, kind: str) -> Resource:
        """How a kind is called; asks nobody."""
        if self.kinds is not None and "/" in api_version and kind not in self.kinds:
            raise NotFoundError(f"does not serve {kind} of {api_version}", status=404)
        return Resource(f"{kind.lower()}s", kind not in CLUSTER_WIDE)

    def list(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        label_selector: str = "",
        limit: int = 250,
    ) -> Iterator[list[Body]]:
        """Pages, of which there is one at least."""
        with self._lock:
            self._request("list", ObjectRef(api_version, kind, namespace, ""))
            label, sign, value = label_selector.partition("=")
            found = [
                copy.deepcopy(body)
                for ref, body in sorted(self.objects.items())
                if ref.kind == kind
                and (not namespace or ref.namespace == namespace)
                and _is_selected(body["metadata"].get("labels", {}), label, value if sign else None)
            ]
        for start in range(0, max(len(found), 1), limit):
            yield found[start : start + limit]

    def get(self, ref: ObjectRef, api_version: str) -> Body | None:
        """A copy of one object."""
        del api_version
        with self._lock:
            self._request("get", ref)
            if ref == KUBE_SYSTEM:
                metadata = {"name": ref.name, "uid": self.uid}
                return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
            return copy.deepcopy(self.objects.get(ref))

    def apply(self, body: Body, *, force: bool = False, dry_run: bool = False) -> Body:
        """Server-side apply, as the sync."""
        ref = object_ref(body)
        with self._lock:
            self._request("dry-run" if dry_run else "apply", ref)
            self.resource(body["apiVersion"], ref.kind)
            self._needs_namespace(ref)
            applied = self._apply(body, FIELD_MANAGER, "Apply", force=force, dry_run=dry_run)
            self._done(None if dry_run else ("apply", ref))
            return copy.deepcopy(applied)

    def create(self, body: Body) -> Body:
        """A new object."""
        ref = object_ref(body)
        with self._lock:
            self._request("create", ref)
            self._needs_namespace(ref)
            if ref in self.objects:
                raise AlreadyExistsError(f"{ref} already exists", status=409)
            created = self._apply(body, FIELD_MANAGER, "Update", force=True)
            self._done(("create", ref))
            return copy.deepcopy(created)

    def replace(self, body: Body) -> Body:
        """Another content for an object of the same version."""
        ref = object_ref(body)
        with self._lock:
            self._request("replace", ref)
            live = self.objects.get(ref)
            if live is None:
                raise NotFoundError(f"{ref} not found", status=404)
            if live["metadata"]["resourceVersion"] != body["metadata"]["resourceVersion"]:
                raise OptimisticLockError(f"{ref} was changed", status=409)
            new = copy.deepcopy(body)
            new["metadata"] = {**live["metadata"], **new["metadata"]}
            self.objects[ref] = new
            self._changed(new)
            self._done(("replace", ref))
            return copy.deepcopy(new)

    def delete(self, ref: ObjectRef, api_version: str, uid: str, version: str = "") -> Body | None:
        """At once, but for an object with finalizers."""
        del api_version
        with self._lock:
            self._request("delete", ref)
            live = self.objects.get(ref)
            if live is None or live["metadata"]["uid"] != uid:
                return None
            if version and live["metadata"]["resourceVersion"] != version:
                raise OptimisticLockError(f"{ref} was changed", status=409)
            if live["metadata"].get("finalizers"):
                live["metadata"]["deletionTimestamp"] = self.time
                self._changed(live)
            else:
                self._remove(ref)
            self._done(("delete", ref))
            return copy.deepcopy(self.objects.get(ref))

    def _remove(self, ref: ObjectRef) -> None:
        del self.objects[ref]
        if ref.kind == "Namespace":
            for each in [each for each in self.objects if each.namespace == ref.name]:
                del self.objects[each]

    def _request(self, verb: str, ref: ObjectRef) -> None:
        if self._dead:
            raise Killed
        self.calls[verb] += 1
        self._requests += 1
        if self._requests == self.die_at and not self.after:
            self._dead = True
            raise Killed
        if self.fault is not None:
            self.fault(verb, ref)

    def _done(self, written: tuple[str, ObjectRef] | None) -> None:
        if written is not None:
            self.written.append(written)
        if self._requests == self.die_at and self.after:
            self._dead = True
            raise Killed

    def _needs_namespace(self, ref: ObjectRef) -> None:
        if ref.namespace and ObjectRef("", "Namespace", "", ref.namespace) not in self.objects:
            raise NotFoundError(f'namespaces "{ref.namespace}" not found', status=404)

    def _apply(
        self,
        body: Body,
        manager: str,
        operation: str,
        *,
        force: bool = False,
        dry_run: bool = False,
    ) -> Body:
        ref = object_ref(body)
        live = self.objects.get(ref)
        uid = body["metadata"].get("uid", "")
        if uid and (live is None or live["metadata"]["uid"] != uid):
            raise OptimisticLockError("uid mismatch", status=409)
        version = body["metadata"].get("resourceVersion", "")
        if version and (live is None or live["metadata"]["resourceVersion"] != version):
            raise OptimisticLockError("the object has been modified", status=409)
        new = copy.deepcopy(live) if live is not None else self._born(body)
        wanted = dict(_leaves(body))
        if live is not None and not force:
            self._refuse_conflicts(live, wanted)
        _merge(new, wanted, _entry(new, manager, operation))
        self._own(new, manager, operation, set(wanted))
        if dry_run:
            return new
        if live is None or _meaning(live) != _meaning(new):
            self.objects[ref] = new
            self._changed(new)
        return self.objects[ref]

    def _refuse_conflicts(self, live: Body, wanted: dict[Leaf, Any]) -> None:
        found = []
        for entry in _entries(live):
            if entry["manager"] == FIELD_MANAGER and entry["operation"] == "Apply":
                continue
            owner = FieldOwner(entry["manager"], entry["operation"], "")  # as real servers have it
            found += [
                (Conflict(owner.name, "." + ".".join(leaf)), owner)
                for leaf in _owned(entry)
                if leaf in wanted and wanted[leaf] != _at(live, leaf)
            ]
        if found:
            raise ApplyConflictError("conflict", found, "conflict")

    def _born(self, body: Body) -> Body:
        self._number += 1
        metadata = {
            key: body["metadata"][key] for key in ("name", "namespace") if key in body["metadata"]
        }
        uid = f"uid-{self._number}"
        metadata |= {"uid": uid, "resourceVersion": "0", "managedFields": []}
        return {"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": metadata}

    def _own(self, body: Body, manager: str, operation: str, leaves: set[Leaf]) -> None:
        fields: Body = {}
        for leaf in sorted(leaves):
            at = fields
            for step in leaf:
                at = at.setdefault(f"f:{step}", {})
        body["metadata"]["managedFields"].append(
            {
                "manager": manager,
                "operation": operation,
                "apiVersion": body["apiVersion"],
                "time": self.time,
                "fieldsType": "FieldsV1",
                "fieldsV1": fields,
            }
        )

    def _changed(self, body: Body) -> None:
        self._number += 1
        body["metadata"]["resourceVersion"] = str(self._number)


def _merge(new: Body, wanted: dict[Leaf, Any], entry: Body | None) -> None:
    """Gives fields their values, and drops those that only `entry` owned and gave up."""
    given_up = set(_owned(entry)) - set(wanted) if entry is not None else set()
    for leaf in given_up:
        if not any(leaf in _owned(each) for each in _entries(new) if each is not entry):
            _drop(new, leaf)
    for leaf, value in wanted.items():
        if _at(new, leaf) != value:
            for each in _entries(new):
                _without(each["fieldsV1"], leaf)
        _put(new, leaf, value)
    if entry is not None:
        new["metadata"]["managedFields"].remove(entry)


def _meaning(body: Body) -> str:
    metadata = dict(body["metadata"])
    metadata["managedFields"] = sorted(
        json.dumps([each["manager"], each["operation"], each["fieldsV1"]], sort_keys=True)
        for each in _entries(body)
    )
    return json.dumps({**body, "metadata": metadata}, sort_keys=True)


def _entries(body: Body) -> list[Body]:
    found: list[Body] = body["metadata"]["managedFields"]
    return found


def _entry(body: Body, manager: str, operation: str) -> Body | None:
    names = (manager, operation)
    found = (each for each in _entries(body) if (each["manager"], each["operation"]) == names)
    return next(found, None)


def _leaves(value: Any, at: Leaf = ()) -> Iterator[tuple[Leaf, Any]]:
    """Every field with a value; lists are one."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            if at == ("metadata",) and key in _SYSTEM:
                continue
            if not at and key in {"apiVersion", "kind", "status"}:
                continue
            yield from _leaves(each, (*at, key))
    elif at:
        yield at, value


def _owned(entry: Body) -> list[Leaf]:
    def walk(fields: Body, at: Leaf) -> Iterator[Leaf]:
        for key, below in fields.items():
            if below:
                yield from walk(below, (*at, key.removeprefix("f:")))
            else:
                yield (*at, key.removeprefix("f:"))

    return list(walk(entry["fieldsV1"], ()))


def _without(fields: Body, leaf: Leaf) -> None:
    first, *rest = leaf
    below = fields.get(f"f:{first}")
    if below is None:
        return
    if rest:
        _without(below, tuple(rest))
    if not below or not rest:
        del fields[f"f:{first}"]


def _at(body: Any, leaf: Leaf) -> Any:
    for step in leaf:
        if not isinstance(body, dict) or step not in body:
            return None
        body = body[step]
    return body


def _put(body: Body, leaf: Leaf, value: Any) -> None:
    for step in leaf[:-1]:
        body = body.setdefault(step, {})
    body[leaf[-1]] = copy.deepcopy(value)


def _drop(body: Body, leaf: Leaf) -> None:
    for step in leaf[:-1]:
        body = body.get(step, {})
    body.pop(leaf[-1], None)


def refused(error: type[ApiError], verb: str, name: str) -> Callable[[str, ObjectRef], None]:
    """A fault that one object has with one verb."""

    def fault(asked: str, ref: ObjectRef) -> None:
        if asked == verb and ref.name == name:
            raise error(f"{name} is refused", status=422, message=f"{name} is refused")

    return fault


def _is_selected(labels: dict[str, str], label: str, value: str | None) -> bool:
    """Whether labels have one, with a value if one is asked for; all have the empty one."""
    return not label or (label in labels and value in {None, labels[label]})
