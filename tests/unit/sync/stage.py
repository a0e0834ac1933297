"""A management cluster in memory with a repository, for rounds as they really run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.unit.sync.fake_cluster import Body, FakeCluster

from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.object_ref import ObjectRef
from hcpc.kube.rendered_index import INDEX, digest, index_text
from hcpc.sync.errors import SourceError
from hcpc.sync.events import Event
from hcpc.sync.ports import Cluster
from hcpc.sync.records import Commit, Outcome, Round
from hcpc.sync.round import run_round
from hcpc.sync.settings import RoundSettings
from hcpc.sync.tree.tree import ParsedFiles

NAME = "mc"
HYPERSHIFT = "hypershift.openshift.io/v1beta1"
NOW = datetime(2026, 6, 15, 13, tzinfo=UTC)


class Repository:
    """One commit, which tests write anew."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.commit = "c0"
        self.seconds = 1_750_000_000
        self.parents: tuple[str, ...] = ()
        self.broken = ""

    def committed(self, commit: str) -> Commit:
        """What the commit says of itself."""
        return Commit(commit, self.seconds, self.parents)

    def fetch(self) -> str:
        """The commit, unless it is `broken`."""
        if self.broken:
            raise SourceError(self.broken)
        return self.commit

    def files(self, commit: str, path: str) -> dict[str, bytes]:
        """The tree, whatever was published last."""
        assert (commit, path) == (self.commit, f"rendered/{NAME}")
        return dict(self.content)


class Stage:
    """All that a round needs; `sync()` is one. The namespaces that it takes for given are there."""

    def __init__(self) -> None:
        self.cluster = FakeCluster()
        self.repository = Repository()
        self.guests: dict[str, FakeCluster] = {}
        self.known = ParsedFiles()
        self.stop = threading.Event()
        self.events: list[Event] = []
        self.settings = RoundSettings(
            management_cluster=NAME,
            path=f"rendered/{NAME}",
            source=self.repository,
            cluster=self.cluster,
            known=self.known,
            stop=self.stop,
            concurrency=1,
            connect_guest=self.open_guest,
            now=lambda: NOW,
            on_event=self.events.append,
        )
        for name in ("clusters", "hcpc-system"):
            self.cluster.add(namespace(name))

    def publish(self, files: dict[str, Body | str]) -> None:
        """A new commit with these objects, and an index of them."""
        content = {
            path: body.encode() if isinstance(body, str) else canonical_yaml(body).encode()
            for path, body in files.items()
        }
        entries = {path: digest(text) for path, text in content.items()}
        self.repository.content = {**content, INDEX: index_text(entries).encode()}
        self.repository.commit = f"c{int(self.repository.commit[1:]) + 1}"

    def sync(self, **changes: Any) -> Round:
        """One round by a new process."""
        self.cluster.revive()
        self.cluster.written.clear()
        return self.run(**changes)

    def run(self, **changes: Any) -> Round:
        """One round by this process, which may be about to be killed."""
        return run_round(self.settings._replace(**changes))

    @contextmanager
    def open_guest(self, name: str, kubeconfig: bytes, stop: threading.Event) -> Iterator[Cluster]:
        """The hosted cluster of this name; there may be none."""
        assert kubeconfig == f"for {name}".encode()
        del stop
        yield self.guests[name]


def outcome_of(found: Round, name: str) -> Outcome:
    """What came of the one object of a name."""
    (outcome,) = [each for each in found.outcomes if each.action.ref.name == name]
    return outcome


def results(found: Round) -> dict[str, str]:
    """Results by name."""
    return {each.action.ref.name: str(each.result) for each in found.outcomes}


def namespace(name: str) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def config_map(name: str, value: str = "1", where: str = "clusters") -> Body:
    metadata = {"name": name, "namespace": where}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"key": value}}


def hosted_cluster(name: str, **spec: Any) -> Body:
    metadata = {"name": name, "namespace": "clusters"}
    spec = {"release": {"image": "release-1"}, **spec}
    return {"apiVersion": HYPERSHIFT, "kind": "HostedCluster", "metadata": metadata, "spec": spec}


def node_pool(name: str, cluster: str, **spec: Any) -> Body:
    metadata = {"name": name, "namespace": "clusters"}
    spec = {"clusterName": cluster, "replicas": 2, "release": {"image": "release-1"}, **spec}
    return {"apiVersion": HYPERSHIFT, "kind": "NodePool", "metadata": metadata, "spec": spec}


def ref_of(kind: str, name: str, where: str = "clusters") -> ObjectRef:
    """The name of an object of one of the kinds here."""
    group = "hypershift.openshift.io" if kind in {"HostedCluster", "NodePool"} else ""
    return ObjectRef(group, kind, where, name)


def small_tree() -> dict[str, Body | str]:
    """One hosted cluster with a pool and its configuration, and what the operator needs."""
    return {
        "operator/configmap-flags.yaml": config_map("flags"),
        "clusters/a/configmap-a-tuning.yaml": config_map("a-tuning"),
        "clusters/a/hostedcluster.yaml": hosted_cluster("a"),
        "clusters/a/nodepool-w.yaml": node_pool("a-w", "a", config=[{"name": "a-tuning"}]),
    }
