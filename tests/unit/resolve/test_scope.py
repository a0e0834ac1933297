"""Scope: a document sees what stands in its own directory and above; nearer wins."""

import pickle
from pathlib import Path

import pytest
from tests.unit.resolve.resolving import document_of, environment_of, resolved, sound
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    RELEASES,
    SCAFFOLD,
    cluster,
    document,
    places,
    small_fleet,
    underlined,
)

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import resolve_cluster

HERE = "clusters/mgmt-1"


def defaults(name: str, spec: str) -> str:
    inner = "".join(f"  {line}\n" for line in spec.splitlines())
    return document("Defaults", name, f"cluster:\n{inner}")


def profile(name: str, spec: str) -> str:
    return document("Profile", name, spec)


def catalog(name: str, *versions: str, digit: str = "a") -> str:
    lines = [
        f"  {v}: {{images: {{multi: 'example.com/r@sha256:{digit * 64}'}}}}\n" for v in versions
    ]
    return document("ReleaseCatalog", name, "releases:\n" + "".join(lines))


def test_defaults_hold_from_the_root_down_and_the_nearest_wins(tmp_path: Path) -> None:
    files = {
        "clusters/a.yaml": defaults("top", "dns: {prefix: top}\nchannel: top\nfips: true\n"),
        f"{HERE}/b.yaml": defaults("near", "dns: {prefix: near}\nchannel: near\n"),
        DEMO: cluster("demo", "channel: own\n"),
    }
    spec = sound(small_fleet(tmp_path, files)).spec
    assert (spec["fips"], spec["dns"], spec["channel"]) == (True, {"prefix": "near"}, "own")


def test_defaults_of_another_directory_do_not_hold(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-2/a.yaml": defaults("other", "fips: true\n"),
        f"{HERE}/below/a.yaml": defaults("below", "fips: true\n"),
        "clusters/mgmt-1-old/a.yaml": defaults("old", "fips: true\n"),
    }
    assert sound(small_fleet(tmp_path, files)).spec["fips"] is False


def test_several_defaults_of_a_directory_hold_in_the_order_of_their_files(tmp_path: Path) -> None:
    files = {
        f"{HERE}/a.yaml": defaults("a", "channel: a\n") + "---\n" + defaults("a2", "channel: a2\n"),
        f"{HERE}/b.yaml": defaults("b", "channel: b\n"),
    }
    assert sound(small_fleet(tmp_path, files)).spec["channel"] == "b"


def test_profiles_hold_in_the_order_listed_between_defaults_and_the_cluster(tmp_path: Path) -> None:
    files = {
        "clusters/d.yaml": defaults("d", "channel: d\nfips: false\ndns: {prefix: d}\n"),
        "clusters/p.yaml": profile("gold", "channel: gold\nfips: true\n"),
        "clusters/q.yaml": profile("late", "channel: late\ndns: {prefix: late}\n"),
        DEMO: cluster("demo", "profiles: [late, gold]\ndns: {prefix: own}\n"),
    }
    spec = sound(small_fleet(tmp_path, files)).spec
    assert (spec["channel"], spec["fips"], spec["dns"]) == ("gold", True, {"prefix": "own"})
    assert "profiles" not in spec


def test_a_profile_listed_twice_holds_where_it_stands_first(tmp_path: Path) -> None:
    files = {
        "clusters/p.yaml": profile("gold", "channel: gold\n"),
        "clusters/q.yaml": profile("late", "channel: late\n"),
        DEMO: cluster("demo", "profiles: [gold, late, gold]\n"),
    }
    assert sound(small_fleet(tmp_path, files)).spec["channel"] == "late"


@pytest.mark.parametrize(
    ("own", "channel"), [("", "gold"), ("profiles: [late]\n", "late"), ("profiles: []\n", None)]
)
def test_the_nearest_list_of_profiles_holds(tmp_path: Path, own: str, channel: str | None) -> None:
    files = {
        "clusters/d.yaml": defaults("d", "profiles: [gold]\n"),
        "clusters/p.yaml": profile("gold", "channel: gold\n"),
        "clusters/q.yaml": profile("late", "channel: late\n"),
        RELEASES: SCAFFOLD[RELEASES].replace("  channel: stable-4.17\n", ""),
        DEMO: cluster("demo", own),
    }
    assert sound(small_fleet(tmp_path, files)).spec.get("channel") == channel


def test_a_nearer_profile_hides_the_one_above(tmp_path: Path) -> None:
    files = {
        "clusters/p.yaml": profile("gold", "channel: above\nfips: true\n"),
        f"{HERE}/p.yaml": profile("gold", "channel: near\n"),
        DEMO: cluster("demo", "profiles: [gold]\n"),
    }
    spec = sound(small_fleet(tmp_path, files)).spec
    assert spec["channel"] == "near"
    assert spec["fips"] is False


def test_a_profile_without_a_spec_says_nothing(tmp_path: Path) -> None:
    files = {
        "clusters/p.yaml": profile("gold", ""),
        DEMO: cluster("demo", "profiles: [gold]\n"),
    }
    assert sound(small_fleet(tmp_path, files)).name == "demo"


def test_a_profile_of_another_directory_is_unknown(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-2/p.yaml": profile("golden", "fips: true\n"),
        "clusters/p.yaml": profile("gold", "fips: true\n"),
        DEMO: cluster("demo", "profiles: [golden]\n"),
    }
    found, (finding,) = resolved(small_fleet(tmp_path, files))
    assert found is None
    assert underlined([finding]) == ["HCP0302 golden"]
    assert finding.primary.text == "did you mean `gold`?"


@pytest.mark.parametrize(
    ("written", "place"), [("gold", "HCP0203 gold"), ("[{a: 1}]", "HCP0203 a")]
)
def test_profiles_that_are_no_list_of_names_are_reported(
    tmp_path: Path, written: str, place: str
) -> None:
    files = {DEMO: cluster("demo", f"profiles: {written}\n")}
    found, findings = resolved(small_fleet(tmp_path, files))
    assert found is None
    assert underlined(findings) == [place]


def test_a_nearer_release_hides_the_one_above(tmp_path: Path) -> None:
    files = {
        f"{HERE}/r.yaml": catalog("near", "4.17.9", digit="b"),
        "clusters/mgmt-2/r.yaml": catalog("other", "4.17.9", digit="c"),
    }
    assert sound(small_fleet(tmp_path, files)).spec["release"].endswith("b" * 64)


def test_releases_of_all_catalogs_in_scope_are_known(tmp_path: Path) -> None:
    files = {
        f"{HERE}/r.yaml": catalog("near", "4.18.1"),
        DEMO: cluster("demo", "release: 4.18.1\n", pools="{a: {release: 4.17.9}}"),
    }
    assert sound(small_fleet(tmp_path, files)).versions == {
        ("release",): "4.18.1",
        ("nodePools", "a", "release"): "4.17.9",
    }


def test_a_release_of_another_directory_is_unknown(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-2/r.yaml": catalog("other", "4.18.1"),
        DEMO: cluster("demo", "release: 4.18.1\n"),
    }
    found, findings = resolved(small_fleet(tmp_path, files))
    assert found is None
    assert underlined(findings) == ["HCP0303 4.18.1"]


def test_a_directory_without_documents_shares_the_scope_above(tmp_path: Path) -> None:
    environment, _ = environment_of(small_fleet(tmp_path))
    scope = environment.scope(HERE)
    assert environment.scope(f"{HERE}/team/a") is scope
    assert environment.scope("clusters") is not scope
    assert environment.scope("clusters/mgmt-2") is environment.scope("clusters")
    assert environment.scope("").management_cluster is None


def test_layers_are_merged_once_for_clusters_that_see_the_same(tmp_path: Path) -> None:
    files = {"clusters/p.yaml": profile("gold", "fips: true\n"), f"{HERE}/b.yaml": cluster("b")}
    environment, _ = environment_of(small_fleet(tmp_path, files))
    scope = environment.scope(HERE)
    assert scope.base(("gold",))[0] is scope.base(("gold",))[0]
    assert scope.base(())[0] is not scope.base(("gold",))[0]


def test_an_environment_is_the_same_in_another_process(tmp_path: Path) -> None:
    environment, _ = environment_of(small_fleet(tmp_path))
    demo = document_of(tmp_path, "demo")
    here = resolve_cluster(demo, environment, Sink())
    there = resolve_cluster(demo, pickle.loads(pickle.dumps(environment)), Sink())  # noqa: S301  # our own bytes
    assert here is not None
    assert there is not None
    assert (there.spec, there.filled, there.versions) == (here.spec, here.filled, here.versions)
    assert there.span(("release",)) == here.span(("release",))


def test_a_management_cluster_has_defaults_too(tmp_path: Path) -> None:
    inner = "managementCluster:\n  {}\n"
    files = {
        "clusters/d.yaml": document(
            "Defaults",
            "d",
            inner.format("{region: top, labels: {a: '1'}, externalDNS: {domain: x.example.com}}"),
        ),
        f"{HERE}/d.yaml": document(
            "Defaults", "near", inner.format("{region: near, labels: {b: '2'}}")
        ),
        MANAGEMENT: document("ManagementCluster", "mgmt-1", "nodeAddress: api.example.com\n"),
    }
    environment, findings = environment_of(small_fleet(tmp_path, files))
    management = environment.scope(HERE).management_cluster
    assert findings == []
    assert management is not None
    assert management.data == {
        "region": "near",
        "labels": {"a": "1", "b": "2"},
        "externalDNS": {"domain": "x.example.com"},
        "nodeAddress": "api.example.com",
    }


def test_a_management_cluster_may_refer_to_itself_and_to_the_fleet(tmp_path: Path) -> None:
    address = "${managementCluster.name}.${fleet.name}.example.com"
    files = {
        "clusters/d.yaml": document(
            "Defaults", "d", f'managementCluster:\n  nodeAddress: "{address}"\n'
        ),
        MANAGEMENT: document("ManagementCluster", "mgmt-1", "region: dc1\n"),
    }
    publish = sound(small_fleet(tmp_path, files)).spec["publish"]
    assert publish["api"] == {"nodePort": {"address": "mgmt-1.shop.example.com"}}


def test_what_clusters_may_refer_to(tmp_path: Path) -> None:
    labels = {
        "name": "cluster.name",
        "namespace": "cluster.namespace",
        "team": "cluster.labels.example.com/team",
        "fleet": "fleet.name",
        "repository": "fleet.output",
        "region": "managementCluster.region",
        "management": "managementCluster.name",
        "note": "cluster.annotations.note",
        "domain": "spec.baseDomain",
        "settings": "spec.platform.agent.namespace",
    }
    lines = "".join(f'  {key}: "${{{name}}}"\n' for key, name in labels.items())
    text = cluster("demo", f"labels:\n{lines}", pools='{w: {nodeLabels: {p: "${nodePool.name}"}}}')
    head = "  labels: {example.com/team: pay}\n  annotations: {note: hello}\nspec:\n"
    spec = sound(small_fleet(tmp_path, {DEMO: text.replace("spec:\n", head, 1)})).spec
    assert spec["labels"] == {
        "example.com/team": "pay",
        "name": "demo",
        "namespace": "clusters",
        "team": "pay",
        "fleet": "shop",
        "repository": "rendered",
        "region": "dc1",
        "management": "mgmt-1",
        "note": "hello",
        "domain": "fleet.example.com",
        "settings": "agents-demo",
    }
    assert spec["nodePools"]["w"]["nodeLabels"] == {"p": "w"}


def test_a_node_pool_is_known_inside_node_pools_only(tmp_path: Path) -> None:
    files = {DEMO: cluster("demo", 'channel: "${nodePool.name}"\n')}
    found, findings = resolved(small_fleet(tmp_path, files))
    assert found is None
    assert underlined(findings) == ["HCP0304 ${nodePool.name}"]


def test_a_cluster_outside_any_management_cluster_is_reported_once(tmp_path: Path) -> None:
    files = {"clusters/lost.yaml": cluster("lost", 'channel: "${managementCluster.region}"\n')}
    found, findings = resolved(small_fleet(tmp_path, files), "lost")
    assert found is None
    assert places(findings) == ["HCP0307 clusters/lost.yaml:4:9"]
