"""Laws of policies: nothing found gets lost, nothing rendered changes, nothing crashes."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.resolve.small_fleet import DEFAULTS, DEMO, SCAFFOLD, cluster, document, small_fleet

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.pipeline import Compilation, Options, compile_fleet

FILES = {
    DEFAULTS: SCAFFOLD[DEFAULTS] + "    hostedCluster: {spec: {bogus: 1}}\n",
    DEMO: cluster("demo", "labels: {tier: gold}\n", pools="{w: {}, x: {replicas: 1}}"),
    "clusters/mgmt-1/shop.yaml": cluster("shop", pools="{w: {}}"),
    "clusters/lab/management-cluster.yaml": document(
        "ManagementCluster", "lab", "nodeAddress: api.lab.example.com\n"
    ),
    "clusters/lab/toy.yaml": cluster("toy", "labels: {tier: lab}\n"),
}
CODES = st.sampled_from(["HCP0407", "HCP0501", "HCP0202", "ORG-X"])
SCOPES = st.fixed_dictionaries(
    {},
    optional={
        "cluster": st.sampled_from(["demo", "*", "[st]*", "nobody"]),
        "clusterLabels": st.dictionaries(
            st.just("tier"), st.sampled_from(["gold", "lab"]), min_size=1
        ),
        "managementCluster": st.sampled_from(["lab", "mgmt-?"]),
        "platform": st.sampled_from(["agent", "aws"]),
        "directory": st.sampled_from(["clusters", "clusters/lab", "clusters/mgmt-1"]),
    },
).filter(bool)
MAYBE_SCOPED = {"scope": SCOPES, "at": st.sampled_from(["nodePools", "hostedCluster", "etcd"])}
WAIVERS = st.fixed_dictionaries(
    {
        "rule": CODES,
        "owner": st.just("ops"),
        "reason": st.just("late"),
        "expires": st.sampled_from(["2026-01-01", "2026-07-01", "2099-01-01"]),
    },
    optional=MAYBE_SCOPED,
)
SEVERITIES = st.fixed_dictionaries(
    {"rule": CODES, "severity": st.sampled_from(["error", "warning", "info"])},
    optional={"scope": SCOPES},
)
RULES = st.just(
    {"ORG-X": {"for": "pool", "expression": "has(pool.spec.replicas)", "message": "no size"}}
)
POLICIES = st.fixed_dictionaries(
    {"rules": RULES},
    optional={
        "severities": st.lists(SEVERITIES, min_size=1, max_size=4),
        "waivers": st.lists(WAIVERS, min_size=1, max_size=4),
    },
)
NAMES = st.sampled_from(
    ["severities", "rules", "waivers", "rule", "scope", "severity", "expression", "ORG1", "at"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | CODES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def compiled(policies: dict[str, Any]) -> Compilation:
    """The fleet with a Policy in each of some directories."""
    with TemporaryDirectory() as directory:
        root = small_fleet(Path(directory), FILES)
        for where, spec in policies.items():
            body = {
                "apiVersion": "hcpc.dev/v1alpha1",
                "kind": "Policy",
                "metadata": {"name": "p"},
                "spec": spec,
            }
            (root / where / "policy.yaml").write_text(json.dumps(body), encoding="utf-8")
        return compile_fleet(root, Options("serial", today=date(2026, 6, 15)))


def apart(findings: Iterable[Diagnostic]) -> list[tuple[str, str, str]]:
    """Each finding once for each cluster that it touches; without those about policies."""
    return sorted(
        (each.code, each.primary.span.location, cluster)
        for each in findings
        if "policy.yaml" not in each.primary.span.file.path
        for cluster in each.clusters or ("",)
    )


@settings(max_examples=40)
@given(POLICIES, POLICIES)
def test_every_finding_is_told_or_waived_for_every_cluster_once(
    outer: dict[str, Any], inner: dict[str, Any]
) -> None:
    rules = {"rules": outer["rules"]}
    before = compiled({"clusters": rules})
    after = compiled({"clusters": outer, "clusters/lab": {**inner, "rules": {"ORG-Y": TRUE}}})
    waived = [each.finding for each in after.waived]
    assert apart((*after.findings, *waived)) == apart(before.findings)


TRUE = {"expression": "true", "message": "always"}


def applied(files: Mapping[str, str]) -> dict[str, Any]:
    """Rendered files; what the sync is told, without who answers for which finding."""
    told = {path: text for path, text in files.items() if path.endswith("/sync.yaml")}
    read = {path: yaml.safe_load(text) for path, text in told.items()}
    return {**files, **{path: {**data, "waivers": None} for path, data in read.items()}}


@settings(max_examples=30)
@given(POLICIES)
def test_no_policy_changes_a_byte_of_what_is_rendered(spec: dict[str, Any]) -> None:
    before = compiled({"clusters": {"rules": spec["rules"]}})
    assert applied(compiled({"clusters": spec}).files) == applied(before.files)


@settings(max_examples=60)
@given(ANYTHING)
def test_whatever_a_policy_says_nothing_crashes(spec: Any) -> None:
    result = compiled({"clusters": spec})
    assert apart(result.findings) or result.waived
