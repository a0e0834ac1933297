"""One management cluster with its git repository, its operator, and the sync between them."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from tests.e2e.control_plane import SYSTEM, ControlPlane, put, rights
from tests.e2e.fleet import RELEASES, Fleet
from tests.e2e.nursery import Nursery, Ran, Running
from tests.e2e.player import FINALIZER, Player
from tests.e2e.proxy import Proxy
from tests.envtest.client import MERGE_PATCH, Answer
from tests.git import git

from hcpc.sync.guest import INVENTORY

Object = dict[str, Any]

_PATHS = {
    "HostedCluster": ("/apis/hypershift.openshift.io/v1beta1", "hostedclusters"),
    "NodePool": ("/apis/hypershift.openshift.io/v1beta1", "nodepools"),
    "ConfigMap": ("/api/v1", "configmaps"),
    "Secret": ("/api/v1", "secrets"),
    "Backup": ("/apis/velero.io/v1", "backups"),
    "Restore": ("/apis/velero.io/v1", "restores"),
    "Schedule": ("/apis/velero.io/v1", "schedules"),
    "ExternalSecret": ("/apis/external-secrets.io/v1", "externalsecrets"),
    "ManifestWork": ("/apis/work.open-cluster-management.io/v1", "manifestworks"),
    "Lease": ("/apis/coordination.k8s.io/v1", "leases"),
}
# What a sync touches of a world's namespace, and what may differ after a sync that changes nothing.
_KINDS = ("HostedCluster", "NodePool", "ConfigMap")


def now() -> str:
    """The time as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """A management cluster of its own name, whose hosted clusters lie in a namespace of that name.

    The API server behind it is shared with other worlds. `namespace` is that of the inventory.
    With `direct` the sync talks to the API server itself, not through the proxy.
    """

    def __init__(
        self, name: str, plane: ControlPlane, proxy: Proxy, nursery: Nursery, directory: Path
    ) -> None:
        self.name = name
        self.namespace = SYSTEM
        self.plane = plane
        self.proxy = proxy
        self.admin = plane.admin()
        self.directory = directory
        self.fleet = Fleet(directory / "fleet", name, name)
        self.player = Player(self.admin, [name], RELEASES, now)
        self.repository = f"file://{self.fleet.origin}"
        self.options: tuple[str, ...] = ()
        self.direct = False
        self.started: list[Running] = []
        self._nursery = nursery
        self.make_namespace(name)

    # What happens in the cluster beside the sync.

    def make_namespace(self, name: str) -> None:
        """A namespace; it is there for ever."""
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        assert self.admin.create("/api/v1/namespaces", body).status in {201, 409}

    def path(self, kind: str, name: str = "", namespace: str = "") -> str:
        """Where the API server has an object, or a collection, of this world."""
        group, plural = _PATHS[kind]
        return f"{group}/namespaces/{namespace or self.name}/{plural}/{name}".rstrip("/")

    def live(self, kind: str, name: str, namespace: str = "") -> Object:
        """An object as the cluster has it; it has to be there."""
        answer = self.admin.get(self.path(kind, name, namespace))
        assert answer.status == 200, answer.body
        body: Object = answer.body
        return body

    def exists(self, kind: str, name: str, namespace: str = "") -> bool:
        """Whether the cluster has an object."""
        return self.admin.get(self.path(kind, name, namespace)).status == 200

    def all(self, kind: str, namespace: str = "") -> dict[str, Object]:
        """All objects of a kind in this world, by name; without those of every namespace."""
        items = self.admin.get(self.path(kind, namespace=namespace)).body["items"]
        found = {each["metadata"]["name"]: each for each in items}
        found.pop("kube-root-ca.crt", None)
        return found

    def change(
        self, kind: str, name: str, change: Object, by: str = "colleague", namespace: str = ""
    ) -> Answer:
        """Somebody changes an object by a merge patch, as `kubectl edit` does."""
        query = {"fieldManager": by}
        path = self.path(kind, name, namespace)
        answer = self.admin.request("PATCH", path, change, content=MERGE_PATCH, query=query)
        assert answer.status == 200, answer.body
        return answer

    def create(self, kind: str, body: Object, namespace: str = "") -> Object:
        """Somebody creates an object."""
        group, _ = _PATHS[kind]
        version = group.removeprefix("/apis/").removeprefix("/api/")
        body = {"apiVersion": version, "kind": kind, **body}
        answer = self.admin.create(self.path(kind, namespace=namespace), body)
        assert answer.status == 201, answer.body
        made: Object = answer.body
        return made

    def versions(self) -> dict[str, str]:
        """The resourceVersion of everything that a sync may touch, its inventory included.

        Without the note of the last commit: a new one is noted, whatever is in it.
        """
        found = {
            f"{kind} {name}": body["metadata"]["resourceVersion"]
            for kind in _KINDS
            for name, body in self.all(kind).items()
        }
        for name, body in self.inventory_objects().items():
            if not name.endswith("-latest"):
                found[f"inventory {name}"] = body["metadata"]["resourceVersion"]
        return found

    @property
    def holder(self) -> str:
        """Who holds the Lease now, or never gave it back."""
        lease = self.admin.get(self.path("Lease", f"hcpc-sync-{self.name}", self.namespace))
        return str(lease.body["spec"].get("holderIdentity") or "") if lease.status == 200 else ""

    def inventory_objects(self) -> dict[str, Object]:
        """The ConfigMaps that hold the inventory."""
        query = {"labelSelector": f"hcpc.dev/inventory={self.name}"}
        answer = self.admin.get(self.path("ConfigMap", namespace=self.namespace), **query)
        return {each["metadata"]["name"]: each for each in answer.body["items"]}

    def move_inventory(self, namespace: str) -> None:
        """The sync has a namespace of its own, not the one of all; and may read kubeconfigs."""
        self.namespace = namespace
        self.make_namespace(namespace)
        for body in rights(namespace, self.name):
            put(self.admin, body)

    # The sync.

    def command(self, *options: str) -> list[str]:
        """The arguments of `hcpc` for one round of this world."""
        return [
            *("sync", self.repository, "--once"),
            *("--management-cluster", self.name),
            *("--directory", str(self.directory / "sync")),
            *("--namespace", self.namespace),
            *("--kubeconfig", str(self._kubeconfig())),
            *self.options,
            *options,
        ]

    def sync(self, *options: str, timeout: float = 120) -> Ran:
        """One round, by a process of its own, through the proxy."""
        return self.start(*options).wait(timeout)

    def start(self, *options: str) -> Running:
        """One round that has begun; the proxy can kill it."""
        self._let_leases_end()
        running = self._begun(self.command(*options))
        self.proxy.kill = running.kill
        return running

    def replica(self, name: str, *options: str) -> Running:
        """A sync that runs on until it is told to end, with a copy of the repository of its own."""
        command = self.command(*options)
        command.remove("--once")
        command[command.index("--directory") + 1] = str(self.directory / name)
        return self._begun(command)

    def _begun(self, command: list[str]) -> Running:
        running = self._nursery.start(*command, cwd=self.directory, environment=self._environment())
        self.started.append(running)
        return running

    def _let_leases_end(self) -> None:
        """As if enough time had gone by since the last sync was killed."""
        if self.holder and not any(each.is_running for each in self.started):
            self.admin.delete(self.path("Lease", f"hcpc-sync-{self.name}", self.namespace))

    def run(self, *arguments: str) -> Ran:
        """Any other command of hcpc."""
        running = self._nursery.start(
            *arguments, cwd=self.directory, environment=self._environment()
        )
        return running.wait()

    def synced(self, *options: str) -> Ran:
        """A round that has to end well."""
        ran = self.sync(*options)
        assert ran.code == 0, ran.said
        return ran

    def settle(self, rounds: int = 10) -> Ran:
        """Rounds of the sync and of the operator, in turn, until both have nothing more to do."""
        for _ in range(rounds):
            ran = self.sync()
            self.player.settle()
            if ran.code == 0:
                return self.synced()
        raise AssertionError(ran.said)

    def count_git(self, kill_at: int = 0) -> None:
        """From now on the sync's commands of git are noted.

        The one of the number `kill_at` does not happen: the sync is killed in its place.
        """
        self.before_git(f"""
            echo "$*" >> "{self.directory}/git-commands"
            if [ "$(wc -l < "{self.directory}/git-commands")" = {kill_at} ]; then
                kill -9 "$PPID"
                exit 1
            fi
        """)
        (self.directory / "git-commands").write_text("", encoding="utf-8")

    def git_commands(self) -> list[str]:
        """The commands of git since `count_git`."""
        return (self.directory / "git-commands").read_text(encoding="utf-8").splitlines()

    def before_git(self, script: str) -> None:
        """A piece of shell that runs before each command of git that the sync gives."""
        real = shutil.which("git")
        shim = self.directory / "bin" / "git"
        shim.parent.mkdir(exist_ok=True)
        shim.write_text(f'#!/bin/sh\n{script}\nexec "{real}" "$@"\n', encoding="utf-8")
        shim.chmod(0o755)

    def status(self) -> dict[str, Object]:
        """What the status branch says, by file; empty when there is none."""
        ref = f"refs/heads/hcpc-status/{self.name}"
        if not git(self.fleet.origin, "for-each-ref", ref):
            return {}
        names = git(self.fleet.origin, "ls-tree", "-r", "--name-only", ref).splitlines()
        texts = {name: git(self.fleet.origin, "show", f"{ref}:{name}") for name in names}
        return {name: yaml.safe_load(text) for name, text in texts.items()}

    def status_commits(self) -> list[str]:
        """The commits of the status branch, newest first."""
        ref = f"refs/heads/hcpc-status/{self.name}"
        if not git(self.fleet.origin, "for-each-ref", ref):
            return []
        return git(self.fleet.origin, "rev-list", ref).splitlines()

    def forget(self) -> None:
        """Removes what is left in the shared API server, so that other worlds have less to read."""
        for each in self.started:
            each.kill()
        for kind in ("NodePool", "HostedCluster"):
            for name, body in self.all(kind).items():
                if FINALIZER in body["metadata"].get("finalizers", ()):
                    self.change(kind, name, {"metadata": {"finalizers": None}})
        for kind in ("NodePool", "HostedCluster", "ConfigMap", "Secret", "Backup", "Restore"):
            self.admin.delete(self.path(kind))
        for owner, namespace in ((self.name, self.namespace), (INVENTORY, SYSTEM)):
            # Those of guests are in the same API server, which plays hosted clusters as well.
            query = {"labelSelector": f"hcpc.dev/inventory={owner}"}
            self.admin.delete(self.path("ConfigMap", namespace=namespace), **query)
        self.admin.delete(self.path("Lease", f"hcpc-sync-{self.name}", self.namespace))
        self.admin.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _kubeconfig(self) -> Path:
        path = self.directory / "kubeconfig"
        if not path.exists():
            url = "" if self.direct else self.proxy.url
            text = self.plane.kubeconfig(self.plane.sync.token, url)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        return path

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.directory / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.directory),
            "GIT_CONFIG_NOSYSTEM": "1",
            "HCPC_CACHE_DIR": str(self.directory / "cache"),
            "HCPC_TRACEBACK": "1",
        }
