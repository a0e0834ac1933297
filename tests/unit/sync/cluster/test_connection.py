"""Kubeconfigs, pods and Secrets: who we are, and what is refused."""

import base64
import json
import os
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from kubernetes.config import incluster_config, kube_config
from tests.unit.sync.cluster.stub import Reply, Stub, inline, kubeconfig, serving
from urllib3.exceptions import InsecureRequestWarning

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.bounds import Bounds
from hcpc.sync.cluster.connection import Connection, connect, connect_with
from hcpc.sync.cluster.faults import ConnectError, UnauthorizedError, UnavailableError

REF = ObjectRef("", "ConfigMap", "a", "b")
GOOD = Reply(body={"kind": "ConfigMap"})


@pytest.fixture(autouse=True)
def _no_cluster_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.delenv("KUBECONFIG", raising=False)


def write(path: Path, config: Any) -> Path:
    path.write_text(json.dumps(config))
    return path


def works(connection: Connection, stub: Stub) -> bool:
    stub.script(GOOD)
    return bool(connection.cluster.get(REF, "v1") == GOOD.body)


def test_the_current_context(stub: Stub, tmp_path: Path) -> None:
    connection = connect(write(tmp_path / "k", kubeconfig(stub)), None)
    assert connection.name == "prod"
    assert connection.cluster.server == "the API server of context prod"
    assert works(connection, stub)


def test_another_context(stub: Stub, tmp_path: Path) -> None:
    config = kubeconfig(stub)
    config["contexts"].append({"name": "other", "context": {"cluster": "c", "user": "nobody"}})
    path = write(tmp_path / "k", config)
    connection = connect(path, "other", timeout=2)
    assert connection.name == "other"
    with pytest.raises(UnauthorizedError, match="context other"):
        works(connection, stub)


def test_a_context_that_is_not_there(stub: Stub, tmp_path: Path) -> None:
    path = write(tmp_path / "k", kubeconfig(stub))
    with pytest.raises(ConnectError, match=r"k has no context staging: it has prod$"):
        connect(path, "staging")


def test_no_current_context(stub: Stub, tmp_path: Path) -> None:
    path = write(tmp_path / "k", kubeconfig(stub) | {"current-context": ""})
    with pytest.raises(ConnectError, match=r"has no current context: name one; it has prod$"):
        connect(path, None)


def test_several_files(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = kubeconfig(stub)
    first = write(tmp_path / "1", {"current-context": "prod", "users": config.pop("users")})
    second = write(tmp_path / "2", config)
    monkeypatch.setenv("KUBECONFIG", f"{first}{os.pathsep}{tmp_path}/none{os.pathsep}{second}")
    assert works(connect(None, None), stub)


def test_the_file_in_the_home_directory(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConnectError, match=r"there is no kubeconfig at \S+/\.kube/config"):
        connect(None, None)
    (tmp_path / ".kube").mkdir()
    write(tmp_path / ".kube/config", kubeconfig(stub))
    assert works(connect(None, "prod"), stub)


FAULTS: dict[str, tuple[Any, str]] = {
    "no YAML": ("a: [hunter2", r"is no YAML \(line 1\)"),
    "a list": ("[hunter2]", "cannot be used"),
    "no user entry": ({"users": "hunter2"}, "cannot be used"),
    "no cluster": ({"clusters": []}, "has nothing of the name `c`"),
    "no CA": ({"ca": "/none/hunter1"}, "File does not exist: /none/hunter1"),
    "bad CA": ({"data": "aHVudGVyMg=="}, "not valid PEM"),
    "no base64": ({"data": "hunter2"}, "cannot be loaded"),
    "header": ({"user": {"token": "hunter2\nX-Evil: 1"}}, "characters that none can have"),
    "impersonation": ({"user": {"token": "a", "as": "b", "as-groups": ["c"]}}, "only `as`"),
    "no plugin": (
        {"user": {"exec": {"command": "/none/login", "apiVersion": "v1", "args": ["hunter2"]}}},
        "credential plugin `/none/login` gave no credentials: .*No such file",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_a_kubeconfig_are_told_without_quoting_it(
    name: str, stub: Stub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change, words = FAULTS[name]
    config: Any = kubeconfig(stub)
    path = tmp_path / "k"
    if isinstance(change, str):
        path.write_text(change)
    else:
        cluster = config["clusters"][0]["cluster"]
        if "ca" in change:
            cluster["certificate-authority"] = change["ca"]
        if "data" in change:
            cluster["certificate-authority-data"] = change["data"]
        if "user" in change:
            config["users"][0]["user"] = change["user"]
        config |= {key: change[key] for key in ("users", "clusters") if key in change}
        write(path, config)
    with pytest.raises(ConnectError, match=words) as error:
        connect(path, None)
    assert "hunter2" not in str(error.value) + caplog.text
    assert error.value.__suppress_context__


def test_a_credential_plugin_is_run_and_run_again(stub: Stub, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(stub.accepts)
    script = "import json,sys; print(json.dumps({'apiVersion': 'client.authentication.k8s.io/v1',"
    script += f"'kind': 'x', 'status': {{'token': open({str(token)!r}).read()}}}}))"
    command = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": sys.executable,
        "args": ["-c", script],
    }
    connection = connect(write(tmp_path / "k", kubeconfig(stub, exec=command)), None)
    assert works(connection, stub)
    stub.accepts = "second-token"
    token.write_text(stub.accepts)
    assert works(connection, stub)


def test_a_plugin_that_fails_says_why(
    stub: Stub, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = "import sys; sys.exit('log in first')"
    command = {"apiVersion": "v1", "command": sys.executable, "args": ["-c", script]}
    with pytest.raises(ConnectError, match=r"context prod cannot be used: .*log in first"):
        connect(write(tmp_path / "k", kubeconfig(stub, exec=command)), None)
    assert caplog.text.count("log in first") <= 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it is empty"),
        ("- a", "not what kubectl writes"),
        ("some text", "not what kubectl writes"),
        ("contexts: [1]", "not what kubectl writes"),
        ("contexts: {a: b}", "not what kubectl writes"),
        ("current-context: a\ncontexts: [{name: a, context: 5}]", "not what kubectl writes"),
    ],
)
def test_a_file_that_is_no_kubeconfig_is_told_in_words(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "k"
    path.write_text(text)
    with pytest.raises(ConnectError, match=f"cannot be used: .*{says}"):
        connect(path, None)


def test_a_token_file_may_end_with_a_line_break(stub: Stub, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{stub.accepts}\n")
    path = write(tmp_path / "k", kubeconfig(stub, tokenFile=str(tmp_path / "token")))
    assert works(connect(path, None), stub)


def test_as_whom_we_act_is_said(stub: Stub, tmp_path: Path) -> None:
    path = write(tmp_path / "k", kubeconfig(stub, token=stub.accepts, **{"as": "somebody"}))
    assert works(connect(path, None), stub)
    assert stub.asked[0].headers["Impersonate-User"] == "somebody"


@pytest.fixture
def pod(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """We run in a pod; this is the file of its token."""
    host, port = stub.url.removeprefix("https://").split(":")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(stub.certificate))
    stub.accepts = "first-token"
    (tmp_path / "token").write_text(stub.accepts)
    return tmp_path / "token"


def test_the_account_of_a_pod(pod: Path, stub: Stub) -> None:
    connection = connect(None, None)
    assert connection.name == "in-cluster"
    assert works(connection, stub)
    stub.accepts = "second-token"
    pod.write_text(stub.accepts)
    assert works(connection, stub), "a token that was renewed is read"


def test_a_token_of_a_pod_is_read_again_before_it_ends(
    pod: Path, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hcpc.sync.cluster.credentials._LOOKS_APART", 0)
    connection = connect(None, None)
    pod.write_text("second-token")
    later = incluster_config.datetime.datetime.now() + incluster_config.datetime.timedelta(
        minutes=2
    )

    class Clock(incluster_config.datetime.datetime):  # type: ignore[misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            del tz
            return later

    monkeypatch.setattr(incluster_config.datetime, "datetime", Clock)
    stub.accepts = "second-token"
    stub.script(GOOD)
    connection.cluster.get(REF, "v1")
    assert len(stub.asked) == 1


def test_a_token_that_cannot_be_read_for_a_moment_is_used_on(
    pod: Path, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect(None, None)
    monkeypatch.setattr("hcpc.sync.cluster.credentials._LOOKS_APART", 0)
    monkeypatch.setattr("hcpc.sync.cluster.credentials._headers", _gone)
    pod.unlink()
    assert works(connection, stub)


def _gone(account: Any) -> Any:
    del account
    raise FileNotFoundError


def test_a_kubeconfig_comes_before_the_account_of_a_pod(
    pod: Path, stub: Stub, tmp_path: Path
) -> None:
    del pod
    assert connect(write(tmp_path / "k", kubeconfig(stub)), None).name == "prod"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are written that are to be gone at once."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_a_kubeconfig_of_a_secret(stub: Stub, temporary: Path) -> None:
    with connect_with(json.dumps(inline(stub)).encode(), name="hosted cluster a") as connection:
        assert connection.cluster.server == "the API server of hosted cluster a"
        assert works(connection, stub)
    assert list(temporary.iterdir()) == []
    assert kube_config._temp_files == {}  # noqa: SLF001


def test_a_client_certificate_of_a_secret(certificate: Path, temporary: Path) -> None:
    """It is shown, and neither it nor its key stays on the disk or with the official client."""
    key = certificate.with_suffix(".key")
    pair = {
        "client-certificate-data": base64.b64encode(certificate.read_bytes()).decode(),
        "client-key-data": base64.b64encode(key.read_bytes()).decode(),
    }
    with serving(certificate, key, clients=certificate) as stub:
        assert works(connect_with(json.dumps(inline(stub, **pair))), stub)
        text = json.dumps(inline(stub, token=stub.url))
        with pytest.raises(UnavailableError, match="breaks the connection off"):
            works(connect_with(text, bounds=Bounds(timeout=1)), stub)
    assert list(temporary.iterdir()) == []
    assert kube_config._temp_files == {}  # noqa: SLF001


def test_many_may_be_opened_at_once(stub: Stub) -> None:
    """What the official client shares between all of them is not removed too early."""
    text = json.dumps(inline(stub))
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(lambda _: connect_with(text), range(40)))) == 40


def test_a_server_may_have_another_name_and_a_path(stub: Stub, tmp_path: Path) -> None:
    """Names are checked by the certificate's; some servers are one of many behind an address."""
    config = kubeconfig(stub)
    cluster = config["clusters"][0]["cluster"]
    cluster |= {"server": f"{stub.url}/k8s/clusters/c-1", "tls-server-name": "127.0.0.1"}
    stub.groups["/k8s/clusters/c-1/api/v1"] = stub.groups["/api/v1"]
    assert works(connect(write(tmp_path / "k", config), None), stub)
    assert stub.asked[0].path == "/k8s/clusters/c-1/api/v1/namespaces/a/configmaps/b"
    cluster["tls-server-name"] = "somewhere.else"
    with pytest.raises(UnavailableError, match="not to be trusted"):
        works(connect(write(tmp_path / "k", config), None, timeout=1), stub)


def test_who_says_so_trusts_any_server(stub: Stub, tmp_path: Path) -> None:
    config = kubeconfig(stub)
    config["clusters"][0]["cluster"] = {"server": stub.url, "insecure-skip-tls-verify": True}
    with pytest.warns(InsecureRequestWarning):
        assert works(connect(write(tmp_path / "k", config), None), stub)


REFUSED: dict[str, dict[str, Any]] = {
    "exec": {"user": {"exec": {"command": "true"}}},
    "auth-provider": {"user": {"auth-provider": {"name": "oidc"}}},
    "tokenFile": {"user": {"tokenFile": "/etc/passwd"}},
    "client-certificate": {"user": {"client-certificate": "/etc/passwd"}},
    "client-key": {"user": {"client-key": "/etc/passwd"}},
    "certificate-authority": {"cluster": {"certificate-authority": "/etc/passwd"}},
    "insecure-skip-tls-verify": {"cluster": {"insecure-skip-tls-verify": True}},
    "proxy-url": {"cluster": {"proxy-url": "http://127.0.0.1:3128"}},
    "without https": {"cluster": {"server": "http://127.0.0.1:80"}},
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_kubeconfig_of_a_secret_is_no_way_to_our_files_or_programs(what: str, stub: Stub) -> None:
    config = inline(stub)
    for kind, changes in REFUSED[what].items():
        config[f"{kind}s"][0][kind] |= changes
    with pytest.raises(ConnectError, match=f"the API server of a is not used: .*{what}"):
        connect_with(json.dumps(config), name="a")


@pytest.mark.parametrize("text", ["", "hunter2", "a: [hunter2", b"\xff\xfehunter2", "{}", "[]"])
def test_what_is_no_kubeconfig_is_told_without_quoting_it(text: str | bytes) -> None:
    with pytest.raises(ConnectError, match="cannot be used") as error:
        connect_with(text)
    assert "hunter2" not in str(error.value)


def test_a_kubeconfig_of_a_secret_cannot_grow_in_memory(stub: Stub) -> None:
    text = f"{json.dumps(inline(stub))[:-1]}, x: &x [1], y: *x}}"
    with pytest.raises(ConnectError, match="its kubeconfig is no YAML document"):
        connect_with(text, name="a")


class _Proxy(BaseHTTPRequestHandler):
    """Says no to everybody, but hears who it was."""

    heard: list[str]

    def do_CONNECT(self) -> None:
        self.heard.append(f"{self.path} {self.headers['Proxy-Authorization']}")
        self.send_error(503)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name there
        """Nothing."""


@pytest.mark.parametrize("by", ["environment", "kubeconfig"])
def test_proxies_are_used(
    by: str, stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _Proxy.heard = []
    server = HTTPServer(("127.0.0.1", 0), _Proxy)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://me:hunter%322@127.0.0.1:{server.server_address[1]}"
    config = kubeconfig(stub)
    if by == "environment":
        monkeypatch.setenv("HTTPS_PROXY", url)
    else:
        config["clusters"][0]["cluster"]["proxy-url"] = url
    try:
        connection = connect(write(tmp_path / "k", config), None, timeout=0.3)
        with pytest.raises(UnavailableError) as error:
            works(connection, stub)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    login = base64.b64encode(b"me:hunter22").decode()
    assert _Proxy.heard[0] == f"{stub.url.removeprefix('https://')} Basic {login}"
    assert "503" in str(error.value)
    assert "hunter" not in str(error.value)
    assert stub.asked == []


def test_a_proxy_is_not_used_where_it_is_not_to_be(
    stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "example.com,127.0.0.0/8")
    assert works(connect(write(tmp_path / "k", kubeconfig(stub)), None), stub)
