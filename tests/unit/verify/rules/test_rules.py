"""What every rule shares: each is in the list, and one that crashes hides nothing."""

import ast
from pathlib import Path

import pytest
from tests.unit.resolve.resolving import sound
from tests.unit.resolve.small_fleet import DEMO, cluster, compiled, places, small_fleet
from tests.unit.verify.rules.checking import lowered

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify import rules
from hcpc.verify.subject import Subject


def crash(subject: Subject, sink: Sink) -> None:
    """A rule with a fault of its own."""
    del subject, sink
    raise ZeroDivisionError("by zero")


def complain(subject: Subject, sink: Sink) -> None:
    """A rule that always finds something."""
    sink.report(codes.NO_SIZE, subject.cluster.name_span, "too small")


def test_every_module_of_the_room_is_a_rule_in_the_list() -> None:
    listed = {rule.__module__.rpartition(".")[2] for rule in rules.RULES}
    present = {path.stem for path in Path(str(rules.__file__)).parent.glob("*.py")} - {"__init__"}
    assert listed == present
    assert len(rules.RULES) == len(listed)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__module__.rpartition(".")[2])
def test_every_rule_reads_like_a_manual_page(rule: rules.Rule) -> None:
    source = Path(str(rules.__file__)).with_name(f"{rule.__module__.rpartition('.')[2]}.py")
    module = ast.parse(source.read_text(encoding="utf-8"))
    assert ast.get_docstring(module)
    assert rule.__doc__


def test_the_scaffold_breaks_no_rule(tmp_path: Path) -> None:
    sink = Sink()
    rules.check_rules(lowered(sound(small_fleet(tmp_path))), sink)
    assert sink.findings() == []


def test_a_rule_that_crashes_is_a_finding_that_names_it_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "RULES", (crash, complain))
    sink = Sink()
    rules.check_rules(lowered(sound(small_fleet(tmp_path))), sink)
    found = {each.code: each for each in sink.findings()}
    assert set(found) == {"HCP0901", "HCP0407"}
    assert __name__.rpartition(".")[2] in found["HCP0901"].message
    assert "ZeroDivisionError: by zero" in found["HCP0901"].message


def test_a_crash_in_one_cluster_does_not_stop_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash_for_demo(found: Subject, sink: Sink) -> None:
        if found.cluster.name == "demo":
            crash(found, sink)

    monkeypatch.setattr(rules, "RULES", (crash_for_demo,))
    files = {"clusters/mgmt-1/other.yaml": cluster("other")}
    result = compiled(small_fleet(tmp_path, files))
    assert places(result.findings) == [f"HCP0901 {DEMO}:5:9"]
    assert [each.name for each in result.clusters] == ["demo", "other"]
    assert "mgmt-1/clusters/other/hostedcluster.yaml" in result.files
