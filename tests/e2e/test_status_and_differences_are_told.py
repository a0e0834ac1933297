"""`hcpc status` knows from git what runs where, `hcpc diff --live` what is not as git says."""

import json
from pathlib import Path

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.e2e.written import write_index


@pytest.fixture
def settled(world: World) -> World:
    """Two clusters in service."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))}, labels={"team": "red"})
    world.fleet.add("beta", release="4.20.3")
    world.fleet.publish()
    world.settle()
    return world


def test_the_table_says_what_runs_where(settled: World) -> None:
    ran = settled.run("status", settled.repository)
    assert ran.code == 0, ran.said
    [alpha] = [line for line in ran.out.splitlines() if "alpha" in line]
    assert "4.19.14" in alpha
    assert "healthy" in alpha
    assert settled.name in ran.out


def test_it_can_be_filtered_and_read_by_programs(settled: World) -> None:
    ran = settled.run("status", settled.repository, "-o", "json", "-l", "team=red")
    assert ran.code == 0, ran.said
    told = json.loads(ran.out)
    assert "alpha" in json.dumps(told)
    assert "beta" not in json.dumps(told)


def test_it_tells_of_trouble(settled: World) -> None:
    settled.player.broken.add("beta")
    settled.player.settle()
    settled.sync()
    ran = settled.run("status", settled.repository)
    [beta] = [line for line in ran.out.splitlines() if "beta" in line and "4.20.3" in line]
    assert "degraded" in beta
    assert "etcd is slow" in str(settled.status()["clusters/beta.yaml"])


def test_no_difference(settled: World) -> None:
    ran = diff(settled)
    assert ran[0] == 0, ran


def test_every_field_that_differs(settled: World) -> None:
    settled.change("NodePool", "alpha-workers", {"spec": {"replicas": 7}})
    before = settled.versions()
    settled.proxy.reset()
    code, out = diff(settled)
    assert code == 1
    assert "replicas" in out
    assert "7" in out
    assert "colleague" in out
    # What the server fills in is no difference, and nothing was written.
    assert "beta" not in out
    assert settled.versions() == before
    assert settled.proxy.writes == []


HIDDEN = """\
apiVersion: v1
kind: Secret
metadata: {name: hidden, namespace: NAMESPACE}
stringData: {password: not-to-be-seen}
"""


def test_secrets_are_not_shown(settled: World) -> None:
    file: Path = settled.fleet.rendered / "operator" / "secret-hidden.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(HIDDEN.replace("NAMESPACE", settled.name), encoding="utf-8")
    write_index(settled.fleet)
    settled.fleet.push()
    code, out = diff(settled)
    assert code == 1
    assert "not-to-be-seen" not in out
    assert "not-to-be-seen" not in settled.sync().said + str(settled.status())


def diff(world: World) -> tuple[int, str]:
    command = world.command()
    command.remove("--once")
    command[:1] = ["diff", "--live"]
    ran = world.run(*command)
    return ran.code, ran.said
