"""Names of NodeConfigs in the lists of node pools."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compiled,
    document,
    small_fleet,
    underlined,
)

from hcpc.cli.main import command
from hcpc.diagnostics.sink import Sink
from hcpc.pipeline import Compilation
from hcpc.resolve.node_configs import has_config, has_tuning
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping

NODES = "clusters/nodes.yaml"
MANY = [f"{{configMap: m{n}}}" for n in range(10)]


def pools(
    root: Path, workers: str, *configs: str, spec: str = "kernelArguments: [a]"
) -> Compilation:
    """A compiled fleet with a pool, and NodeConfigs that all say the same."""
    text = "---\n".join(document("NodeConfig", name, spec) for name in configs)
    demo = cluster("demo", pools=f"{{workers: {{replicas: 2, {workers}}}}}")
    return compiled(small_fleet(root, {NODES: text or None, DEMO: demo} if text else {DEMO: demo}))


def pool(result: Compilation) -> str:
    assert underlined(result.findings) == []
    return result.files["mgmt-1/clusters/demo/nodepool-workers.yaml"]


def test_names_and_config_maps_that_are_there_already_keep_their_order(tmp_path: Path) -> None:
    result = pools(tmp_path, "config: [b, {configMap: there}, a]", "a", "b")
    assert "  config:\n  - name: demo-b\n  - name: there\n  - name: demo-a\n" in pool(result)


def test_tuning_comes_after_what_is_there_already(tmp_path: Path) -> None:
    tuned = "tuned: {profiles: {a: {include: openshift-node}}}"
    workers = "config: [a], tuning: [{configMap: there}]"
    text = pool(pools(tmp_path, workers, "a", spec=tuned))
    assert "  tuningConfig:\n  - name: there\n  - name: demo-a-tuning\n" in text
    assert "  config:" not in text


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ("[chronny]", ["HCP0311 chronny"]),
        ("[chrony, chrony]", ["HCP0308 chrony"]),
        ("[{configMaps: chrony}]", ["HCP0202 configMaps"]),
        ("chrony", ["HCP0203 chrony"]),
        ("[Chrony]", ["HCP0210 Chrony", "HCP0311 Chrony"]),
    ],
)
def test_what_is_no_name_of_a_node_config(config: str, found: list[str], tmp_path: Path) -> None:
    result = pools(tmp_path, f"config: {config}", "chrony")
    assert [each for each in underlined(result.findings) if "HCP0707" not in each] == found


def test_a_wrong_name_gets_the_nearest_one_or_all(tmp_path: Path) -> None:
    near = pools(tmp_path / "1", "config: [chronyd]", "chrony", "motd").findings[0]
    assert (near.primary.text, near.help) == ("did you mean `chrony`?", "")
    far = pools(tmp_path / "2", "config: [x]", "chrony", "motd").findings[0]
    assert far.help.endswith("NodeConfigs in scope: `chrony`, `motd`")
    none = pools(tmp_path / "3", "config: [x]").findings[0]
    assert none.help.endswith("`{configMap: x}`; there are no NodeConfigs in scope")


def test_ten_config_maps_and_no_more(tmp_path: Path) -> None:
    nine, ten = (f"config: [a, {', '.join(MANY[:size])}]" for size in (9, 10))
    assert pool(pools(tmp_path / "1", nine, "a")).count("\n  - name: ") == 10
    findings = pools(tmp_path / "2", ten, "a").findings
    assert underlined(findings) == ["HCP0212 config"]
    assert findings[0].message == "a node pool refers to 11 ConfigMaps with configuration"


def test_ten_of_tuning_as_well(tmp_path: Path) -> None:
    tuned = "tuned: {profiles: {a: {include: openshift-node}}}"
    workers = f"config: [a], tuning: [{', '.join(MANY)}]"
    findings = pools(tmp_path / "1", workers, "a", spec=tuned).findings
    assert underlined(findings) == ["HCP0212 tuning"]
    configs = [f"a{n}" for n in range(11)]
    findings = pools(
        tmp_path / "2", f"config: [{', '.join(configs)}]", *configs, spec=tuned
    ).findings
    assert "HCP0212 config" in underlined(findings)


@pytest.mark.parametrize(
    ("spec", "config", "tuning"),
    [
        ("kubelet: {}", True, False),
        ("tuned: {}", False, True),
        ("performanceProfile: {}\nfiles: {}", True, True),
        ("manifests: {a: {kind: Tuned}}", False, True),
        ("manifests: {a: {kind: PerformanceProfile}, b: {kind: MachineConfig}}", True, True),
        ("manifests: {a: {kind: MachineConfig}}", True, False),
        ("manifests: {}", False, False),
    ],
)
def test_which_keys_a_node_config_fills(spec: str, config: bool, tuning: bool) -> None:  # noqa: FBT001  # a table of answers
    [tree] = parse(SourceFile("a.yaml", spec), Sink())
    assert isinstance(tree, Mapping)
    assert (has_config(tree), has_tuning(tree)) == (config, tuning)


def test_the_mode_of_a_file_is_octal_and_nothing_else_is(tmp_path: Path) -> None:
    text = document("NodeConfig", "a", "files: {/a: {mode: 0644, text: 0644}}")
    result = compiled(small_fleet(tmp_path, {DEMO: cluster("demo", pools=ONE) + "---\n" + text}))
    assert underlined(result.findings) == ["HCP0108 0644"]
    [found] = result.findings
    assert found.primary.span.start == found.primary.span.file.text.rindex("0644")


ONE = "{workers: {replicas: 2, config: [a]}}"


def test_explain_says_where_tuning_comes_from(tmp_path: Path) -> None:
    pools(tmp_path, "config: [a]", "a", spec="tuned: {profiles: {a: {include: openshift-node}}}")
    arguments = ["explain", "-C", str(tmp_path), "demo", "nodePools.workers.tuning"]
    told = CliRunner().invoke(command, arguments, catch_exceptions=False).stdout
    assert "filled in: tuning of the NodeConfigs in `config`" in told
