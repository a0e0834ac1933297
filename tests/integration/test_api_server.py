"""The API server that tests start: it answers, it ends, and nothing is left of it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.envtest.server import ApiServer, NotReadyError

ROOT = Path(__file__).parents[2]
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
CONFIG_MAP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "a"},
    "data": {"b": "c"},
}

# Says where its server is, then does nothing until it is killed.
STARTS_ONE = """
import pathlib, sys, time
from tests.envtest.server import ApiServer
print(ApiServer(pathlib.Path(sys.argv[1])).start().url, flush=True)
time.sleep(600)
"""

pytestmark = pytest.mark.xdist_group("api-server")


def answers(url: str) -> bool:
    """Whether somebody listens there."""
    place = urlsplit(url)
    with socket.socket() as connection:
        return connection.connect_ex((place.hostname, place.port)) == 0


def test_it_keeps_what_it_is_given(api_server: ApiServer) -> None:
    with api_server.client() as client:
        assert client.create(CONFIG_MAPS, CONFIG_MAP).status == 201
        assert client.get(f"{CONFIG_MAPS}/a").body["data"] == {"b": "c"}
        refused = client.create(CONFIG_MAPS, {**CONFIG_MAP, "dat": {}}, fieldValidation="Strict")
        assert (refused.status, refused.is_refusal) == (400, True)
        applied = client.apply(f"{CONFIG_MAPS}/a", {**CONFIG_MAP, "data": {"d": "e"}}, "somebody")
        assert applied.body["data"] == {"b": "c", "d": "e"}
        assert client.delete(f"{CONFIG_MAPS}/a").status == 200
        assert client.get(f"{CONFIG_MAPS}/a").status == 404


def test_nobody_is_let_in_without_a_token_it_knows(api_server: ApiServer) -> None:
    with api_server.client("unheard-of") as client:
        assert client.get(CONFIG_MAPS).status == 401


def test_a_user_may_do_what_roles_say_and_the_server_ends_when_it_is_stopped(
    tmp_path: Path,
) -> None:
    users = [("reader", "token-of-reader")]
    with ApiServer(tmp_path, authorization="RBAC", users=users) as server:
        with server.client("token-of-reader") as client:
            assert client.get(CONFIG_MAPS).status == 403
        with server.client() as client:
            assert client.get(CONFIG_MAPS).status == 200
    assert not answers(server.url)


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTS_ONE, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        url = starter.stdout.readline().strip()
        assert answers(url)
        os.kill(starter.pid, signal.SIGKILL)
    until = time.monotonic() + 20
    while answers(url) and time.monotonic() < until:
        time.sleep(0.1)
    assert not answers(url)


def test_what_it_said_last_is_told_when_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="unknown flag: --unheard-of"):
        ApiServer(tmp_path, arguments=["--unheard-of"]).start()


def test_it_fails_without_the_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="`make envtest` provides them"):
        ApiServer(tmp_path / "server").start()
