"""Severities and waivers: which findings they are for, and what becomes of these."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest
from tests.git import commit
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    SCAFFOLD,
    cluster,
    document,
    small_fleet,
    write,
)
from tests.unit.verify.policies.deciding import (
    BOGUS,
    INVALID,
    POLICY,
    TODAY,
    UNSIZED,
    decided,
    let_off,
    policy,
    told,
    unsized,
    waiver,
    waivers,
)

from hcpc.pipeline import Compilation, Options, compile_fleet
from hcpc.verify import policies, rules

OTHER = "clusters/mgmt-1/other.yaml"
LAB = "clusters/lab/management-cluster.yaml"
IN_LAB = "clusters/lab/toy.yaml"
LAB_FILES = {
    LAB: document("ManagementCluster", "lab", "nodeAddress: api.lab.example.com\n"),
    IN_LAB: unsized("toy"),
}


def test_no_module_takes_the_place_of_a_function() -> None:
    functions = {name: getattr(policies, name) for name in ("check_policies", "judge")}
    for module in pkgutil.iter_modules(policies.__path__):
        import_module(f"{policies.__name__}.{module.name}")
    assert {name: getattr(policies, name) for name in functions} == functions
    assert all(map(callable, functions.values()))


def severities(*entries: str) -> str:
    return policy("severities:\n" + "".join(f"- {{{entry}}}\n" for entry in entries))


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_policy_says_how_bad_a_finding_is(tmp_path: Path, severity: str) -> None:
    said = severities(f"rule: {UNSIZED}, severity: {severity}")
    result = decided(tmp_path, {DEMO: unsized("demo"), POLICY: said})
    assert told(result) == [f"{UNSIZED} {severity} demo"]
    assert result.has_errors == (severity == "error")


def test_what_is_off_is_not_told_and_not_waived_either(tmp_path: Path) -> None:
    said = severities(f"rule: {UNSIZED}, severity: off") + "".join(
        f"  {line}\n" for line in ["waivers:", *waiver(UNSIZED).splitlines()]
    )
    result = decided(tmp_path, {DEMO: unsized("demo"), POLICY: said})
    assert told(result) == ["HCP1707 warning "]
    assert result.waived == ()


def test_the_last_entry_that_fits_has_its_way_and_the_nearer_policy_comes_later(
    tmp_path: Path,
) -> None:
    files = {
        **LAB_FILES,
        DEMO: unsized("demo"),
        POLICY: severities(
            f"rule: {UNSIZED}, severity: error",
            f"rule: {UNSIZED}, severity: info, scope: {{cluster: de*}}",
        ),
        "clusters/lab/policy.yaml": severities(f"rule: {UNSIZED}, severity: off"),
    }
    assert told(decided(tmp_path, files)) == [f"{UNSIZED} info demo"]


def test_a_policy_counts_for_its_own_directory_and_below_only(tmp_path: Path) -> None:
    files = {
        **LAB_FILES,
        DEMO: unsized("demo"),
        "clusters/lab/policy.yaml": severities(f"rule: {UNSIZED}, severity: off"),
    }
    assert told(decided(tmp_path, files)) == [f"{UNSIZED} warning demo"]


def test_a_waived_finding_does_not_count_and_says_who_answers_for_it(tmp_path: Path) -> None:
    said = waivers(waiver(UNSIZED, "ticket: OPS-7"))
    result = decided(tmp_path, {DEMO: unsized("demo"), POLICY: said})
    assert told(result) == []
    (waived,) = result.waived
    assert (waived.owner, waived.reason, waived.ticket, waived.expires) == (
        "ops",
        "racks are late",
        "OPS-7",
        "2027-01-31",
    )
    assert waived.span.location.startswith(f"{POLICY}:7:")
    assert waived.finding.code == UNSIZED


def test_a_waived_error_fails_nothing_and_the_manifests_are_there(tmp_path: Path) -> None:
    broken = {DEMO: cluster("demo", BOGUS)}
    before = decided(tmp_path / "before", broken)
    assert before.has_errors
    result = decided(tmp_path / "after", {**broken, POLICY: waivers(waiver(INVALID))})
    assert (result.findings, result.has_errors) == ((), False)
    assert let_off(result.waived) == [f"{INVALID} error demo 2027-01-31"]
    assert "bogus: 1" in result.files["mgmt-1/clusters/demo/hostedcluster.yaml"]


def test_an_error_that_was_lowered_fails_nothing_and_the_manifests_are_there(
    tmp_path: Path,
) -> None:
    said = severities(f"rule: {INVALID}, severity: warning")
    result = decided(tmp_path, {DEMO: cluster("demo", BOGUS), POLICY: said})
    assert told(result) == [f"{INVALID} warning demo"]
    assert "mgmt-1/clusters/demo/hostedcluster.yaml" in result.files


def test_a_finding_in_a_layer_stays_for_the_clusters_that_are_not_let_off(tmp_path: Path) -> None:
    layer = SCAFFOLD[DEFAULTS] + "    hostedCluster: {spec: {bogus: 1}}\n"
    files = {
        DEFAULTS: layer,
        OTHER: cluster("other"),
        "clusters/mgmt-1/third.yaml": cluster("third"),
        POLICY: waivers(waiver(INVALID, "scope: {cluster: other}")),
    }
    result = decided(tmp_path, files)
    assert told(result) == [f"{INVALID} error demo,third"]
    assert let_off(result.waived) == [f"{INVALID} error other 2027-01-31"]
    assert result.findings[0].in_layer


def test_a_finding_in_a_layer_can_be_as_bad_as_each_cluster_needs(tmp_path: Path) -> None:
    layer = SCAFFOLD[DEFAULTS] + "    hostedCluster: {spec: {bogus: 1}}\n"
    said = severities(f"rule: {INVALID}, severity: info, scope: {{cluster: other}}")
    files = {DEFAULTS: layer, OTHER: cluster("other"), POLICY: said}
    assert told(decided(tmp_path, files)) == [f"{INVALID} error demo", f"{INVALID} info other"]


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        ("cluster: demo", True),
        ("cluster: d?m*", True),
        ("cluster: other", False),
        ("clusterLabels: {team: shop}", True),
        ("clusterLabels: {team: shop, tier: gold}", False),
        ("managementCluster: mgmt-*", True),
        ("managementCluster: mgmt", False),
        ("platform: agent", True),
        ("platform: aws", False),
        ("directory: clusters/mgmt-1", True),
        ("directory: clusters/mgmt-1/", True),
        ("directory: clusters/mgmt", False),
        ("cluster: demo, platform: aws", False),
    ],
)
def test_all_that_a_scope_says_has_to_fit(tmp_path: Path, scope: str, *, fits: bool) -> None:
    files = {
        DEMO: cluster("demo", "labels: {team: shop}\n", pools="{w: {}}"),
        POLICY: waivers(waiver(UNSIZED, f"scope: {{{scope}}}")),
    }
    result = decided(tmp_path, files)
    assert bool(result.waived) == fits
    assert any(each.code == UNSIZED for each in result.findings) != fits


@pytest.mark.parametrize(
    ("at", "fits"),
    [
        ("nodePools", True),
        ("nodePools.w", True),
        ("nodePools.*", True),
        ("nodePools.x", False),
        ("nodePools.w.replicas", False),
        ("etcd", False),
    ],
)
def test_a_waiver_can_be_for_one_field(tmp_path: Path, at: str, *, fits: bool) -> None:
    files = {DEMO: unsized("demo"), POLICY: waivers(waiver(UNSIZED, f"at: {at!r}"))}
    assert bool(decided(tmp_path, files).waived) == fits


def test_the_field_of_a_finding_in_a_layer_is_the_one_that_the_layer_sets(tmp_path: Path) -> None:
    files = {
        DEFAULTS: SCAFFOLD[DEFAULTS] + "    hostedCluster: {spec: {bogus: 1}}\n",
        POLICY: waivers(waiver(INVALID, "at: hostedCluster.spec")),
    }
    assert let_off(decided(tmp_path, files).waived) == [f"{INVALID} error demo 2027-01-31"]


def test_an_error_that_leaves_no_manifests_is_never_lowered(tmp_path: Path) -> None:
    broken = cluster("demo", "etcd: {size: huge}\n")
    said = severities("rule: HCP0208, severity: off")
    result = decided(tmp_path, {DEMO: broken, POLICY: said})
    assert told(result) == ["HCP0208 error demo", "HCP1704 error "]
    said = waivers(waiver("HCP0208"))
    result = decided(tmp_path, {DEMO: broken, POLICY: said})
    assert told(result) == ["HCP0208 error demo", "HCP1704 error "]
    assert result.waived == ()


def test_a_finding_about_no_cluster_is_where_its_file_is(tmp_path: Path) -> None:
    unused = document("NodeConfig", "chrony", "files: {/etc/chrony.conf: {text: a}}\n")
    files = {
        "clusters/mgmt-1/chrony.yaml": unused,
        POLICY: waivers(waiver("HCP0707", "scope: {managementCluster: mgmt-1}")),
    }
    result = decided(tmp_path, files)
    assert let_off(result.waived) == ["HCP0707 warning  2027-01-31"]
    files[POLICY] = waivers(waiver("HCP0707", "scope: {cluster: demo}"))
    assert decided(tmp_path / "other", files).waived == ()


@pytest.mark.parametrize(("name", "fits"), [("second", True), ("first", False), ("s*", True)])
def test_a_finding_of_the_fleet_is_the_clusters_in_whose_document_it_is(
    tmp_path: Path, name: str, *, fits: bool
) -> None:
    api = "apiServer: {dnsName: api.example.com}\n"
    files = {
        DEMO: f"{cluster('first', api)}---\n{cluster('second', api)}",
        POLICY: waivers(waiver("HCP1514", f"scope: {{cluster: {name}}}")),
    }
    result = decided(tmp_path, files)
    assert bool(result.waived) == fits
    assert ("HCP1514 error " in told(result)) != fits


def test_what_shares_a_file_with_a_cluster_is_not_the_clusters(tmp_path: Path) -> None:
    unused = document("NodeConfig", "chrony", "files: {/etc/chrony.conf: {text: a}}\n")
    files = {
        DEMO: f"{cluster('demo')}---\n{unused}",
        POLICY: waivers(waiver("HCP0707", "scope: {cluster: demo}")),
    }
    result = decided(tmp_path, files)
    assert (told(result), result.waived) == (["HCP0707 warning ", "HCP1707 warning "], ())


def left(root: Path, before: dict[str, str], after: dict[str, str | None]) -> Compilation:
    """What is told of a fleet that was committed, and then changed."""
    small_fleet(root, before)
    commit(root)
    write(root, after)
    return compile_fleet(root, Options("serial", today=TODAY), emit=False, base="HEAD")


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        ("cluster: gone", True),
        ("cluster: demo", False),
        ("managementCluster: mgmt-1", True),
        ("managementCluster: mgmt-2", False),
    ],
)
def test_that_a_cluster_leaves_is_its_own_although_another_stays_in_its_file(
    tmp_path: Path, scope: str, *, fits: bool
) -> None:
    before = {DEMO: f"{cluster('demo')}---\n{cluster('gone')}"}
    said = waivers(waiver("HCP1604", f"scope: {{{scope}}}"))
    result = left(tmp_path, before, {DEMO: cluster("demo"), POLICY: said})
    assert let_off(result.waived) == (["HCP1604 warning gone 2027-01-31"] if fits else [])
    assert told(result) == ([] if fits else ["HCP1604 warning gone"])


@pytest.mark.parametrize("severity", ["off", "info", "warning"])
def test_that_a_check_failed_is_always_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, severity: str
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    said = severities(f"rule: HCP0901, severity: {severity}")
    assert told(decided(tmp_path / "sound", {POLICY: said})) == ["HCP1704 error "]
    monkeypatch.setattr(rules, "RULES", (crash,))
    assert told(decided(tmp_path / "off", {POLICY: said})) == [
        "HCP0901 error demo",
        "HCP1704 error ",
    ]
    result = decided(tmp_path / "waived", {POLICY: waivers(waiver("HCP0901"))})
    assert (told(result), let_off(result.waived)) == ([], ["HCP0901 error demo 2027-01-31"])


def test_lint_and_compile_say_the_same_wherever_they_run(tmp_path: Path) -> None:
    files = {
        **LAB_FILES,
        DEMO: cluster("demo", BOGUS),
        OTHER: unsized("other"),
        POLICY: waivers(waiver(INVALID), waiver(UNSIZED, "scope: {cluster: toy}")),
    }
    first = decided(tmp_path, files)
    for run in (
        decided(tmp_path, files, emit=False),
        decided(tmp_path, files, executor="processes"),
    ):
        assert (run.findings, run.waived) == (first.findings, first.waived)


def test_a_changed_waiver_leaves_remembered_results_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    files = {DEMO: unsized("demo"), POLICY: waivers(waiver(UNSIZED))}
    assert let_off(decided(tmp_path / "fleet", files, cache=cache, emit=False).waived)

    def compiled_again(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("hcpc.pipeline._compile_unit", compiled_again)
    files[POLICY] = waivers(waiver(UNSIZED, "scope: {cluster: nobody}"))
    result = decided(tmp_path / "fleet", files, cache=cache, emit=False)
    assert told(result) == [f"{UNSIZED} warning demo", "HCP1707 warning "]
    files[POLICY] = severities(f"rule: {UNSIZED}, severity: error")
    assert told(decided(tmp_path / "fleet", files, cache=cache, emit=False)) == [
        f"{UNSIZED} error demo"
    ]


def test_a_waiver_that_comes_later_still_gets_the_manifests(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    faulty = policy("waivers: []\n")
    files = {DEMO: cluster("demo", BOGUS), POLICY: faulty}
    assert decided(tmp_path / "fleet", files, cache=cache).has_errors
    files[POLICY] = waivers(waiver(INVALID))
    result = decided(tmp_path / "fleet", files, cache=cache)
    assert not result.has_errors
    assert "mgmt-1/clusters/demo/hostedcluster.yaml" in result.files
