"""A round as people and programs read it."""

import json

from tests.unit.sync.rounds import (
    CLUSTER,
    COMMIT,
    CONFIG,
    CONFIGURED,
    CONFLICT,
    CREATED,
    FAILED,
    HEALTHY,
    ORPHAN,
    PAUSED,
    POOL,
    REPLICAS,
    STUCK,
    UNCHANGED,
    WAITING,
    desired,
    observed,
    outcome,
    round_of,
)

from hcpc.sync.records import Action, Difference, Result, Verb
from hcpc.sync.report import as_json, comparison_json, comparison_text, text

TOKEN = "glpat-" + "x" * 24


def test_a_round_in_which_nothing_was_to_be_done_is_short() -> None:
    assert text(round_of(UNCHANGED)) == (
        "mgmt-1 at 012345678: 12.0 s, 34 requests\n\n1 object: 1 unchanged\nall is applied\n"
    )


def test_a_round_says_what_was_done_and_what_was_not() -> None:
    done = round_of(
        CREATED,
        CONFIGURED,
        UNCHANGED,
        CONFLICT,
        PAUSED,
        health={CLUSTER: HEALTHY, POOL: STUCK},
        prune_stopped="40 objects are more than 30",
        guests={"demo": round_of(FAILED)},
    )
    assert text(done) == (
        "mgmt-1 at 012345678: 12.0 s, 34 requests\n"
        "\n"
        "created     ConfigMap clusters/config\n"
        "configured  NodePool clusters/demo-workers (drift)\n"
        "              ~ spec.replicas: 2 -> 3  (by kubectl-scale)\n"
        "conflict    HostedCluster clusters/demo\n"
        "              other managers own fields\n"
        "              .spec.release.image belongs to argocd\n"
        "skipped     HostedCluster clusters/demo\n"
        "              paused by somebody\n"
        "\n"
        "inside hosted cluster demo\n"
        "failed      ConfigMap clusters/config\n"
        "              the API server refuses it: too long\n"
        "\n"
        "progressing  NodePool clusters/demo-workers, stuck, since 2026-06-15T09:00:00Z: "
        "waits for nodes\n"
        "\n"
        "6 objects: 1 created, 1 configured, 1 unchanged, 1 skipped, 1 conflict, 1 failed\n"
        "not all is applied: 1 failed; 1 in conflict with other managers; 1 left out; "
        "nothing was deleted: 40 objects are more than 30\n"
    )


def test_a_dry_run_says_what_would_be_done() -> None:
    told = text(round_of(CREATED, CONFIGURED, WAITING, health={POOL: STUCK}, dry_run=True))
    assert told.startswith("dry run of mgmt-1 at 012345678: ")
    assert "\ncreate     ConfigMap clusters/config\n" in told
    assert told.endswith("\n\n3 objects: 1 create, 1 configure, 1 wait\n")


def test_a_round_that_ended_early_says_so() -> None:
    told = text(round_of(error="git cannot be read", commit="", health={}))
    assert told == (
        "mgmt-1: 12.0 s, 34 requests\n\n0 objects\nnot all is applied: the round ended early\n"
    )


def test_many_fields_are_cut() -> None:
    many = tuple(Difference(("spec", f"field{each}"), "a", None) for each in range(23))
    told = text(round_of(CONFIGURED._replace(differences=many)))
    assert told.count("+ spec.field") == 20
    assert "and 3 more fields\n" in told


def test_programs_get_the_same_and_all_of_it() -> None:
    done = round_of(CONFIGURED, CONFLICT, UNCHANGED, guests={"demo": round_of(FAILED)})
    found = json.loads(json.dumps(as_json(done)))
    assert (found["apiVersion"], found["kind"]) == ("hcpc.dev/v1alpha1", "SyncReport")
    assert (found["commit"], found["result"]) == (COMMIT, "incomplete")
    assert found["counts"] == {"configured": 1, "conflict": 1, "failed": 1, "unchanged": 1}
    assert found["requests"] == {"apply": 4, "list": 30}
    assert [each["result"] for each in found["objects"]] == [
        "configured",
        "conflict",
        "unchanged",
        "failed",
    ]
    configured, conflict, _, failed = found["objects"]
    difference = {
        "path": ["spec", "replicas"],
        "git": "3",
        "live": "2",
        "manager": "kubectl-scale",
    }
    assert (configured["drift"], configured["differences"]) == (True, [difference])
    assert conflict["conflicts"] == [{"manager": "argocd", "field": ".spec.release.image"}]
    assert (failed["guest"], failed["name"]) == ("demo", "config")
    assert found["health"][0]["state"] == "healthy"


def test_nothing_that_looks_like_a_secret_is_reported() -> None:
    bad = FAILED._replace(message=f"cannot use\n{TOKEN}")
    done = round_of(bad, error=f"Bearer {TOKEN}")
    for told in (text(done), json.dumps(as_json(done)), comparison_text(done)):
        assert TOKEN not in told


def test_a_comparison_shows_each_field() -> None:
    gone = Action(Verb.CREATE, CONFIG, desired=desired(CONFIG))
    changed = Action(Verb.CONFIGURE, POOL, desired=desired(POOL), observed=observed(POOL))
    fields = (
        REPLICAS,
        Difference(("spec", "taints", 0, "key"), "a", None),
        Difference(("spec", "paused"), None, "true"),
    )
    taken = Action(Verb.ADOPT, CLUSTER, desired=desired(CLUSTER), observed=observed(CLUSTER))
    done = round_of(
        outcome(CONFIG, Result.CREATED, action=gone),
        outcome(POOL, Result.CONFIGURED, action=changed, differences=fields),
        outcome(CLUSTER, Result.ADOPTED, action=taken),
        ORPHAN,
        UNCHANGED,
        PAUSED,
        dry_run=True,
    )
    assert comparison_text(done) == (
        "ConfigMap clusters/config: in git, not in the cluster\n"
        "\n"
        "NodePool clusters/demo-workers\n"
        "  ~ spec.replicas: 2 -> 3  (by kubectl-scale)\n"
        "  + spec.taints[0].key: a\n"
        "  - spec.paused: true\n"
        "\n"
        "HostedCluster clusters/demo\n"
        "  (no field differs; a sync would take it over)\n"
        "\n"
        "Secret clusters/pull: in the cluster, not in git\n"
        "  skipped: no tombstone names it\n"
        "\n"
        "4 differ from git, 2 are the same\n"
    )


def test_a_paused_cluster_is_compared_all_the_same() -> None:
    there = observed(CLUSTER, (Difference(("spec", "release", "image"), "new", "old"),))
    paused = PAUSED._replace(action=PAUSED.action._replace(observed=there))
    done = round_of(paused, dry_run=True)
    assert comparison_text(done) == (
        "HostedCluster clusters/demo\n"
        "  skipped: paused by somebody\n"
        "  ~ spec.release.image: old -> new\n"
        "\n"
        "1 differs from git, 0 are the same\n"
    )
    (found,) = comparison_json(done)["objects"]
    assert found["differences"][0]["path"] == ["spec", "release", "image"]


def test_programs_get_only_what_differs() -> None:
    found = comparison_json(round_of(UNCHANGED, CREATED, ORPHAN, dry_run=True))
    assert (found["kind"], found["same"], len(found["objects"])) == ("LiveDiff", 1, 2)
    assert [(each["inGit"], each["inCluster"]) for each in found["objects"]] == [
        (True, False),
        (False, True),
    ]


def test_a_hosted_cluster_that_cannot_be_looked_into_is_told() -> None:
    done = round_of(UNCHANGED, guests={"demo": round_of(error="no answer")}, dry_run=True)
    assert comparison_text(done) == (
        "inside hosted cluster demo: no answer\n\n0 differ from git, 1 is the same\n"
    )
