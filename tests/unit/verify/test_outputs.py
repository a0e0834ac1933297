"""Outputs that cannot be made, and management clusters in their way."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEMO,
    FLEET,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
)

from hcpc.emit.formats import ON_REQUEST
from hcpc.verify.outputs import OUTPUTS

REPOSITORY = "repository: https://git.example.com/fleet.git\n"


def fleet(spec: str) -> str:
    return document("Fleet", "shop", f"sources: [clusters]\n{spec}")


def told(root: Path, spec: str, **changes: str) -> list[str]:
    return underlined(compiled(small_fleet(root, {FLEET: fleet(spec), **changes})).findings)


def test_every_format_on_request_has_a_reserved_name() -> None:
    assert set(OUTPUTS) == set(ON_REQUEST)


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_management_cluster_has_the_name_of_an_output(name: str, tmp_path: Path) -> None:
    named = SCAFFOLD[MANAGEMENT].replace("name: mgmt-1", f"name: {name}")
    assert underlined(compiled(small_fleet(tmp_path, {MANAGEMENT: named})).findings) == [
        f"HCP0402 {name}"
    ]


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_needs_a_repository(name: str, tmp_path: Path) -> None:
    outputs = f"outputs: {{{name}: {{}}}}"
    assert told(tmp_path / "without", outputs) == [f"HCP1301 {name}"]
    assert told(tmp_path / "with", REPOSITORY + outputs) == []


def test_both_outputs_miss_it_once(tmp_path: Path) -> None:
    assert told(tmp_path, "outputs: {argocd: {}, flux: {}}") == ["HCP1301 argocd"]


def test_flux_needs_none_with_a_source_of_its_own(tmp_path: Path) -> None:
    assert told(tmp_path, "outputs: {flux: {sourceRef: {name: flux-system}}}") == []


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("https://git.example.com/fleet.git", False),
        ("ssh://git@git.example.com/fleet.git", False),
        ("git://git.example.com/fleet.git", True),
        ("file:///srv/fleet.git", True),
    ],
)
def test_flux_clones_by_http_or_ssh(url: str, *, is_told: bool, tmp_path: Path) -> None:
    found = told(tmp_path, f"repository: {url}\noutputs: {{flux: {{}}}}")
    assert [each.partition(" ")[0] for each in found] == (["HCP0213"] if is_told else [])


def test_destinations_are_for_the_management_clusters_of_the_fleet(tmp_path: Path) -> None:
    spec = f"{REPOSITORY}outputs: {{argocd: {{destinations: {{mgmt-2: {{name: there}}}}}}}}"
    assert told(tmp_path, spec) == ["HCP1303 mgmt-1", "HCP1302 mgmt-2"]


def test_a_management_cluster_that_cannot_be_read_is_not_unknown(tmp_path: Path) -> None:
    spec = f"{REPOSITORY}outputs: {{argocd: {{destinations: {{mgmt-1: {{name: there}}}}}}}}"
    broken = SCAFFOLD[MANAGEMENT] + "  region: [\n"
    found = compiled(small_fleet(tmp_path, {FLEET: fleet(spec), MANAGEMENT: broken})).findings
    assert "HCP1302" not in {each.code for each in found}
    assert found


@pytest.mark.parametrize(("length", "is_told"), [(49, False), (50, True)])
def test_a_name_of_flux_fits_into_a_label(length: int, *, is_told: bool, tmp_path: Path) -> None:
    name = "c" * length
    changes = {
        FLEET: fleet(REPOSITORY + "outputs: {flux: {}}"),
        DEMO: cluster(name, "namespace: ns\n"),
    }
    found = compiled(small_fleet(tmp_path, changes)).findings
    assert places(found) == ([f"HCP1304 {DEMO}:4:9"] if is_told else [])


@pytest.mark.parametrize(
    "flux",
    [
        "{branch: main, sourceRef: {name: there}}",
        "{secret: key, sourceRef: {name: there}}",
    ],
)
def test_a_source_that_is_there_already_takes_no_settings(flux: str, tmp_path: Path) -> None:
    found = compiled(small_fleet(tmp_path, {FLEET: fleet(f"outputs: {{flux: {flux}}}")})).findings
    assert [each.code for each in found] == ["HCP0211"]


@pytest.mark.parametrize("interval", ["1h30m", "90s", "1.5h"])
def test_intervals_are_those_of_flux(interval: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"{REPOSITORY}outputs: {{flux: {{interval: {interval}}}}}") == []


@pytest.mark.parametrize("interval", ["10", "1d", "5us"])
def test_no_other_intervals_are(interval: str, tmp_path: Path) -> None:
    found = told(tmp_path, f"{REPOSITORY}outputs: {{flux: {{interval: {interval}}}}}")
    assert [each.partition(" ")[2] for each in found] == [interval]
