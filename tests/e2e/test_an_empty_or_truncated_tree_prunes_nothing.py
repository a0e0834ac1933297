"""A tree that is not what the compiler wrote, in full, is refused as a whole."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.e2e.written import write_index


def cut_short(tree: Path) -> None:
    file = tree / "clusters/alpha/nodepool-workers.yaml"
    file.write_text(file.read_text()[:80])


def one_file_less(tree: Path) -> None:
    (tree / "clusters/alpha/nodepool-workers.yaml").unlink()


def one_file_more(tree: Path) -> None:
    (tree / "clusters/alpha/hand-made.yaml").write_text("kind: ConfigMap\n")


def edited(tree: Path) -> None:
    file = tree / "clusters/alpha/nodepool-workers.yaml"
    file.write_text(file.read_text().replace("replicas: 2", "replicas: 0"))


def no_index(tree: Path) -> None:
    (tree / "hcpc-index.json").unlink()


def empty_index(tree: Path) -> None:
    (tree / "hcpc-index.json").write_text("")


def half_an_index(tree: Path) -> None:
    text = (tree / "hcpc-index.json").read_text()
    (tree / "hcpc-index.json").write_text(text[: len(text) // 2])


def no_tree(tree: Path) -> None:
    shutil.rmtree(tree)


def a_link(tree: Path) -> None:
    (tree / "clusters/alpha/nodepool-workers.yaml").unlink()
    (tree / "clusters/alpha/nodepool-workers.yaml").symlink_to("hostedcluster.yaml")


@pytest.fixture
def settled(world: World) -> World:
    """Two clusters, one of which has configuration."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.add("beta")
    world.fleet.publish()
    world.settle()
    return world


WAYS = [
    cut_short,
    one_file_less,
    one_file_more,
    edited,
    no_index,
    empty_index,
    half_an_index,
    no_tree,
    a_link,
]


@pytest.mark.parametrize("damage", WAYS, ids=lambda each: each.__name__)
def test_a_damaged_tree_changes_nothing(settled: World, damage: Callable[[Path], None]) -> None:
    before = settled.versions()
    damage(settled.fleet.rendered)
    settled.fleet.push()
    settled.proxy.reset()
    ran = settled.sync()
    assert ran.code == 2, ran.said
    assert settled.versions() == before
    assert settled.proxy.writes == []
    # Who looks at the status learns of it.
    assert "error" in settled.status()["summary.yaml"] or "error" in str(settled.status())


def test_a_tree_that_is_whole_and_has_nothing_in_it_prunes_nothing(settled: World) -> None:
    before = set(settled.all("ConfigMap")), set(settled.all("NodePool"))
    for directory in ("clusters", "operator"):
        shutil.rmtree(settled.fleet.rendered / directory, ignore_errors=True)
    write_index(settled.fleet)
    settled.fleet.push()
    settled.proxy.reset()
    assert settled.sync().code != 0
    assert (set(settled.all("ConfigMap")), set(settled.all("NodePool"))) == before
    assert not [each for each in settled.proxy.requests if each.method == "DELETE"]


def test_the_next_good_tree_is_applied(settled: World) -> None:
    cut_short(settled.fleet.rendered)
    settled.fleet.push()
    assert settled.sync().code != 0
    settled.fleet.add("gamma")
    shutil.rmtree(settled.fleet.rendered)
    settled.fleet.publish()
    settled.sync()
    assert settled.exists("HostedCluster", "gamma")
