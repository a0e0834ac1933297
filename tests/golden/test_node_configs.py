"""Node configuration: what it becomes, and what is told of what is wrong with it."""

from pathlib import Path
from random import Random

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint
from tests.unit.resolve.small_fleet import DEMO, cluster, document, small_fleet

from hcpc.pipeline import Options, compile_fleet

FLEETS = Path(__file__).parents[1] / "fleets"
CONFIGS = (
    *("container-runtime", "files", "images", "kubelet", "machine", "performance-tuning", "raw"),
    *("raw-performance-tuning", "raw-tuned-tuning", "tuned-tuning", "units"),
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The ConfigMaps that every form becomes, by NodeConfig."""
    result = compile_fleet(FLEETS / "node-configs", Options("serial"))
    assert result.findings == ()
    start = "mgmt-1/clusters/demo/configmap-demo-"
    return {
        path.removeprefix(start).removesuffix(".yaml"): text
        for path, text in result.files.items()
        if path.startswith(start)
    }


def test_every_config_map_is_looked_at(files: dict[str, str]) -> None:
    assert sorted(files) == sorted(CONFIGS)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_node_config_becomes_this(
    config: str, files: dict[str, str], golden: SnapshotAssertion
) -> None:
    assert files[config] == golden


def test_what_is_wrong_with_node_configs(golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-node-configs", "text") == golden


def test_what_is_too_large(golden: SnapshotAssertion, tmp_path: Path) -> None:
    """One NodeConfig for its ConfigMap, and two for the Secret of a pool."""
    noise = Random(1).randbytes(900_000)  # noqa: S311  # no secret: the same each time
    files = {"clusters/mgmt-1/one.bin": noise, "clusters/mgmt-1/two.bin": noise[:500_000]}
    files["clusters/mgmt-1/three.bin"] = noise[400_000:]
    names = ("one", "two", "three")
    specs = [
        document("NodeConfig", n, f"files: {{/opt/{n}: {{fromFile: {n}.bin}}}}") for n in names
    ]
    pools = "{large: {replicas: 2, config: [one]}, full: {replicas: 2, config: [two, three]}}"
    text = "---\n".join((cluster("demo", pools=pools), *specs))
    assert lint(small_fleet(tmp_path, {**files, DEMO: text}), "text") == golden
