"""Pools of a cluster make NodePool objects of different names."""

from pathlib import Path

from tests.unit.resolve.small_fleet import DEMO, cluster, underlined
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.object_names import check


def test_names_that_differ_are_fine(tmp_path: Path) -> None:
    pools = "{a: {replicas: 1}, b: {replicas: 1, name: other}}"
    assert checked(check, tmp_path, cluster("demo", pools=pools)) == []


def test_the_second_pool_of_a_name_is_refused_with_both_places(tmp_path: Path) -> None:
    pools = "{a: {replicas: 1, name: same}, b: {replicas: 1, name: same}}"
    (finding,) = checked(check, tmp_path, cluster("demo", pools=pools))
    assert underlined([finding]) == ["HCP0308 same"]
    assert finding.primary.span.start > finding.secondary[0].span.start
    assert finding.secondary[0].span.file.path == DEMO


def test_a_name_that_another_pool_gets_by_default_is_refused_too(tmp_path: Path) -> None:
    pools = "{a: {replicas: 1}, b: {replicas: 1, name: demo-a}}"
    (finding,) = checked(check, tmp_path, cluster("demo", pools=pools))
    assert underlined([finding]) == ["HCP0308 demo-a"]
    first = finding.secondary[0].span
    assert first.file.text[first.start : first.end] == "a"
