"""What a round tells in git: how things are, in bytes that change only when that does."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync_records import owned
from tests.sync_rounds import (
    DATA,
    FIRST,
    NOW,
    SECOND,
    outcome,
    round_of,
    sample,
    settled_round,
    wanted,
)

from hcpc.kube.object_ref import object_ref
from hcpc.sync.records import (
    Cause,
    Conflict,
    Difference,
    Limits,
    Outcome,
    Plan,
    RenderedTree,
    Result,
    Round,
    SyncData,
    WaiverInForce,
)
from hcpc.sync.status.documents import documents
from hcpc.syntax.plain import plain_documents

PAYMENTS = "clusters/payments.yaml"
SUMMARY = "summary.yaml"
OURS = b"apiVersion: hcpc.dev/v1alpha1\nkind: ClusterStatus\n"
LATER = NOW + timedelta(hours=1)
LATER_TEXT = "2026-02-01T12:00:00Z"


def read(files: Mapping[str, bytes], path: str = PAYMENTS) -> dict[str, Any]:
    """The `status` of a document."""
    (document,) = plain_documents(files[path].decode())
    status = document["status"]
    assert isinstance(status, dict)
    return status


def one(body: dict[str, Any], result: Result = Result.UNCHANGED, **other: Any) -> Round:
    """A round about a single object of `payments`."""
    times = {name: other.pop(name) for name in ("ended", "commit", "data") if name in other}
    return round_of([outcome(body, result, **other)], [body], **times)


def test_a_settled_cluster_says_what_it_is() -> None:
    files = documents(settled_round(), None)
    assert list(files) == [PAYMENTS, SUMMARY]
    status = read(files)
    assert status["health"] == {
        "state": "healthy",
        "message": "running 4.17.9",
        "since": "2026-01-10T09:40:00Z",
    }
    assert status["revision"] == {"seen": FIRST, "applied": FIRST}
    assert (status["version"]["current"], status["version"]["desired"]) == ("4.17.9", "4.17.9")
    (pool,) = status["nodePools"]
    assert (pool["name"], pool["nodes"]) == ("payments-workers", {"ready": 3, "wanted": 3})
    told = [each["type"] for each in status["hostedCluster"]["conditions"]]
    assert told == ["Available", "Degraded", "Progressing"]
    assert [each["result"] for each in status["objects"]] == ["applied"] * 3
    assert [each["rule"] for each in status["waivers"]] == ["HCP0903"]
    assert not {"drift", "conflicts", "foreign", "leftAlone", "alarms", "error"} & set(status)


def test_the_summary_has_a_line_for_each_cluster() -> None:
    status = read(documents(settled_round(), None), SUMMARY)
    assert status == {
        "lastSync": "2026-02-01T11:00:00Z",
        "revision": {"seen": FIRST, "applied": FIRST},
        "results": {"applied": 4},
        "clusters": {"payments": "healthy, 4.17.9, 3 of 3 nodes, applied"},
    }


def test_labels_are_those_that_git_wants() -> None:
    (document,) = plain_documents(documents(settled_round(), None)[PAYMENTS].decode())
    assert document["metadata"] == {"name": "payments", "labels": {"env": "prod"}}


@pytest.mark.parametrize(
    "result", [Result.CREATED, Result.CONFIGURED, Result.UNCHANGED, Result.ADOPTED]
)
def test_how_an_object_became_what_it_is_changes_nothing(result: Result) -> None:
    body = sample("hostedcluster-healthy")
    before = documents(one(body), None)
    assert documents(one(body, result, ended=LATER), before) == before


def test_a_round_in_which_nothing_changed_gives_the_same_bytes() -> None:
    before = documents(settled_round(), None)
    assert documents(settled_round(ended=LATER), before) == before


def test_progress_durations_and_times_are_no_news() -> None:
    body = sample("hostedcluster-progressing-upgrading")
    before = documents(one(body), None)
    assert "512 of 900 done (56% complete)" in before[PAYMENTS].decode()
    for condition in body["status"]["conditions"]:
        condition["lastTransitionTime"] = "2026-02-01T10:59:00Z"
        condition["message"] = condition["message"].replace(
            "512 of 900 done (56% complete)", "700 of 900 done (77% complete)"
        )
    assert documents(one(body), before) == before


def test_another_message_is_news_and_says_since_when_the_document_is_so() -> None:
    body = sample("hostedcluster-degraded-etcd")
    before = documents(one(body), None)
    for condition in body["status"]["conditions"]:
        condition["message"] = condition["message"].replace("1 of 3", "0 of 3")
    after = documents(one(body, ended=LATER), before)
    assert read(after)["changed"] == LATER_TEXT
    assert "0 of 3" in read(after)["health"]["message"]


def test_the_applied_revision_is_that_of_the_last_round_that_applied_all_of_a_cluster() -> None:
    payments, shop = sample("hostedcluster-healthy"), sample("hostedcluster-healthy", name="shop")
    files = documents(round_of([outcome(payments), outcome(shop, cluster="shop")]), None)
    failed = outcome(shop, Result.FAILED, "shop", message="etcdserver: request timed out")
    files = documents(round_of([outcome(payments), failed], commit=SECOND), files)
    assert read(files)["revision"] == {"seen": SECOND, "applied": SECOND}
    shops = read(files, "clusters/shop.yaml")
    assert shops["revision"] == {"seen": SECOND, "applied": FIRST}
    assert shops["error"] == "HostedCluster clusters/shop: etcdserver: request timed out"
    assert read(files, SUMMARY)["revision"] == {"seen": SECOND, "applied": FIRST}
    files = documents(round_of([outcome(payments), outcome(shop, cluster="shop")]), files)
    assert "error" not in read(files, "clusters/shop.yaml")


@pytest.mark.parametrize(
    "result",
    [Result.WAITING, Result.SKIPPED, Result.DELETING, Result.CONFLICT, Result.FAILED],
)
def test_what_is_not_done_is_not_applied(result: Result) -> None:
    status = read(documents(one(sample("hostedcluster-healthy"), result), None))
    assert status["revision"] == {"seen": FIRST}
    assert status["objects"][0]["result"] == result.value


def test_what_is_left_to_the_hub_keeps_nothing_from_being_applied() -> None:
    config = sample("configmap-healthy")
    hub = outcome(config, Result.SKIPPED, message="left to the hub", action_cause=Cause.HUB)
    files = documents(round_of([outcome(sample("hostedcluster-healthy")), hub]), None)
    assert read(files)["revision"] == {"seen": FIRST, "applied": FIRST}
    assert read(files, SUMMARY)["revision"] == {"seen": FIRST, "applied": FIRST}
    told = {each["result"]: each.get("message") for each in read(files)["objects"]}
    assert told == {"applied": None, "skipped": "left to the hub"}


def test_an_object_of_which_nothing_came_is_not_applied() -> None:
    done = settled_round()
    files = documents(done._replace(outcomes=done.outcomes[:-1]), None)
    assert "applied" not in read(files)["revision"]


def test_a_guest_that_is_not_reached_keeps_its_cluster_from_being_applied() -> None:
    inside = wanted(sample("configmap-healthy"))
    done = settled_round()
    assert done.tree is not None
    done = done._replace(tree=done.tree._replace(guests={"payments": (inside,)}))
    assert "applied" not in read(documents(done, None))["revision"]
    unreached = Round("payments", NOW, NOW, error="the API server cannot be reached")
    status = read(documents(done._replace(guests={"payments": unreached}), None))
    assert status["revision"] == {"seen": FIRST}
    assert status["error"] == "inside the hosted cluster: the API server cannot be reached"
    reached = Round("payments", NOW, NOW, outcomes=(outcome(sample("configmap-healthy")),))
    files = documents(done._replace(guests={"payments": reached}), None)
    assert read(files)["revision"] == {"seen": FIRST, "applied": FIRST}
    assert [each["name"] for each in read(files)["guest"]["objects"]] == ["tuning"]
    assert read(files, SUMMARY)["results"] == {"applied": 5}


def test_a_cluster_that_is_gone_everywhere_is_told_no_more() -> None:
    before = documents(settled_round(), None)
    gone = outcome(sample("hostedcluster-healthy"), Result.PRUNED, action_desired=None)
    after = documents(round_of([gone]), before)
    assert list(after) == [SUMMARY]
    assert "clusters" not in read(after, SUMMARY)


def removed(body: dict[str, Any], result: Result, cause: Cause, message: str) -> Outcome:
    """What came of an object that git no longer wants."""
    made = outcome(body, result, message=message)
    desired = made.action.desired
    assert desired is not None
    action = made.action._replace(desired=None, owned=owned(desired), cause=cause)
    return made._replace(action=action)


def test_a_cluster_that_is_being_deleted_stays_until_it_is_gone() -> None:
    before = documents(settled_round(), None)
    body = sample("hostedcluster-progressing-deleting")
    made = removed(body, Result.DELETING, Cause.DELETING, "being deleted")
    status = read(documents(round_of([made], [body], commit=SECOND), before))
    assert (status["inGit"], status["health"]["state"]) == (False, "progressing")
    assert status["health"]["message"].startswith("being deleted")
    assert status["objects"][0]["since"] == "2026-02-01T10:30:00Z"
    assert status["revision"] == {"seen": SECOND, "applied": FIRST}


def test_a_cluster_without_a_tombstone_stays_and_says_why() -> None:
    body = sample("hostedcluster-healthy")
    reason = "a HostedCluster goes only when a tombstone in git names it"
    made = removed(body, Result.SKIPPED, Cause.NO_TOMBSTONE, reason)
    status = read(documents(round_of([made], [body]), None))
    (entry,) = status["objects"]
    assert (entry["result"], entry["cause"]) == ("skipped", "no-tombstone")
    assert entry["message"] == reason
    assert (status["inGit"], status["health"]["state"]) == (False, "healthy")


@pytest.mark.parametrize("commit", [SECOND, ""])
def test_a_round_that_failed_keeps_what_was_known_and_says_why(commit: str) -> None:
    before = documents(settled_round(), None)
    failed = Round("prod-fra1", LATER, LATER, commit, "git cannot be read: no route to host")
    after = documents(failed, before)
    assert after[PAYMENTS] == before[PAYMENTS]
    assert read(after, SUMMARY) == read(before, SUMMARY) | {
        "lastSync": LATER_TEXT,
        "error": "git cannot be read: no route to host",
        "revision": {"seen": commit or FIRST, "applied": FIRST},
    }
    assert documents(failed._replace(ended=LATER + timedelta(hours=1)), after) == after
    well_again = documents(settled_round(ended=LATER), after)
    assert "error" not in read(well_again, SUMMARY)


def test_a_first_round_that_failed_says_so() -> None:
    files = documents(Round("prod-fra1", NOW, NOW, error="no branch `main`"), None)
    assert read(files, SUMMARY) == {"lastSync": "2026-02-01T11:00:00Z", "error": "no branch `main`"}


def test_a_dry_run_knows_nothing_of_clusters() -> None:
    before = documents(settled_round(), None)
    after = documents(settled_round(commit=SECOND, dry_run=True, ended=LATER), before)
    assert after[PAYMENTS] == before[PAYMENTS]


def paused(ended: datetime) -> Round:
    body = sample("hostedcluster-paused")
    reason = "paused until 2026-02-03T00:00:00Z by oc, not by git"
    made = outcome(body, Result.SKIPPED, action_cause=Cause.PAUSED, action_reason=reason)
    return round_of([made], [body], ended=ended, data=SyncData())


def test_what_is_left_alone_says_since_when_and_raises_an_alarm_when_it_lasts() -> None:
    files = documents(paused(NOW), None)
    (alone,) = read(files)["leftAlone"]
    assert alone == {
        "cause": "paused",
        "message": "paused until 2026-02-03T00:00:00Z by oc, not by git",
        "objects": 1,
        "since": "2026-02-01T11:00:00Z",
        "alarm": False,
    }
    assert "alarms" not in read(files)
    assert documents(paused(NOW + timedelta(hours=24)), files) == files
    late = documents(paused(NOW + timedelta(hours=24, seconds=1)), files)
    assert read(late)["leftAlone"] == [alone | {"alarm": True}]
    alarm = f"left alone for more than 24 h: {alone['message']}"
    assert read(late)["alarms"] == [alarm]
    assert read(late, SUMMARY)["alarms"] == [f"payments: {alarm}"]


def test_being_left_alone_begins_anew_after_it_ended() -> None:
    files = documents(paused(NOW), None)
    files = documents(one(sample("hostedcluster-healthy")), files)
    files = documents(paused(LATER), files)
    assert read(files)["leftAlone"][0]["since"] == LATER_TEXT


def test_an_object_that_waits_for_too_long_is_an_alarm() -> None:
    def waiting(ended: datetime) -> Round:
        reason = "the control plane runs 4.17.9"
        body = sample("nodepool-healthy")
        cause = Cause.CONTROL_PLANE
        return one(body, Result.WAITING, message=reason, action_cause=cause, ended=ended)

    files = documents(waiting(NOW), None)
    assert "alarms" not in read(files)
    files = documents(waiting(NOW + timedelta(hours=3)), files)
    (alarm,) = read(files)["alarms"]
    assert alarm.startswith("NodePool clusters/payments-workers has been waiting for more than 2 h")


def test_what_does_not_tell_when_it_began_is_stuck_by_when_it_was_first_seen_so() -> None:
    body = sample("hostedcluster-progressing-upgrade-asked")
    files = documents(one(body), None)
    assert "stuck" not in read(files)["health"]
    files = documents(one(body, ended=NOW + timedelta(hours=2)), files)
    assert "stuck" not in read(files)["health"]
    files = documents(one(body, ended=NOW + timedelta(hours=2, seconds=1)), files)
    assert read(files)["health"]["stuck"] is True
    stuck = "HostedCluster payments is stuck: the upgrade has not begun"
    assert read(files)["alarms"] == [stuck]
    assert "progressing, 4.17.9 to 4.17.10" in read(files, SUMMARY)["clusters"]["payments"]


def test_what_has_to_be_put_back_each_time_is_an_alarm() -> None:
    body = sample("hostedcluster-progressing-upgrade-asked")
    once = one(body, Result.CONFIGURED, drift=True)
    assert "alarms" not in read(documents(once, None))
    again = one(body, Result.CONFIGURED, drift=True, message="undone 3 times in a row")
    files = documents(again, None)
    who = "HostedCluster clusters/payments"
    alarm = f"{who} is put back in every round: somebody else writes it too"
    assert read(files)["alarms"] == [alarm]
    assert read(files, SUMMARY)["alarms"] == [f"payments: {alarm}"]


def test_limits_are_those_of_the_sync() -> None:
    files = documents(paused(NOW), None)
    late = documents(paused(LATER), files, Limits(left_alone_for=3599))
    assert read(late)["leftAlone"][0]["alarm"] is True


def test_the_health_of_a_cluster_is_the_worst_of_its_parts() -> None:
    bodies = [sample("hostedcluster-healthy"), sample("nodepool-degraded-node-sick")]
    status = read(documents(round_of(map(outcome, bodies), bodies), None))
    assert status["health"]["state"] == "degraded"
    message = "node pool payments-workers: AllNodesHealthy is False: 1 of 3 nodes is not ready"
    assert status["health"]["message"] == message
    assert status["hostedCluster"]["health"]["state"] == "healthy"
    (pool,) = status["nodePools"]
    assert [each["type"] for each in pool["conditions"]] == ["AllNodesHealthy"]


def test_a_paused_cluster_is_paused_whatever_its_parts_are() -> None:
    bodies = [sample("hostedcluster-paused"), sample("nodepool-degraded-node-sick")]
    status = read(documents(round_of(map(outcome, bodies), bodies), None))
    assert status["health"]["state"] == "paused"


def test_what_is_not_there_is_unknown() -> None:
    body = sample("hostedcluster-healthy")
    made = outcome(body, Result.FAILED, message="no such namespace", action_observed=None)
    status = read(documents(round_of([made]), None))
    assert status["health"]["state"] == "unknown"
    assert status["health"]["message"] == "it is not there"
    assert status["version"] == {"desired": "4.17.9"}


def test_a_kind_that_may_not_be_read_is_unknown_and_says_why() -> None:
    done = round_of([outcome(sample("hostedcluster-healthy"), Result.SKIPPED)])
    why = {"hypershift.openshift.io/HostedCluster": "may not list HostedClusters"}
    status = read(documents(done._replace(live=done.live._replace(unread=why)), None))
    assert status["health"]["message"] == "may not list HostedClusters"


def test_an_upgrade_says_from_where_to_where() -> None:
    status = read(documents(one(sample("hostedcluster-progressing-upgrading")), None))
    version = status["version"]
    assert (version["current"], version["desired"]) == ("4.17.9", "4.17.10")
    assert [each["state"] for each in version["history"]] == ["Partial", "Completed"]


def test_a_version_that_git_does_not_tell_is_that_of_the_cluster_or_of_the_image() -> None:
    told = sample("hostedcluster-progressing-upgrading")
    status = read(documents(one(told, data=SyncData()), None))
    assert status["version"]["desired"] == "4.17.10"
    new = sample("hostedcluster-progressing-new")
    new["spec"]["release"]["image"] = "quay.io/org/release:4.19.14-x86_64"
    status = read(documents(one(new, data=SyncData()), None))
    assert status["version"]["desired"] == "4.19.14-x86_64"


def test_the_history_is_bounded() -> None:
    body = sample("hostedcluster-healthy")
    body["status"]["version"]["history"] *= 25
    assert len(read(documents(one(body), None))["version"]["history"]) == 10


def test_nodes_of_an_autoscaled_pool_have_an_upper_bound_too() -> None:
    bodies = [sample("hostedcluster-healthy"), sample("nodepool-healthy-autoscaled")]
    files = documents(round_of(map(outcome, bodies), bodies), None)
    assert read(files)["nodePools"][0]["nodes"] == {"ready": 4, "wanted": 2, "atMost": 5}


def test_nodes_that_nobody_counts_are_not_told() -> None:
    bodies = [sample("hostedcluster-healthy"), sample("nodepool-healthy-unmanaged")]
    files = documents(round_of(map(outcome, bodies), bodies), None)
    assert "nodes" not in read(files)["nodePools"][0]
    assert read(files, SUMMARY)["clusters"]["payments"] == "healthy, 4.17.9, applied"


def test_a_node_pool_that_nobody_manages_from_git_is_told_but_not_judged() -> None:
    bodies = [sample("hostedcluster-healthy"), sample("nodepool-degraded-node-sick")]
    done = round_of([outcome(bodies[0])], bodies)
    pool = object_ref(bodies[1])
    done = done._replace(health={ref: each for ref, each in done.health.items() if ref != pool})
    status = read(documents(done, None))
    assert status["health"]["state"] == "healthy"
    assert status["nodePools"][0]["inGit"] is False
    assert status["nodePools"][0]["health"]["state"] == "unknown"


REPLICAS = Difference(("spec", "replicas"), "3", "5", "kubectl-edit")


def test_drift_says_which_field_and_whether_it_is_undone() -> None:
    body = sample("nodepool-healthy")
    made = one(body, Result.CONFIGURED, drift=True, differences=(REPLICAS,))
    (entry,) = read(documents(made, None))["drift"]
    assert entry == {
        "group": "hypershift.openshift.io",
        "kind": "NodePool",
        "namespace": "clusters",
        "name": "payments-workers",
        "undone": True,
        "fields": [
            {"field": "spec.replicas", "wanted": "3", "live": "5", "manager": "kubectl-edit"}
        ],
    }


def test_of_what_is_private_only_the_place_gets_into_git() -> None:
    motd = Difference(("data", "motd"), "hello", "bye", "kubectl-edit", is_private=True)
    made = one(sample("nodepool-healthy"), Result.CONFIGURED, drift=True, differences=(motd,))
    (entry,) = read(documents(made, None))["drift"]
    assert entry["fields"] == [{"field": "data.motd", "manager": "kubectl-edit"}]


def test_drift_of_what_is_left_alone_is_told_and_not_undone() -> None:
    body = sample("nodepool-healthy")
    made = outcome(body, Result.SKIPPED, action_cause=Cause.PAUSED, action_reason="paused by oc")
    desired, observed = made.action.desired, made.action.observed
    assert desired is not None
    assert observed is not None
    action = made.action._replace(
        owned=owned(desired), observed=observed._replace(differences=(REPLICAS,))
    )
    (entry,) = read(documents(round_of([made._replace(action=action)], [body]), None))["drift"]
    assert (entry["name"], entry["undone"]) == ("payments-workers", False)
    # What git has changed meanwhile is no drift.
    action = action._replace(owned=owned(desired, digest="that of before"))
    assert "drift" not in read(documents(round_of([made._replace(action=action)], [body]), None))


def test_conflicts_name_the_manager_and_the_field() -> None:
    conflict = Conflict("autoscaler", ".spec.replicas")
    made = one(
        sample("nodepool-healthy"), Result.CONFLICT, message="conflict", conflicts=(conflict,)
    )
    files = documents(made, None)
    (entry,) = read(files)["conflicts"]
    assert (entry["manager"], entry["field"]) == ("autoscaler", ".spec.replicas")
    assert read(files, SUMMARY)["clusters"]["payments"].endswith("not all applied, conflicts")


def test_fields_that_others_added_are_told() -> None:
    body = sample("hostedcluster-healthy")
    done = one(body)
    ref = object_ref(body)
    observed = done.live.objects[ref]._replace(foreign=("night-shift: spec.nodeSelector",))
    done = done._replace(live=done.live._replace(objects={ref: observed}))
    (entry,) = read(documents(done, None))["foreign"]
    assert entry["fields"] == [{"manager": "night-shift", "field": "spec.nodeSelector"}]


def test_objects_of_no_hosted_cluster_are_told_in_the_summary() -> None:
    body = sample("namespace-healthy")
    made = outcome(body, Result.FAILED, "", message="forbidden")
    files = documents(round_of([made], plan=Plan((), "25 objects would be deleted")), None)
    assert list(files) == [SUMMARY]
    status = read(files, SUMMARY)
    assert [(each["kind"], each["result"]) for each in status["objects"]] == [
        ("Namespace", "failed")
    ]
    assert status["error"] == "Namespace clusters: forbidden"
    assert status["pruneStopped"] == "25 objects would be deleted"


def test_a_waiver_is_told_on_its_last_day_and_no_longer() -> None:
    body = sample("hostedcluster-healthy")
    files = documents(one(body), None)
    assert [each["rule"] for each in read(files)["waivers"]] == ["HCP0903"]
    files = documents(one(body, ended=NOW + timedelta(days=1)), files)
    assert "waivers" not in read(files)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"status: [",
        b"- a\n",
        b"a: 1\n---\nb: 2\n",
        b"apiVersion: hcpc.dev/v9\nkind: ClusterStatus\nstatus: {revision: {applied: x}}\n",
        OURS + b"status: [1]\n",
        OURS + b"status: {objects: 3, revision: [], health: 7, nodePools: {a: b}, guest: no}\n",
        b"#" * ((1 << 20) + 1),
    ],
)
def test_documents_that_somebody_broke_are_written_anew(content: bytes) -> None:
    fresh = documents(settled_round(), None)
    assert documents(settled_round(), {PAYMENTS: content, SUMMARY: content}) == fresh
    failed = Round("prod-fra1", NOW, NOW, error="no")
    assert read(documents(failed, {SUMMARY: content}), SUMMARY)["error"] == "no"


SECRETS = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "ghp_0123456789abcdefghijABCDEFGHIJ456789",
    "https://admin:hunter2hunter2@git.example.com/fleet",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeW5jIn0.c2lnbmF0dXJlLW9mLWl0",
    'password: "hunter2hunter2"',
    "bindPassword = hunter2hunter2",
    "AKIAIOSFODNN7EXAMPLE",
)
VALUES = ("MIIEowIBAAKCAQEA", "ghp_0123", "hunter2", "eyJhbGci", "AKIAIOSF")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_gets_in_wherever_it_stands(secret: str) -> None:
    body = sample("hostedcluster-degraded-etcd", labels={"token": "hunter2hunter2", "note": secret})
    for condition in body["status"]["conditions"]:
        condition["message"] = f"cannot log in: {secret}"
        condition["reason"] = secret
    body["status"]["version"]["history"][0]["version"] = secret
    made = [
        outcome(
            body,
            Result.CONFLICT,
            message=secret,
            conflicts=(Conflict(secret, secret),),
            differences=(Difference(("spec", secret), secret, secret, secret),),
            drift=True,
            action_reason=secret,
        ),
        outcome(sample("namespace-healthy"), Result.FAILED, "", message=secret),
    ]
    data = DATA._replace(
        waivers=(WaiverInForce("payments", secret, secret, secret, "2026-12-31"),),
        releases={body["spec"]["release"]["image"]: secret},
    )
    guest = Round("payments", NOW, NOW, error=secret)
    done = round_of(made, [body], data=data, guests={"payments": guest}, plan=Plan((), secret))
    files = documents(done, None)
    failed = documents(Round("prod-fra1", NOW, NOW, error=secret), files)
    for content in (*files.values(), *failed.values()):
        assert [value for value in VALUES if value in content.decode()] == []


TEXTS = st.text(max_size=30)


@given(
    results=st.lists(st.sampled_from(Result), min_size=4, max_size=4),
    causes=st.lists(st.sampled_from(Cause), min_size=4, max_size=4),
    message=TEXTS,
    error=st.sampled_from(["", "", "no route to host"]) | TEXTS,
    seconds=st.integers(0, 3600),
)
def test_told_again_a_round_says_the_same_in_the_same_bytes(
    results: list[Result], causes: list[Cause], message: str, error: str, seconds: int
) -> None:
    names = ("configmap-healthy", "hostedcluster-progressing-upgrading", "nodepool-healthy")
    bodies = [*map(sample, names), sample("namespace-healthy")]
    made = [
        outcome(body, result, message=message, action_cause=cause)
        for body, result, cause in zip(bodies, results, causes, strict=True)
    ]
    done = round_of(made, bodies, error=error)
    files = documents(done, None)
    again = done._replace(ended=NOW + timedelta(seconds=seconds))
    assert documents(again, files) == files


def test_a_tree_without_anything_is_told_as_such() -> None:
    done = Round("prod-fra1", NOW, NOW, FIRST, tree=RenderedTree("prod-fra1", FIRST, ()))
    assert read(documents(done, None), SUMMARY)["revision"] == {"seen": FIRST, "applied": FIRST}
