"""A small fleet of specs in a real repository: changed, compiled by hcpc, committed and pushed.

`Origin` is where it is pushed to and where a sync fetches from. What a test wants to have rendered
by no compiler it puts into `rendered` itself, and writes the index with `write_index`.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from tests.git import git

from hcpc.emit.plan import plan_write
from hcpc.emit.write import execute
from hcpc.pipeline import Options, compile_fleet

_IMAGE = "quay.io/openshift-release-dev/ocp-release@sha256:"
VERSIONS = ("4.18.9", "4.19.14", "4.19.17", "4.20.3", "4.20.5")
IMAGES = {each: _IMAGE + hashlib.sha256(each.encode()).hexdigest() for each in VERSIONS}
RELEASES = {image: version for version, image in IMAGES.items()}

Spec = dict[str, Any]


def cluster_id(name: str) -> str:
    """The same for the same name, as hcpc wants it."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


class Pool(NamedTuple):
    """A node pool of a spec; with no release it has its cluster's."""

    replicas: int = 2
    release: str = ""
    config: tuple[str, ...] = ()

    @property
    def spec(self) -> Spec:
        """As people write it."""
        said: Spec = {"replicas": self.replicas}
        if self.release:
            said["release"] = self.release
        if self.config:
            said["config"] = list(self.config)
        return said


class Fleet:
    """A work tree with the specs of one management cluster.

    All its hosted clusters are in the namespace `namespace`. What `clusters` and the others say
    counts from the next `publish` on: `clusters` are specs by the hosted cluster's name, `configs`
    kernel arguments by the name of a NodeConfig, `documents` all else.
    """

    def __init__(self, root: Path, management_cluster: str, namespace: str) -> None:
        self.root = root
        self.management_cluster = management_cluster
        self.namespace = namespace
        self.clusters: dict[str, Spec] = {}
        self.configs = {"slow": ["panic=10"], "quick": ["mitigations=off"]}
        self.documents: list[dict[str, Any]] = []
        self.origin = root.with_name(f"{root.name}.git")
        root.mkdir(parents=True)
        git(root, "init", "-q", "-b", "main")
        git(root, "init", "-q", "--bare", "-b", "main", str(self.origin))
        git(root, "remote", "add", "origin", str(self.origin))

    @property
    def rendered(self) -> Path:
        """The tree of the management cluster."""
        return self.root / "rendered" / self.management_cluster

    def add(self, name: str, *, pools: dict[str, Pool] | None = None, **spec: Any) -> Spec:
        """A new hosted cluster; its spec, to be changed at will."""
        pools = {"workers": Pool()} if pools is None else pools
        self.clusters[name] = {
            "clusterID": cluster_id(name),
            "infraID": f"{name}-2cd9w",
            "nodePools": {each: pool.spec for each, pool in pools.items()},
            **spec,
        }
        return self.clusters[name]

    def tombstone(self, name: str, **spec: Any) -> None:
        """Leave to delete, as people write it."""
        said = {"reason": "no longer needed", "owner": "team-red", **spec}
        said = {"managementCluster": self.management_cluster, **said}
        self.documents.append(_document("Tombstone", name, said))

    def publish(self, message: str = "change", *, sign: bool = False) -> str:
        """Writes specs, compiles, commits and pushes; the commit."""
        self.compile()
        return self.push(message, sign=sign)

    def compile(self) -> None:
        """Writes specs and what hcpc makes of them; with removals allowed."""
        self._write_specs()
        result = compile_fleet(self.root, Options("serial"))
        wrong = [
            f"{each.code}: {each.message}" for each in result.findings if each.severity == "error"
        ]
        assert not result.has_errors, wrong
        plan = plan_write(result.target, result.files, result.kept)
        assert not plan.foreign, plan
        execute(result.target, plan)

    def push(self, message: str = "change", *, sign: bool = False, day: int = 1) -> str:
        """Commits what is there, and pushes it, by force where that is needed; the commit.

        Commits are of January 2026.
        """
        git(self.root, "add", "-A")
        signing = ["-S"] if sign else []
        when = f"2026-01-{day:02}T00:00:00+00:00"
        git(self.root, "commit", "-q", "--allow-empty", *signing, "-m", message, when=when)
        git(self.root, "push", "-q", "--force", "origin", "HEAD:main")
        return git(self.root, "rev-parse", "HEAD")

    def _write_specs(self) -> None:
        shutil.rmtree(self.root / "clusters", ignore_errors=True)
        _write(self.root / "fleet.yaml", [_fleet()])
        _write(self.root / "clusters/shared.yaml", self._shared())
        if self.documents:
            _write(self.root / "clusters" / "documents.yaml", self.documents)
        for name, said in self.clusters.items():
            spec = dict(said)
            metadata = {"name": name}
            metadata |= {key: spec.pop(key) for key in ("labels", "annotations") if key in spec}
            body = {**_document("Cluster", name, spec), "metadata": metadata}
            _write(self.root / "clusters" / f"cluster-{name}.yaml", [body])

    def _shared(self) -> list[dict[str, Any]]:
        address = {"nodeAddress": "api.mc.example.com"}
        catalog = {
            version: {"images": {"multi": IMAGES[version]}, "upgradesFrom": list(VERSIONS[:number])}
            for number, version in enumerate(VERSIONS)
        }
        cluster = {
            "namespace": self.namespace,
            "release": "4.19.14",
            "baseDomain": "proof.example.com",
            "pullSecret": {"secret": "pull-secret"},
            "sshKey": {"secret": "ssh-key"},
            "encryption": {"aescbc": {"activeKey": {"secret": "etcd-encryption-key"}}},
            "platform": {"agent": {"namespace": "agents"}},
        }
        return [
            _document("ManagementCluster", self.management_cluster, address),
            _document("ReleaseCatalog", "all", {"releases": catalog}),
            _document("Defaults", "all", {"cluster": cluster}),
            *(
                _document("NodeConfig", name, {"kernelArguments": arguments})
                for name, arguments in self.configs.items()
            ),
        ]


def _fleet() -> dict[str, Any]:
    spec = {"repository": "https://git.example.com/proof/fleet.git", "sources": ["clusters"]}
    return _document("Fleet", "proof", spec)


def _document(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    api_version = "hcpc.dev/v1alpha1"
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _write(path: Path, documents: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump_all(documents, sort_keys=False), encoding="utf-8")
