"""All other transitions: each change that is told, and each that is not."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import document
from tests.unit.verify.transitions.changing import changed, edited, said, subject, told

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.resolve.scope import Environment
from hcpc.verify import transitions
from hcpc.verify.crd.crd_set import CrdKind, CrdSet
from hcpc.verify.crd.fault import Fault
from hcpc.verify.subject import Subject
from hcpc.verify.transitions import (
    api_name,
    check_transitions,
    crd,
    disruptive,
    encryption,
    feature_set,
    identity,
    pause,
    pools_removed,
    restart,
    size,
)
from hcpc.verify.transitions.pair import all_pairs

PLACE = "clusters/mgmt-1/demo.yaml"
THERE = document("Restore", "r", "cluster: demo\nmanagementCluster: mgmt-2\nvelero: {latest: {}}\n")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subject(tmp_path_factory.mktemp("fleet"))


def codes_of(check: transitions.Transition, before: Subject, after: Subject) -> list[str]:
    return [each.code for each in told(check, before, after)]


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("TechPreviewNoUpgrade", None, True),
        ("TechPreviewNoUpgrade", "CustomNoUpgrade", True),
        ("TechPreviewNoUpgrade", "", True),
        ("CustomNoUpgrade", "CustomNoUpgrade", False),
        ("DevPreviewNoUpgrade", "TechPreviewNoUpgrade", True),
        ("OKD", None, True),
        ("OKD", "TechPreviewNoUpgrade", False),
        (None, "TechPreviewNoUpgrade", False),
        ("", "OKD", False),
    ],
)
def test_there_is_no_way_back_from_a_feature_set(
    was: str | None, now: str | None, *, found: bool, demo: Subject
) -> None:
    sides = (
        edited(demo, {"configuration": {"featureGate": {"featureSet": each}} if each else None})
        for each in (was, now)
    )
    assert codes_of(feature_set.check, *sides) == ["HCP1611"] * found


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"type": "aescbc"}, {"type": "kms"}, True),
        ({"kms": {"provider": "AWS"}}, {"kms": {"provider": "Azure"}}, True),
        ({"type": "kms", "kms": {"provider": "AWS"}}, {"type": "kms"}, False),
        ({"aescbc": {"activeKey": {"name": "a"}}}, {"aescbc": {"activeKey": {"name": "b"}}}, False),
    ],
)
def test_another_way_of_encrypting_is_told_once(
    was: Any, now: Any, *, found: bool, demo: Subject
) -> None:
    sides = (edited(demo, {"secretEncryption": {"type": "x"} | each}) for each in (was, now))
    assert codes_of(encryption.check, *sides) == ["HCP1612"] * found


def test_a_pool_that_is_gone_is_told_at_the_pools(tmp_path: Path) -> None:
    both = "{workers: {replicas: 2}, infra: {replicas: 2}}"
    before, after = subject(tmp_path / "b", pools=both), subject(tmp_path / "a")
    (found,) = told(pools_removed.check, before, after)
    message = "node pool `demo-infra` leaves the cluster, and its nodes with it"
    assert said([found]) == [f"HCP1605 {PLACE}:7:3: {message}"]
    assert "scale it to 0 first" in found.help


def test_a_pool_with_another_name_is_another_pool(tmp_path: Path) -> None:
    before = subject(tmp_path / "b")
    after = subject(tmp_path / "a", pools="{others: {replicas: 2}}")
    (found,) = told(pools_removed.check, before, after)
    assert said([found])[0].startswith(f"HCP1605 {PLACE}:7:15: ")
    assert found.notes == ("`demo-others` is another node pool, with nodes of its own",)
    assert found.help == "put its name back"


def test_a_pool_whose_key_changes_and_whose_name_stays_is_the_same(tmp_path: Path) -> None:
    before = subject(tmp_path / "b")
    after = subject(tmp_path / "a", pools="{others: {replicas: 2, name: demo-workers}}")
    assert told(pools_removed.check, before, after) == []


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ({"replicas": 2}, {"replicas": 0}, "is scaled to 0: all of its nodes go"),
        ({"replicas": 2}, {"replicas": 1}, ""),
        ({"replicas": 0}, {"replicas": 0}, ""),
        ({"replicas": 2}, {"replicas": None}, "is scaled to 0: all of its nodes go"),
        (
            {"replicas": None, "autoScaling": {"min": 1, "max": 6}},
            {"replicas": None, "autoScaling": {"min": 1, "max": 4}},
            "has at most 4 nodes, after at most 6",
        ),
        (
            {"replicas": None, "autoScaling": {"min": 1, "max": 6}},
            {"replicas": 3},
            "has at most 3 nodes, after at most 6",
        ),
        ({"replicas": 4}, {"replicas": None, "autoScaling": {"min": 1, "max": 3}}, "at most 3"),
        (
            {"replicas": 3},
            {"replicas": None, "autoScaling": {"min": 1, "max": 3}},
            "the autoscaler may take node pool `demo-workers` down to 1 node, after 3",
        ),
        ({"replicas": 3}, {"replicas": None, "autoScaling": {"min": 2, "max": 9}}, "to 2 nodes"),
        ({"replicas": 3}, {"replicas": None, "autoScaling": {"min": 3, "max": 3}}, ""),
        (
            {"replicas": None, "autoScaling": {"min": 3, "max": 6}},
            {"replicas": None, "autoScaling": {"min": 1, "max": 6}},
            "",
        ),
        ({"replicas": None, "autoScaling": {"min": 1, "max": 6}}, {"replicas": 6}, ""),
        ({"replicas": 3}, {"replicas": None, "autoScaling": {"min": "x", "max": 6}}, ""),
        ({"replicas": "many"}, {"replicas": 1}, ""),
    ],
)
def test_a_pool_that_may_lose_nodes_is_told(
    was: Any, now: Any, message: str, demo: Subject
) -> None:
    before, after = edited(demo, node_pool=was), edited(demo, node_pool=now)
    findings = told(size.check, before, after)
    assert [each.code for each in findings] == ["HCP1613"] * bool(message)
    assert all(message in each.message for each in findings)


@pytest.mark.parametrize(
    ("drain", "detach", "missing"),
    [
        (None, "0s", "`drainTimeout` and `volumeDetachTimeout`"),
        ("30m", None, "set `volumeDetachTimeout`"),
        ("0", "10m", "set `drainTimeout`"),
        ("30m", "10m", ""),
    ],
)
def test_what_a_node_may_wait_for_without_an_end_is_named(
    drain: str | None, detach: str | None, missing: str, demo: Subject
) -> None:
    now = {"replicas": 0, "nodeDrainTimeout": drain, "nodeVolumeDetachTimeout": detach}
    (found,) = told(size.check, demo, edited(demo, node_pool=now))
    assert missing in found.help
    assert bool(missing) is ("wait for ever" in found.help)


@pytest.mark.parametrize(
    ("kind", "was", "now", "found"),
    [
        ("Agent", {"agentNamespace": "a"}, {"agentNamespace": "b"}, True),
        ("AWS", {"region": "a"}, {"region": "b"}, True),
        ("AWS", {"endpointAccess": "Public"}, {"endpointAccess": "Private"}, True),
        ("AWS", {"rolesRef": {"ingressARN": "a"}}, {"rolesRef": {"ingressARN": "b"}}, True),
        ("AWS", {"cloudProviderConfig": {"vpc": "a"}}, {"cloudProviderConfig": None}, True),
        ("PowerVS", {"region": "a"}, {"region": "b"}, True),
        ("GCP", {"endpointAccess": "Private"}, {"endpointAccess": "PublicAndPrivate"}, True),
        ("AWS", {"resourceTags": [1]}, {"resourceTags": [2]}, False),
        ("None", {}, {}, False),
    ],
)
def test_a_change_that_hurts_is_told(
    kind: str, was: Any, now: Any, *, found: bool, demo: Subject
) -> None:
    def on(settings: Any) -> Subject:
        return edited(demo, {"platform": {"type": kind, kind.lower(): settings}})

    findings = told(disruptive.check, on(was), on(now))
    assert [each.code for each in findings] == ["HCP1614"] * found
    assert all(each.notes for each in findings)


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [("a.example.com", None, True), ("a.example.com", "b.example.com", True), (None, "a", False)],
)
def test_a_name_of_the_api_that_goes_is_told(
    was: str | None, now: str | None, *, found: bool, demo: Subject
) -> None:
    sides = (edited(demo, {"kubeAPIServerDNSName": each, "x": 1}) for each in (was, now))
    assert codes_of(api_name.check, *sides) == ["HCP1615"] * found


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("true", None, True),
        ("true", "False", True),
        ("2099-01-01T00:00:00Z", None, True),
        ("2099-01-01T00:00:00Z", "true", False),
        ("false", None, False),
        (None, "true", False),
    ],
)
def test_a_pause_that_ends_is_told(
    was: str | None, now: str | None, *, found: bool, demo: Subject
) -> None:
    sides = [edited(demo, {"pausedUntil": each, "x": 1}) for each in (was, now)]
    assert codes_of(pause.check, sides[0], sides[1]) == ["HCP1616"] * found
    pools = [edited(demo, node_pool={"pausedUntil": each, "x": 1}) for each in (was, now)]
    assert codes_of(pause.check, pools[0], pools[1]) == ["HCP1616"] * found


def test_a_restart_is_told(tmp_path: Path) -> None:
    dates = [f"annotations: {{hypershift.openshift.io/restart-date: d{n}}}\n" for n in (1, 2)]
    (found,) = changed(restart.check, tmp_path, *dates)
    assert said([found]) == [
        f"HCP1617 {PLACE}:8:55: the control plane restarts: the restart date becomes `d2`"
    ]
    assert changed(restart.check, tmp_path / "same", dates[0], dates[0]) == []
    assert changed(restart.check, tmp_path / "gone", dates[0], "") == []


def test_in_another_namespace_a_cluster_is_another_one(tmp_path: Path) -> None:
    (found,) = changed(identity.check, tmp_path, "", "namespace: east\n")
    message = "in namespace `east` this is another hosted cluster than the one in `clusters`"
    assert said([found]) == [f"HCP1603 {PLACE}:8:14: {message}"]


def elsewhere(root: Path, files: dict[str, str] | None = None) -> tuple[Subject, Subject]:
    before = subject(root / "before")
    after = subject(root / "after", files=files)
    return before, after._replace(cluster=after.cluster._replace(management_cluster="mgmt-2"))


def test_on_another_management_cluster_a_cluster_is_another_one(tmp_path: Path) -> None:
    (found,) = told(identity.check, *elsewhere(tmp_path))
    assert "in management cluster `mgmt-2`" in found.message
    assert "a `Restore` that leads to `mgmt-2`" in found.help
    assert "a `Tombstone` for the one on `mgmt-1`" in found.help


def test_no_restore_brings_a_cluster_to_another_namespace(tmp_path: Path) -> None:
    (found,) = changed(identity.check, tmp_path, "", "namespace: east\n")
    assert "Restore" not in found.help
    before, after = elsewhere(tmp_path / "b", {"clusters/restore.yaml": THERE})
    after = after._replace(cluster=after.cluster._replace(namespace="east"))
    (found,) = told(identity.check, before, after)
    assert found.message.startswith("in namespace `east` this is another hosted cluster")


def test_the_restore_may_go_in_the_change_that_moves_the_cluster(tmp_path: Path) -> None:
    before = subject(tmp_path / "b", files={"clusters/restore.yaml": THERE})
    _, after = elsewhere(tmp_path / "a")
    assert told(identity.check, before, after) == []


@pytest.mark.parametrize(
    ("way", "found"),
    [
        ("managementCluster: mgmt-2\nvelero: {latest: {}}", 0),
        ("managementCluster: mgmt-3\nvelero: {latest: {}}", 1),
        ("velero: {latest: {}}", 1),
        ("inPlace: {}", 1),
        ("managementCluster: mgmt-2\ninPlace: {}", 1),
    ],
)
def test_a_restore_takes_a_cluster_where_it_leads(way: str, found: int, tmp_path: Path) -> None:
    spec = f"cluster: demo\n{way}\n"
    sides = elsewhere(tmp_path, {"clusters/restore.yaml": document("Restore", "r", spec)})
    assert len(told(identity.check, *sides)) == found


def test_any_restore_may_take_a_cluster_elsewhere(tmp_path: Path) -> None:
    files = {
        "clusters/a.yaml": document("Restore", "a", "cluster: demo\ninPlace: {}\n"),
        "clusters/b.yaml": document(
            "Restore", "b", "cluster: demo\nmanagementCluster: mgmt-2\nvelero: {latest: {}}\n"
        ),
    }
    assert not told(identity.check, *elsewhere(tmp_path, files))


def environment() -> Environment:
    return Environment(None, ())  # type: ignore[arg-type]  # nothing of it is looked at


def test_of_a_cluster_that_became_another_one_nothing_else_is_told(tmp_path: Path) -> None:
    before, after = subject(tmp_path / "b"), subject(tmp_path / "a", "namespace: x\nfips: true\n")
    sink = Sink()
    check_transitions(before, after, environment(), sink)
    assert [each.code for each in sink.findings()] == ["HCP1603"]


def test_of_a_cluster_on_another_platform_nothing_else_is_told(
    demo: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(Fault(("spec",), "transition", "it is immutable"), monkeypatch=monkeypatch)
    settings = {"platform": {"type": "KubeVirt"}}
    pool = settings | {"management": {"upgradeType": "Replace"}}
    (found,) = by_crds(demo, edited(demo, settings | {"fips": True, "services": []}, pool))
    message = "the platform is fixed once the cluster exists: it was `Agent`, now `KubeVirt`"
    assert found == f"HCP1601 {PLACE}:6:3: {message}"


def test_a_transition_that_crashes_hides_no_other(
    demo: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(transitions, "TRANSITIONS", (crash, *transitions.TRANSITIONS))
    sink = Sink()
    check_transitions(demo, edited(demo, {"fips": True}), environment(), sink)
    assert sorted(each.code for each in sink.findings()) == ["HCP0901", "HCP1601"]


def refusing(*faults: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """CRDs of which the API server says the same of every change."""
    kind = CrdKind("hypershift.openshift.io", "v1beta1", "HostedCluster", "x", True, {})  # noqa: FBT003
    found = CrdSet("site", {(kind.api_version, kind.kind): kind})
    monkeypatch.setattr(crd, "installed", lambda *_: found)

    def check_object(of: CrdKind, body: Any, old: Any) -> list[Fault]:
        assert of is kind
        assert body != old
        return list(faults)

    monkeypatch.setattr("hcpc.verify.crd.verdict.check_object", check_object)


def by_crds(before: Subject, after: Subject) -> list[str]:
    sink = Sink()
    check_transitions(before, after, environment(), sink)
    return said(sink.findings())


def test_what_the_crds_refuse_of_a_change_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ("spec", "updateService")
    fault = Fault(path, "transition", "updateService is immutable")
    refusing(fault, Fault(path, "cel", "is not told here"), monkeypatch=monkeypatch)
    urls = [f"updateService: https://{name}.example.com\n" for name in "ab"]
    before, after = subject(tmp_path / "b", urls[0]), subject(tmp_path / "a", urls[1])
    message = "HostedCluster cannot change like this: updateService is immutable"
    assert by_crds(before, after) == [f"HCP1618 {PLACE}:8:18: {message}"]
    assert by_crds(before, before) == []


@pytest.mark.parametrize("path", [("spec", "fips"), ("spec",), ("spec", "fips", "x")])
def test_what_is_told_in_our_words_is_not_told_again(
    path: tuple[str, ...], demo: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(Fault(path, "transition", "it is immutable"), monkeypatch=monkeypatch)
    assert len(by_crds(demo, edited(demo, {"fips": True}))) == 1


def test_an_object_that_the_crds_do_not_have_is_left_out(
    demo: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(Fault((), "transition", "it is immutable"), monkeypatch=monkeypatch)
    assert by_crds(demo, edited(demo, node_pool={"replicas": 4})) == []


def test_all_kinds_of_objects_are_paired(demo: Subject) -> None:
    extra = Manifest("ConfigMap", "c", "clusters", {"data": {}})
    before = demo._replace(manifests=(*demo.manifests, extra))
    pairs = all_pairs(before, demo)
    assert [pair.new.kind for pair in pairs] == ["HostedCluster", "NodePool"]
