"""A real API server as a management cluster has it: roles are heeded, HyperShift's CRDs are there.

It is the same for all tests of a process. There are no controllers: a namespace that was deleted
would stay for ever, so each test takes new ones.
"""

import json
import secrets
import time
from pathlib import Path
from typing import Any, NamedTuple, Self

from tests import outside
from tests.e2e import certificates
from tests.envtest.client import Client
from tests.envtest.server import ApiServer
from tests.fidelity.sets import documents

HERE = Path(__file__).parent
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
SYSTEM = "hcpc-system"
# The account that the manifests in deploy/ give rights to. A token of this name is as good as one
# that the cluster made for it.
ACCOUNT = "system:serviceaccount:hcpc-system:hcpc-sync"
STARTED_WITHIN = 60
DEPLOY = HERE.parents[1] / "deploy"


class User(NamedTuple):
    """Somebody whom the server knows by a token."""

    name: str
    token: str


class ControlPlane:
    """The API server with CRDs, and who may enter.

    `sync` has the rights of the manifests in deploy/ and no others; `sync_renewed` is the same
    account with another token. `guest` and `colleague` may do everything.
    """

    def __init__(self, directory: Path) -> None:
        self.sync = User(ACCOUNT, secrets.token_hex(16))
        self.sync_renewed = User(ACCOUNT, secrets.token_hex(16))
        self.guest = User("guest-admin", secrets.token_hex(16))
        self.colleague = User("colleague", secrets.token_hex(16))
        keys = directory / "certificates"
        self.certificate, self.key = keys / "apiserver.crt", keys / "apiserver.key"
        # kube-apiserver takes what lies there already.
        certificates.make(self.certificate, self.key)
        users = [self.sync, self.sync_renewed, self.guest, self.colleague]
        self.server = ApiServer(directory, authorization="RBAC", users=users)

    def start(self) -> Self:
        """Starts the server, and installs what every test needs."""
        self.server.start()
        try:
            with self.admin() as admin:
                _install(admin, _crds())
                for name in (SYSTEM, "clusters"):
                    admin.create("/api/v1/namespaces", {"metadata": {"name": name}})
                for name in (self.guest.name, self.colleague.name):
                    admin.create(f"{_RBAC}/clusterrolebindings", _cluster_admin(name))
                for body in rights(SYSTEM):
                    put(admin, body)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends it."""
        self.server.stop()

    def admin(self) -> Client:
        """A connection of one thread's own that may do everything."""
        return self.server.client()

    def client(self, user: User) -> Client:
        """A connection of one thread's own, with a user's rights."""
        return self.server.client(user.token)

    def kubeconfig(self, token: str, url: str = "") -> str:
        """What a client needs to come in, here or through a proxy."""
        return kubeconfig(url or self.server.url, self.certificate, token)


def kubeconfig(url: str, certificate: Path, token: str) -> str:
    """A kubeconfig with all in it; JSON is YAML."""
    from base64 import b64encode  # noqa: PLC0415  # only here

    authority = b64encode(certificate.read_bytes()).decode()
    cluster = {"server": url, "certificate-authority-data": authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "proof", "cluster": cluster}],
            "users": [{"name": "proof", "user": {"token": token}}],
            "contexts": [{"name": "proof", "context": {"cluster": "proof", "user": "proof"}}],
            "current-context": "proof",
        }
    )


_RBAC = "/apis/rbac.authorization.k8s.io/v1"


def rights(namespace: str, clusters: str = "clusters") -> list[dict[str, Any]]:
    """The roles and bindings of deploy/ for a sync whose inventory is in a namespace.

    As its kustomizations would make them. `clusters` is the namespace of the hosted clusters whose
    kubeconfigs may be read.
    """
    files = [*sorted((DEPLOY / "rbac").glob("*.yaml")), DEPLOY / "components/guests/role.yaml"]
    bodies = [each for file in files for each in documents(file.read_text(encoding="utf-8"))]
    bodies = [each for each in bodies if each["kind"] != "Kustomization"]
    for body in bodies:
        if body["kind"] in {"Role", "RoleBinding"}:
            there = clusters if "namespace" in body["metadata"] else namespace
            body["metadata"]["namespace"] = there
        for subject in body.get("subjects", ()):
            subject.setdefault("namespace", SYSTEM)
    return bodies


def put(admin: Client, body: dict[str, Any]) -> None:
    """Creates an object of RBAC, or puts it in the place of the one that is there."""
    name, namespace = body["metadata"]["name"], body["metadata"].get("namespace")
    below = f"namespaces/{namespace}/" if namespace else ""
    path = f"{_RBAC}/{below}{body['kind'].lower()}s/{name}"
    answer = admin.apply(path, body, "deploy", force="true")
    assert answer.status in {200, 201}, answer.body


def _cluster_admin(user: str) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": f"{user}-may-do-everything"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }


def _crds() -> list[dict[str, Any]]:
    """HyperShift's CRDs where they are, else as little of them as a sync needs; and others."""
    real = sorted((outside.CRDS / outside.TODAY).glob("*.yaml"))
    files = [*(real or [HERE / "crds/hypershift.yaml"]), HERE / "crds/others.yaml"]
    return [each for file in files for each in documents(file.read_text(encoding="utf-8"))]


def _install(admin: Client, crds: list[dict[str, Any]]) -> None:
    for crd in crds:
        crd.pop("status", None)
        crd["spec"].pop("conversion", None)  # its webhook is not there
        answer = admin.create(CRDS, crd)
        assert answer.status == 201, answer.body
    for crd in crds:
        spec = crd["spec"]
        for version in spec["versions"]:
            path = f"/apis/{spec['group']}/{version['name']}/{spec['names']['plural']}"
            _wait_for(admin, path)


def _wait_for(admin: Client, path: str) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while admin.get(path, limit="1").status != 200:
        assert time.monotonic() < until, f"{path} is not served after {STARTED_WITHIN} s"
        time.sleep(0.05)
