"""Without `--once` it goes on: after a while, when it is asked, and until it is told to end."""

import http.client
import json
import signal
import socket
from collections.abc import Iterator

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.nursery import Running
from tests.e2e.waiting import until
from tests.e2e.world import World


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


class Served:
    """A sync that runs on, and its two addresses."""

    def __init__(self, world: World, *options: str) -> None:
        self.listen, self.trigger = free_port(), free_port()
        self.running: Running = world.replica(
            "served",
            *("--listen", f"127.0.0.1:{self.listen}", "--trigger", f"127.0.0.1:{self.trigger}"),
            *("--log", "json", *options),
        )

    def ask(self, method: str, path: str, port: int) -> tuple[int, str]:
        """The status and the text; 0 while nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    """It has done its first round, and the next one would come in an hour."""
    world.fleet.add("alpha")
    world.fleet.publish()
    served = Served(world, "--interval", "1h")
    until(lambda: served.ask("GET", "/readyz", served.listen)[0] == 200)
    until(world.status)
    yield served
    served.running.kill()


def replicas(world: World) -> int:
    return int(world.live("NodePool", "alpha-workers")["spec"]["replicas"])


def more_nodes(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(3)})
    world.fleet.publish()


def test_it_comes_when_it_is_asked(world: World, served: Served) -> None:
    more_nodes(world)
    status, _ = served.ask("POST", "/sync", served.trigger)
    assert 200 <= status < 300
    until(lambda: replicas(world) == 3)


def test_it_comes_with_a_signal(world: World, served: Served) -> None:
    more_nodes(world)
    served.running.kill(signal.SIGHUP)
    until(lambda: replicas(world) == 3)


def test_it_tells_how_it_is(world: World, served: Served) -> None:
    assert served.ask("GET", "/healthz", served.listen)[0] == 200
    status, text = served.ask("GET", "/metrics", served.listen)
    assert status == 200
    assert 'hcpc_sync_objects{result="created"} 2.0' in text
    assert 'hcpc_sync_rounds_total{result="applied"} 1.0' in text
    assert world.plane.sync.token not in text
    for line in served.running.err.splitlines():
        assert json.loads(line)


def test_it_ends_when_it_is_told_to(served: Served) -> None:
    served.running.kill(signal.SIGTERM)
    assert served.running.wait(20).code == 0


def test_it_outlives_bad_days(world: World, served: Served) -> None:
    """Neither git nor the API server has to be there all the time."""
    away = world.fleet.origin.with_name("away.git")
    world.fleet.origin.rename(away)
    served.ask("POST", "/sync", served.trigger)
    failed = 'hcpc_sync_rounds_total{result="failed"} 1.0'
    until(lambda: failed in served.ask("GET", "/metrics", served.listen)[1])
    away.rename(world.fleet.origin)
    more_nodes(world)
    # It comes again by itself, long before the hour is over.
    until(lambda: replicas(world) == 3)
    assert served.ask("GET", "/healthz", served.listen)[0] == 200


def test_what_is_in_hand_is_finished_first(world: World) -> None:
    """SIGTERM in the middle of a round leaves nothing half done behind."""
    for name in ("alpha", "beta", "gamma"):
        world.fleet.add(name)
    world.fleet.publish()
    running = world.replica("ended", "--concurrency", "1", "--log", "json")
    until(lambda: len(world.proxy.writes) > 5)
    running.kill(signal.SIGTERM)
    assert running.wait(30).code == 0
    world.synced()
    assert set(world.all("HostedCluster")) == {"alpha", "beta", "gamma"}
