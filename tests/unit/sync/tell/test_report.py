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
    LEFT_TO_HUB,
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

from hcpc.sync.records import Action, Difference, Health, HealthState, Result, Verb
from hcpc.sync.tell.report import as_json, comparison_json, comparison_text, text

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
    assert told == "mgmt-1: 12.0 s, 34 requests\n\nthe round ended early\n"
    # Of clusters that nobody has looked at there is nothing to tell.
    assert text(round_of(error="git cannot be read", commit="", health={POOL: STUCK})) == told
    dry = text(round_of(error="git cannot be read", commit="", dry_run=True))
    assert dry == "dry run of mgmt-1: 12.0 s, 34 requests\n\nthe dry run ended early\n"


def test_a_round_that_was_stopped_tells_what_it_did() -> None:
    told = text(round_of(CREATED, error="asked to end", health={}))
    assert told.endswith(
        "created  ConfigMap clusters/config\n"
        "\n"
        "1 object: 1 created\n"
        "not all is applied: the round ended early\n"
    )


def test_what_is_the_matter_with_many_objects_is_said_once() -> None:
    why = "the API server has no Schedule of velero.io/v1: is its CRD installed?"
    failed = [
        FAILED._replace(action=FAILED.action._replace(ref=CONFIG._replace(name=name)), message=why)
        for name in ("a", "b")
    ]
    told = text(round_of(*failed, FAILED))
    assert (
        "failed  ConfigMap clusters/a\n"
        "failed  ConfigMap clusters/b\n"
        f"          {why}\n"
        "failed  ConfigMap clusters/config\n"
        "          the API server refuses it: too long\n"
    ) in told


def test_what_is_left_to_the_hub_is_counted_and_not_shown() -> None:
    done = round_of(UNCHANGED, LEFT_TO_HUB)
    assert text(done).endswith(
        "\n\n2 objects: 1 unchanged, 1 skipped\n"
        "1 of them is left to the hub, as this cluster does not know the kind\n"
        "all is applied\n"
    )
    told = comparison_text(done._replace(dry_run=True))
    assert told == "0 differ from git, 1 is the same, 1 is left to the hub\n"
    found = comparison_json(done._replace(dry_run=True))
    assert (found["same"], found["leftToHub"], found["objects"]) == (1, 1, [])
    assert [each["cause"] for each in as_json(done)["objects"]] == ["", "hub"]


def test_a_fleet_that_is_on_its_way_is_not_told_one_by_one() -> None:
    coming = Health(HealthState.PROGRESSING, "waits for nodes")
    health = {POOL._replace(name=f"pool-{number:03}"): coming for number in range(300)}
    told = text(round_of(UNCHANGED, health={**health, CLUSTER: HEALTHY, POOL: STUCK}))
    assert told.count("progressing  NodePool clusters/pool-") == 10
    assert "progressing  NodePool clusters/demo-workers, stuck" in told
    assert "\nprogressing  and 290 more\n" in told


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


MOTD = Difference(("data", "motd"), "hello", "bye", "kubectl-edit", is_private=True)
ADDED = Difference(("data", "more"), "much", None, is_private=True)


def test_what_is_private_is_told_to_a_person_only() -> None:
    changed = Action(Verb.CONFIGURE, CONFIG, desired=desired(CONFIG), observed=observed(CONFIG))
    done = round_of(
        outcome(CONFIG, Result.CONFIGURED, action=changed, differences=(MOTD, ADDED)), dry_run=True
    )
    for tell in (text, comparison_text):
        assert "  ~ data.motd: (not shown)  (by kubectl-edit)\n" in tell(done)
        assert "  + data.more: (not shown)\n" in tell(done)
        assert "  ~ data.motd: bye -> hello  (by kubectl-edit)\n" in tell(done, values=True)
    for report in (as_json, comparison_json):
        found = [[each["git"], each["live"]] for each in report(done)["objects"][0]["differences"]]
        assert found == [["(not shown)", "(not shown)"], ["(not shown)", None]]
        (told,) = report(done, values=True)["objects"]
        assert told["differences"][0]["git"] == "hello"


def test_what_is_private_of_an_object_that_is_left_alone_is_not_told_either() -> None:
    there = observed(CLUSTER, (MOTD,))
    paused = PAUSED._replace(action=PAUSED.action._replace(observed=there))
    done = round_of(paused, dry_run=True)
    assert "hello" not in comparison_text(done) + json.dumps(comparison_json(done))
    assert "hello" in comparison_text(done, values=True)
