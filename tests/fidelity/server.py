"""CRDs in a real API server, and what it says of objects: accepted or refused, and where."""

import copy
import json
import re
import threading
import time
from typing import Any, NamedTuple

from tests.envtest.client import Answer, Client
from tests.envtest.server import ApiServer
from tests.fidelity.schema import RULES, Place, Rule, Schema, below, rules

CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
NAMESPACE = "default"
NAME = "x"
LOOSE = "loose"
UNCHECKED = "some validation rules were not checked"
STRICT = {"fieldValidation": "Strict"}
DRY = {"dryRun": "All", **STRICT}


class Kind(NamedTuple):
    """A kind of a set, as both sides are asked about it."""

    document: dict[str, Any]
    version: str

    @property
    def name(self) -> str:
        """The kind's name."""
        return str(self.document["spec"]["names"]["kind"])

    @property
    def api_version(self) -> str:
        """As an object says it."""
        return f"{self.document['spec']['group']}/{self.version}"

    @property
    def schema(self) -> Schema:
        """The schema of the version."""
        versions = self.document["spec"]["versions"]
        [found] = [each for each in versions if each["name"] == self.version]
        schema: Schema = found["schema"]["openAPIV3Schema"]
        return schema

    def collection(self, version: str) -> str:
        """The path of the kind's objects."""
        spec = self.document["spec"]
        return f"/apis/{spec['group']}/{version}/namespaces/{NAMESPACE}/{spec['names']['plural']}"


class Cause(NamedTuple):
    """One thing that the server has against an object. `rule` numbers the rules of a schema."""

    field: str
    reason: str
    message: str
    rule: int | None


class Verdict(NamedTuple):
    """What the server says of an object."""

    accepted: bool
    causes: tuple[Cause, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The fields it names."""
        return frozenset(cause.field for cause in self.causes)


class Stored(NamedTuple):
    """An object that the server keeps, and updates of which can be tried."""

    path: str
    body: dict[str, Any]


def numbered(schema: Schema) -> list[Rule]:
    """The rules of a schema; the place in this list is the number that causes carry."""
    return list(rules(schema))


def installable(document: dict[str, Any]) -> dict[str, Any]:
    """The CRD as it is installed: as it is, except for what follows.

    Its conversion webhook is not there, so it goes. Messages of rules carry the rule's number. And
    it has one more version that takes everything, through which objects are stored that the real
    one would refuse, as an older CRD may have let in.
    """
    crd = copy.deepcopy(document)
    crd.pop("status", None)
    crd["spec"].pop("conversion", None)
    for version in crd["spec"]["versions"]:
        _number(version["schema"]["openAPIV3Schema"], 0)
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    loose = {
        "name": LOOSE,
        "served": True,
        "storage": False,
        "schema": {"openAPIV3Schema": anything},
    }
    crd["spec"]["versions"].append(loose)
    return crd


def _number(schema: Schema, first: int) -> int:
    """Marks the rules of a schema, in the order of `rules`; returns the next number."""
    for rule in schema.get(RULES, ()):
        text = rule.get("message") or "failed rule: " + " ".join(rule["rule"].split())
        rule["message"] = f"#{first}# {text}"
        if "messageExpression" in rule:
            rule["messageExpression"] = f'"#{first}# " + ({rule["messageExpression"]})'
        first += 1
    for _, inner in below(schema):
        first = _number(inner, first)
    return first


class Judge:
    """Asks the server about objects, from any number of threads."""

    def __init__(self, server: ApiServer) -> None:
        self._server = server
        self._local = threading.local()
        self._clients: list[Client] = []
        self._count = 0
        self._lock = threading.Lock()

    def install(self, documents: list[dict[str, Any]]) -> None:
        """Replaces all CRDs of these names, objects included, and waits until they are served."""
        names = [document["metadata"]["name"] for document in documents]
        for name in names:
            self._client.delete(f"{CRDS}/{name}")
        for name in names:
            self._wait(f"{CRDS}/{name}", 404)
        for document in documents:
            answer = self._client.create(CRDS, installable(document))
            assert answer.status == 201, answer.body
        for document in documents:
            for version in (*document["spec"]["versions"], {"name": LOOSE}):
                path = Kind(document, version["name"]).collection(version["name"])
                self._wait(path, 200)

    def create(self, kind: Kind, body: dict[str, Any]) -> Verdict:
        """Whether the object could be created."""
        return _verdict(self._client.create(kind.collection(kind.version), body, **DRY))

    def store(self, kind: Kind, body: dict[str, Any]) -> Stored | None:
        """Keeps the object, however wrong it is, under a name of its own.

        None for what no CRD can let in, such as metadata that is wrong.
        """
        with self._lock:
            self._count += 1
            name = f"stored-{self._count}"
        version = f"{kind.document['spec']['group']}/{LOOSE}"
        metadata = {**body["metadata"], "name": name}
        new = {**body, "apiVersion": version, "metadata": metadata}
        answer = self._client.create(kind.collection(LOOSE), new)
        if answer.is_refusal:
            return None
        return Stored(f"{kind.collection(kind.version)}/{name}", answer.body)

    def update(self, stored: Stored, body: dict[str, Any]) -> Verdict:
        """Whether the object could take the place of a stored one."""
        kept = stored.body["metadata"]
        own = {"name": kept["name"], "resourceVersion": kept["resourceVersion"]}
        new = {**body, "metadata": {**body["metadata"], **own}}
        return _verdict(self._client.replace(stored.path, new, **DRY))

    def close(self) -> None:
        """Closes the connections of all threads."""
        for client in self._clients:
            client.close()

    @property
    def _client(self) -> Client:
        if not hasattr(self._local, "client"):
            self._local.client = self._server.client()
            self._clients.append(self._local.client)
        client: Client = self._local.client
        return client

    def _wait(self, path: str, status: int) -> None:
        until = time.monotonic() + 60
        while self._client.get(path).status != status:
            assert time.monotonic() < until, f"{path} is not {status} after a minute"
            time.sleep(0.1)


def _verdict(answer: Answer) -> Verdict:
    if answer.status in {200, 201}:
        return Verdict(accepted=True)
    assert answer.is_refusal, answer
    found = answer.body.get("details", {}).get("causes", [])
    causes = [
        Cause(each["field"], each["reason"], each["message"], _rule(each["message"]))
        for each in found
        if UNCHECKED not in each["message"]
    ]
    return Verdict(accepted=False, causes=tuple(causes or _undecodable(answer.body["message"])))


def _rule(message: str) -> int | None:
    said = said_by_rule(message)
    return int(said[1:].partition("#")[0]) if said else None


def said_by_rule(message: str) -> str:
    """What a rule says in a message, which begins with its number; empty without a rule."""
    found = re.search(r"#\d+# .*", message, re.DOTALL)
    return found[0] if found else ""


def _undecodable(message: str) -> list[Cause]:
    """The causes of an object that was not even read: the server lists them in one text."""
    unknown = re.findall(r'(unknown|duplicate) field ("(?:[^"\\]|\\.)*")', message)
    causes = [Cause(json.loads(field), why, message, None) for why, field in unknown]
    return causes or [Cause("", "undecodable", message, None)]


def named(cause: Cause) -> str:
    """The field that the server means.

    The root has a strange name, which alternatives that do not fit have too: the text names their
    field. That of the replicas begins with a dot.
    """
    if cause.field != "<nil>":
        return cause.field.removeprefix(".")
    found = re.search(r'"([^"]*)" must', cause.message)
    return found[1] if found else ""


def place_of(field: str, body: Any) -> Place:
    """The place that the server's name of a field means in an object."""
    place: list[str | int] = []
    while field:
        index = re.match(r"\[(\d+)\]\.?", field)
        if index and not isinstance(body, dict):
            number = int(index[1])
            field = field[index.end() :]
            body = body[number] if isinstance(body, list) and number < len(body) else None
            place.append(number)
        else:
            key, field = _key(field, body)
            body = body.get(key) if isinstance(body, dict) else None
            place.append(key)
    return tuple(place)


def _key(field: str, body: Any) -> tuple[str, str]:
    """The key that a field's name begins with, and the rest: a key may hold dots itself."""
    known = [
        (key, written)
        for key in (body if isinstance(body, dict) else ())
        for written in (key, f"[{key}]")
        if field == written or field.startswith((f"{written}.", f"{written}["))
    ]
    if known:
        key, written = max(known, key=lambda each: len(each[1]))
    else:
        written = re.match(r"\[[^\]]*\]|[^.\[]*", field)[0]  # type: ignore[index]
        key = written.strip("[]") if written.startswith("[") else written
        written = written or field
    return key, field[len(written) :].removeprefix(".")
