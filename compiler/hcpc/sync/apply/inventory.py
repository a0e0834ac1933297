"""What we own in a cluster, kept in ConfigMaps of that cluster.

There are sixteen of them, so that none hits the size limit of an object; the name of an owned
object decides which one it is in. They are written with the version that was read: whoever else
writes them stops us. What cannot be read is never overwritten.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.faults import AlreadyExistsError, NotFoundError, OptimisticLockError
from hcpc.sync.errors import SyncError
from hcpc.sync.ports import Cluster
from hcpc.sync.records import Commit, Inventory, Owned, Wave

LABEL = "hcpc.dev/inventory"
SHARDS = "0123456789abcdef"
FORMAT = "2"
_FIRST_FORMAT = "1"
"""Without flags; a digest that is empty says that the object is doomed."""
MOST_BYTES = 1_000_000
"""Of one ConfigMap; the API server takes 1 MiB of data and refuses what is larger."""
_GUESTS, _LATEST = "guests", "latest"
_IDENTITY = "identity"
_TEXTS = (
    *("group", "kind", "namespace", "name"),
    *("apiVersion", "uid", "digest", "fields", "applied", "cluster"),
)


class InventoryError(SyncError):
    """What we own is not known for sure, or cannot be written down: nothing is to be touched."""


class Unreadable(ValueError):  # noqa: N818  # a part that is not what we wrote; the text says why
    """A part of the inventory is not what we wrote."""


def shard_of(ref: ObjectRef) -> str:
    """In which of the sixteen parts an object is: one hexadecimal digit."""
    return hashlib.sha256(ref.id.encode()).hexdigest()[0]


def encode(owned: Iterable[Owned]) -> str:
    """One object a line, in order; nothing of it is secret."""
    lines = [
        json.dumps(
            {
                "group": each.ref.group,
                "kind": each.ref.kind,
                "namespace": each.ref.namespace,
                "name": each.ref.name,
                "apiVersion": each.api_version,
                "uid": each.uid,
                "digest": each.digest,
                "fields": each.fields,
                "applied": each.applied,
                "cluster": each.cluster,
                "wave": int(each.wave),
                **({"adopted": True} if each.adopted else {}),
                **({"doomed": True} if each.doomed else {}),
                **({"undone": each.undone} if each.undone else {}),
            },
            separators=(",", ":"),
        )
        for each in sorted(owned, key=lambda each: each.ref)
    ]
    return "".join(f"{line}\n" for line in lines)


def decode(text: str, shard: str, written: str = FORMAT) -> list[Owned]:
    """The inverse of `encode`. Unreadable when anything of it is not what we write.

    `written` is the format that it has.
    """
    found = [_owned(line) for line in text.splitlines()]
    if written == _FIRST_FORMAT:
        found = [each._replace(doomed=bool(each.uid and not each.digest)) for each in found]
    refs = {each.ref for each in found}
    if len(refs) < len(found):
        raise Unreadable("an object is in it twice")
    for ref in refs:
        if shard_of(ref) != shard:
            raise Unreadable(f"{ref} does not belong into it")
    return found


def _owned(line: str) -> Owned:
    try:
        told = json.loads(line)
        texts = [told.pop(name) for name in _TEXTS]
        wave = Wave(told.pop("wave"))
        flags = told.pop("adopted", False), told.pop("doomed", False)
        undone = told.pop("undone", 0)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unreadable(f"a line of it is damaged ({type(error).__name__})") from error
    typed = type(undone) is int and all(type(each) is bool for each in flags)
    if told or not typed or not all(isinstance(each, str) for each in texts):
        raise Unreadable("a line of it is not of this version of hcpc")
    group, kind, namespace, name, api_version, uid, digest, fields, applied, cluster = texts
    if not (kind and name and api_version):
        raise Unreadable("a line of it names no object")
    ref = ObjectRef(group, kind, namespace, name)
    return Owned(ref, api_version, uid, digest, fields, applied, cluster, wave, *flags, undone)


def _commit(text: str) -> Commit:
    found = re.fullmatch(r"(\S+) ([0-9]{1,12})\n", text)
    if found is None:
        raise Unreadable("it names no commit")
    return Commit(found[1], int(found[2]))


class _Part(NamedTuple):
    """A ConfigMap as it was last read or written; `version` is empty while there is none."""

    text: str = ""
    version: str = ""
    fault: str = ""


class InventoryStore:
    """The inventory of one management cluster, or of a hosted cluster, as the cluster has it.

    `load` comes first. For one thread. `elsewhere` says of uids that another inventory in the same
    namespace has them, and whose that is. `identity` is the uid of the cluster it was made in.
    """

    def __init__(self, cluster: Cluster, name: str, namespace: str) -> None:
        self._cluster = cluster
        self._name = name
        self._namespace = namespace
        self._parts: dict[str, _Part] = {}
        self._owned: dict[ObjectRef, Owned] = {}
        self.guests: frozenset[str] = frozenset()
        self.latest: Commit | None = None
        self.identity = ""
        self.elsewhere: dict[str, str] = {}

    @property
    def inventory(self) -> Inventory:
        """What we own, as last read or written."""
        return MappingProxyType(self._owned)

    @property
    def fault(self) -> str:
        """What of the inventory cannot be read, and what to do about it; empty when all can."""
        faults = [
            f"ConfigMap {self._namespace}/{self._title(shard)} is not readable: {part.fault}; "
            "correct it, or delete it to have its objects adopted anew"
            for shard, part in sorted(self._parts.items())
            if part.fault
        ]
        return "; ".join(faults)

    def fault_of(self, ref: ObjectRef) -> str:
        """Why an object cannot be written down; empty when it can."""
        part = self._parts.get(shard_of(ref))
        if part is None or not part.fault:
            return ""
        return f"its part of the inventory, {self._title(shard_of(ref))}, is not readable"

    def load(self) -> Inventory:
        """Reads all of it. A part that is damaged is told by `fault`, not raised; ApiErrors are."""
        self._parts, self._owned, self.guests, self.elsewhere = {}, {}, frozenset(), {}
        self.identity, self.latest = "", None
        titles = {self._title(shard): shard for shard in (*SHARDS, _GUESTS, _LATEST, _IDENTITY)}
        pages = self._cluster.list(
            "v1", "ConfigMap", namespace=self._namespace, label_selector=LABEL
        )
        for page in pages:
            for body in page:
                shard = titles.get(body["metadata"]["name"])
                if shard is not None:
                    self._read(shard, body)
                else:
                    self.elsewhere |= _uids(body, self._name)
        return self.inventory

    def _read(self, shard: str, body: dict[str, Any]) -> None:
        part = _part(body)
        try:
            written = _checked(body)
            if shard == _GUESTS:
                self.guests = frozenset(part.text.split())
            elif shard == _LATEST:
                self.latest = _commit(part.text)
            elif shard == _IDENTITY:
                self.identity = part.text.strip()
            else:
                self._owned |= {each.ref: each for each in decode(part.text, shard, written)}
        except Unreadable as error:
            part = part._replace(fault=str(error))
        self._parts[shard] = part

    def record(self, changes: Mapping[ObjectRef, Owned | None]) -> None:
        """Writes down what is owned from now on, None what no longer is; only what differs.

        InventoryError when another one wrote it since, or when it grew too large; ApiErrors.
        """
        shards: defaultdict[str, dict[ObjectRef, Owned | None]] = defaultdict(dict)
        for ref, owned in changes.items():
            if self._owned.get(ref) != owned:
                shards[shard_of(ref)][ref] = owned
        members: defaultdict[str, dict[ObjectRef, Owned]] = defaultdict(dict)
        for ref, owned_now in self._owned.items():
            if shard_of(ref) in shards:
                members[shard_of(ref)][ref] = owned_now
        for shard in sorted(shards):
            merged = {**members[shard], **shards[shard]}
            self._write(shard, encode(each for each in merged.values() if each is not None))
            for ref, owned in shards[shard].items():
                if owned is None:
                    del self._owned[ref]
                else:
                    self._owned[ref] = owned

    def record_guests(self, guests: Iterable[str]) -> None:
        """Writes down inside which hosted clusters there may be objects of ours."""
        wanted = frozenset(guests)
        if wanted != self.guests:
            self._write(_GUESTS, "".join(f"{each}\n" for each in sorted(wanted)))
            self.guests = wanted

    def record_latest(self, commit: Commit) -> None:
        """Writes down that a commit is applied from now on."""
        if self.latest is None or self.latest[:2] != commit[:2]:
            self._write(_LATEST, f"{commit.id} {commit.seconds}\n")
            self.latest = commit

    def record_identity(self, uid: str) -> None:
        """Writes down which cluster this is the inventory of."""
        if uid != self.identity:
            self._write(_IDENTITY, f"{uid}\n")
            self.identity = uid

    def _write(self, shard: str, text: str) -> None:
        part = self._parts.get(shard, _Part())
        if part.fault:
            raise InventoryError(self.fault)
        if len(text) > MOST_BYTES:
            raise InventoryError(
                f"the inventory is full: {self._title(shard)} would have {len(text)} bytes"
            )
        body = self._body(shard, text, part.version)
        try:
            stored = self._cluster.replace(body) if part.version else self._create(body)
        except (AlreadyExistsError, OptimisticLockError, NotFoundError) as error:
            stored = self._written_by_us(shard, text, error)
        self._parts[shard] = _part(stored)

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._cluster.create(body)
        except NotFoundError:
            namespace = {"apiVersion": "v1", "kind": "Namespace"}
            self._create_namespace({**namespace, "metadata": {"name": self._namespace}})
            return self._cluster.create(body)

    def _create_namespace(self, body: dict[str, Any]) -> None:
        with suppress(AlreadyExistsError):
            self._cluster.create(body)

    def _written_by_us(self, shard: str, text: str, error: SyncError) -> dict[str, Any]:
        """What is there, when it is what we wrote: the answer was lost, and we asked again."""
        title = self._title(shard)
        found = self._cluster.get(ObjectRef("", "ConfigMap", self._namespace, title), "v1")
        if found is not None and _part(found).text == text and _is_whole(found):
            return found
        if found is not None and LABEL not in (found["metadata"].get("labels") or {}):
            raise InventoryError(
                f"ConfigMap {self._namespace}/{title} has lost its label `{LABEL}: {self._name}`, "
                "without which it is not found: put it back"
            ) from error
        raise InventoryError(
            f"ConfigMap {self._namespace}/{title} was written by another one: only one sync may "
            f"look after {self._name}"
        ) from error

    def _title(self, shard: str) -> str:
        return f"hcpc-inventory-{self._name}-{shard}"

    def _body(self, shard: str, text: str, version: str) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "name": self._title(shard),
            "namespace": self._namespace,
            "labels": {LABEL: self._name},
        }
        if version:
            metadata["resourceVersion"] = version
        data = {"format": FORMAT, "sha256": _digest(text), "objects": text}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _uids(body: dict[str, Any], name: str) -> dict[str, str]:
    """The uids in a part of another inventory, and whose it is, as far as it can be read."""
    other = (body["metadata"].get("labels") or {}).get(LABEL, name)
    found: dict[str, str] = {}
    for line in _part(body).text.splitlines() if other != name else ():
        with suppress(ValueError, AttributeError):
            uid = json.loads(line).get("uid")
            if isinstance(uid, str) and uid:
                found[uid] = other
    return found


def _part(body: dict[str, Any]) -> _Part:
    text = (body.get("data") or {}).get("objects")
    return _Part(text if isinstance(text, str) else "", body["metadata"]["resourceVersion"])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_whole(body: dict[str, Any]) -> bool:
    try:
        _checked(body)
    except Unreadable:
        return False
    return True


def _checked(body: dict[str, Any]) -> str:
    """In which format a ConfigMap is. Unreadable when it is not as we write it."""
    data = body.get("data") or {}
    written = data.get("format")
    if written not in {_FIRST_FORMAT, FORMAT}:
        raise Unreadable("it is not of this version of hcpc")
    if "objects" not in data or data.get("sha256") != _digest(data["objects"]):
        raise Unreadable("somebody edited it")
    return str(written)
