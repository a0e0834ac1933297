"""Rules of the organisation: what they see, where they point, and what they are told themselves."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import DEFAULTS, DEMO, MANAGEMENT, SCAFFOLD, cluster, document
from tests.unit.verify.policies.deciding import (
    POLICY,
    decided,
    let_off,
    policy,
    told,
    waiver,
)

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.pipeline import Compilation

RULE = "ORG0001"


def rules(expression: str, *more: str, name: str = RULE) -> str:
    """A Policy with one rule; `more` are lines with more fields."""
    fields = [f"expression: {expression}", *(more or ["message: never"])]
    return policy("\n".join(["rules:", f"  {name}:", *(f"    {field}" for field in fields)]) + "\n")


def asked(root: Path, said: str, own: str = "", pools: str = "{w: {replicas: 2}}") -> Compilation:
    return decided(root, {DEMO: cluster("demo", own, pools=pools), POLICY: said})


def only(result: Compilation) -> Diagnostic:
    (found,) = result.findings
    return found


@pytest.mark.parametrize(
    "expression",
    [
        "cluster.name == 'demo' && cluster.namespace == 'clusters' && cluster.platform == 'agent'",
        "cluster.managementCluster == 'mgmt-1' && cluster.release == '4.17.9'",
        "cluster.labels.team == 'shop' && cluster.spec.labels == cluster.labels",
        "cluster.spec.etcd.size == '8Gi'",
        "managementCluster.name == 'mgmt-1' && managementCluster.region == 'dc1'",
        "hostedCluster.kind == 'HostedCluster' && hostedCluster.metadata.name == 'demo'",
        "nodePools.map(p, p.metadata.name) == ['demo-w', 'demo-x']",
        "manifests.exists(m, m.kind == 'NodePool') && manifests[0].kind == 'HostedCluster'",
    ],
)
def test_a_rule_sees_what_is_known_of_a_cluster(tmp_path: Path, expression: str) -> None:
    own, pools = "labels: {team: shop}\n", "{w: {replicas: 2}, x: {replicas: 1}}"
    holds = asked(tmp_path / "holds", rules(f'"{expression}"'), own, pools)
    assert told(holds) == []
    fails = asked(tmp_path / "fails", rules(f'"!({expression})"'), own, pools)
    assert told(fails) == [f"{RULE} error demo"]


@pytest.mark.parametrize(
    "expression",
    [
        "pool.key == 'w' && pool.name == 'demo-w' && pool.spec.replicas == 2",
        "nodePool.kind == 'NodePool' && nodePool.metadata.name == 'demo-w'",
        "cluster.name == 'demo'",
    ],
)
def test_a_rule_for_pools_sees_its_pool_as_well(tmp_path: Path, expression: str) -> None:
    more = ("for: pool", "message: never")
    assert told(asked(tmp_path / "holds", rules(f'"{expression}"', *more))) == []
    fails = asked(tmp_path / "fails", rules(f'"!({expression})"', *more))
    assert told(fails) == [f"{RULE} error demo"]


def test_a_rule_is_asked_of_every_pool(tmp_path: Path) -> None:
    said = rules("pool.spec.replicas > 2", "for: pool", "message: too small")
    pools = "{a: {replicas: 2}, b: {replicas: 3}, c: {replicas: 1}}"
    result = asked(tmp_path, said, pools=pools)
    assert [each.primary.span.location for each in result.findings] == [
        f"{DEMO}:7:15",
        f"{DEMO}:7:51",
    ]


@pytest.mark.parametrize(
    ("at", "place"),
    [
        ("", f"{DEMO}:4:9"),
        ("at: labels", f"{DEMO}:8:3"),
        ("at: labels.team", f"{DEMO}:8:18"),
        ("at: etcd.size", f"{DEMO}:4:9"),
        ("at: dns", f"{DEMO}:4:9"),
        ("at: pullSecret.secret", f"{DEFAULTS}:10:26"),
        ("at: labels.example.com/tier", f"{DEMO}:8:42"),
    ],
)
def test_a_rule_points_at_the_line_that_answers_for_it(tmp_path: Path, at: str, place: str) -> None:
    said = rules('"false"', "message: never", *([at] if at else []))
    found = only(asked(tmp_path, said, "labels: {team: shop, example.com/tier: gold}\n"))
    assert found.primary.span.location == place


def test_a_message_can_be_an_expression_and_help_is_given(tmp_path: Path) -> None:
    said = rules(
        '"false"',
        "message: never",
        "messageExpression: \"'cluster ' + cluster.name\"",
        "help: ask somebody",
    )
    found = only(asked(tmp_path, said))
    assert (found.message, found.help) == ("cluster demo", "ask somebody")


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_rule_says_how_bad_it_is(tmp_path: Path, severity: str) -> None:
    said = rules('"false"', "message: never", f"severity: {severity}")
    result = asked(tmp_path, said)
    assert told(result) == [f"{RULE} {severity} demo"]
    assert result.has_errors == (severity == "error")


def test_a_rule_counts_below_its_directory_and_in_its_scope(tmp_path: Path) -> None:
    files = {
        "clusters/lab/management-cluster.yaml": document(
            "ManagementCluster", "lab", "nodeAddress: api.lab.example.com\n"
        ),
        "clusters/lab/toy.yaml": cluster("toy"),
        "clusters/lab/toys.yaml": cluster("toys"),
        "clusters/lab/policy.yaml": rules('"false"', "message: never", "scope: {cluster: toys}"),
    }
    assert told(decided(tmp_path, files)) == [f"{RULE} error toys"]


def test_a_rule_can_be_waived_and_lowered_like_any_other(tmp_path: Path) -> None:
    said = rules('"false"') + "".join(
        f"  {line}\n" for line in ["waivers:", *waiver(RULE, "scope: {cluster: demo}").splitlines()]
    )
    result = asked(tmp_path / "waived", said)
    assert let_off(result.waived) == [f"{RULE} error demo 2027-01-31"]
    assert "mgmt-1/clusters/demo/hostedcluster.yaml" in result.files
    lowered = rules('"false"') + f"  severities: [{{rule: {RULE}, severity: info}}]\n"
    assert told(asked(tmp_path / "lowered", lowered)) == [f"{RULE} info demo"]


def test_a_rule_that_breaks_everywhere_in_one_way_is_told_once(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-1/other.yaml": cluster("other"),
        POLICY: rules("cluster.labels.tier == 'gold'"),
    }
    found = only(decided(tmp_path, files | {DEMO: cluster("demo")}))
    assert (found.code, found.clusters) == ("HCP1702", ("demo", "other"))
    assert found.message == f"rule `{RULE}` cannot be evaluated: no such key: tier"
    assert found.primary.span.location.startswith(f"{POLICY}:8:")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("cluster.name", "it gives neither `true` nor `false`"),
        ("cluster.labels['tier'] == 'gold'", "no such key: tier"),
    ],
)
def test_what_a_rule_gives_has_to_be_of_use(tmp_path: Path, expression: str, why: str) -> None:
    found = only(asked(tmp_path, rules(expression), "labels: {team: shop}\n"))
    assert (found.code, found.message) == (
        "HCP1702",
        f"rule `{RULE}` cannot be evaluated: {why}",
    )


@pytest.mark.parametrize(
    ("expression", "why"),
    [("cluster.labels", "it gives no text"), ("cluster.labels.tier", "no such key: tier")],
)
def test_where_a_message_cannot_be_made_the_plain_one_is_told(
    tmp_path: Path, expression: str, why: str
) -> None:
    said = rules('"false"', "message: never", f"messageExpression: {expression}")
    found = only(asked(tmp_path, said, "labels: {team: shop}\n"))
    assert (found.code, found.message) == (RULE, "never")
    assert found.notes[1] == f"its `messageExpression` fails: {why}"


def test_what_is_no_cel_is_told_even_if_no_cluster_is_asked(tmp_path: Path) -> None:
    said = rules("cluster.name == 'a' and true", "message: never", "scope: {cluster: nobody}")
    found, unused = asked(tmp_path, said).findings
    assert (found.code, found.help) == ("HCP1701", "write `&&`, `||` and `!`")
    assert unused.code == "HCP1708"
    span = found.primary.span
    assert span.file.text[span.start : span.start + 3] == "and"


def test_an_expression_over_several_lines_is_told_as_a_whole(tmp_path: Path) -> None:
    found = only(asked(tmp_path, rules("|\n      cluster.name ==\n      nobody\n")))
    assert found.code == "HCP1701"
    assert found.primary.span.location.startswith(f"{POLICY}:8:")


def test_a_misspelt_field_is_told_at_the_rule(tmp_path: Path) -> None:
    found = only(asked(tmp_path, rules('"true"', "message: never", "at: etcd.sise")))
    assert (found.code, found.primary.text) == ("HCP0202", "did you mean `size`?")


def test_an_id_is_one_rules_in_the_whole_fleet(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-1/policy.yaml": rules('"true"'),
        "clusters/other/policy.yaml": rules('"true"'),
    }
    found = only(decided(tmp_path, files))
    assert (found.code, found.message) == ("HCP0308", f"rule `{RULE}` is declared twice")


def test_a_changed_rule_is_asked_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    files = {DEMO: cluster("demo"), MANAGEMENT: SCAFFOLD[MANAGEMENT]}
    for expression, codes in (('"true"', []), ('"false"', [f"{RULE} error demo"]), ('"true"', [])):
        files[POLICY] = rules(expression)
        assert told(decided(tmp_path / "fleet", files, emit=False, cache=cache)) == codes


def test_a_rule_that_moves_in_its_file_is_shown_where_it_stands(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    files = {DEMO: cluster("demo"), POLICY: rules("cluster.labels.tier == 'gold'")}
    for text in (files[POLICY], f"# one more line\n{files[POLICY]}"):
        result = decided(tmp_path / "fleet", {**files, POLICY: text}, emit=False, cache=cache)
        span = only(result).primary.span
        assert span.file.text[span.start : span.end] == "cluster.labels.tier == 'gold'"


def test_the_message_of_a_rule_shows_no_secret(tmp_path: Path) -> None:
    said = rules('"false"', "message: never", "messageExpression: cluster.spec.annotations.note")
    token = "ghp_" + "a1B2" * 9
    result = asked(tmp_path, said, f"annotations: {{note: {token}}}\n")
    assert all(token not in each.message for each in result.findings)


def test_a_hosted_cluster_that_was_made_something_else_is_no_reason_to_crash(
    tmp_path: Path,
) -> None:
    said = rules("has(hostedCluster.spec)")
    result = asked(tmp_path, said, "hostedCluster: {kind: Secret}\n")
    assert told(result) == ["HCP0502 error demo"]
