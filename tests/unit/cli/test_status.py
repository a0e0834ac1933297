"""`hcpc status`: what runs where, read from real repositories."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from tests.git import commit, git
from tests.sync_rounds import NOW, outcome, round_of, sample

from hcpc.cli import status
from hcpc.cli.main import command
from hcpc.sync.git.repository import Source
from hcpc.sync.git.status_ref import StatusRef
from hcpc.sync.records import Cause, Conflict, Difference, Round, SyncData
from hcpc.sync.records import Result as Came
from hcpc.sync.status.documents import documents

ROOT = Path(__file__).parents[3]
QUORUM = "Waiting for etcd to reach quorum: 1 of 3 members"
Hcpc = Callable[..., Result]


class Fleet:
    """A repository with a fleet's branch, and what syncs have told of it."""

    def __init__(self, place: Path) -> None:
        self.place = place / "fleet"
        self.place.mkdir(parents=True)
        self.commit = commit(self.place)
        self._kept = place / "kept"

    def advance(self, commits: int = 1) -> None:
        """Commits of the branch that no sync has seen yet."""
        for _ in range(commits):
            self.commit = commit(self.place)

    def tell(self, name: str, files: Mapping[str, bytes]) -> None:
        """Push the status of a management cluster."""
        source = Source(str(self.place), directory=self._kept)
        StatusRef(source, name).write(files, "status")

    def told(self, name: str, round_: Round, before: Mapping[str, bytes] | None = None) -> Any:
        """Push what a round tells, and say what that was."""
        files = documents(round_._replace(management_cluster=name), before)
        self.tell(name, files)
        return files


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    monkeypatch.setenv("HCPC_CACHE_DIR", str(tmp_path / "cache"))
    made = Fleet(tmp_path)
    monkeypatch.chdir(made.place)
    monkeypatch.setattr(status, "datetime", Clock)
    return made


class Clock(datetime):
    """Two minutes after the rounds that were told."""

    @classmethod
    def now(cls, tz: Any = None) -> "Clock":
        """The same time each time."""
        assert tz is UTC
        return cls.fromisoformat((NOW + timedelta(minutes=2)).isoformat())


@pytest.fixture
def hcpc() -> Hcpc:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(command, ["status", *arguments], catch_exceptions=False)

    return run


def cluster(
    kind: str, name: str, *pools: str, labels: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """A hosted cluster as a sample of health, and its node pools."""
    hosted = sample(kind, name=name, labels={"env": "prod", **(labels or {})})
    nodes = [sample(each, name=f"{name}-{place}") for place, each in enumerate(pools)]
    for each in nodes:
        each["spec"] = each["spec"] | {"clusterName": name}
    return [hosted, *nodes]


def told_of(fleet: Fleet, bodies: Iterable[list[dict[str, Any]]], **other: Any) -> Round:
    """A round in which all went well."""
    made = [
        outcome(body, cluster=objects[0]["metadata"]["name"])
        for objects in bodies
        for body in objects
    ]
    everything = [body for objects in bodies for body in objects]
    return round_of(made, everything, commit=fleet.commit, **other)


def two_management_clusters(fleet: Fleet) -> None:
    payments = cluster("hostedcluster-healthy", "payments", "nodepool-healthy")
    shop = cluster("hostedcluster-progressing-upgrading", "shop", labels={"env": "stage"})
    etcd = cluster("hostedcluster-degraded-etcd", "api", "nodepool-progressing-scaling")
    fleet.told("prod-fra1", told_of(fleet, [payments, shop]))
    fleet.told("prod-fra2", told_of(fleet, [etcd]))


def lines(ran: Result) -> list[str]:
    return [" ".join(line.split()) for line in ran.stdout.splitlines()]


def test_it_shows_every_hosted_cluster_of_every_management_cluster(
    fleet: Fleet, hcpc: Hcpc
) -> None:
    two_management_clusters(fleet)
    ran = hcpc()
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert lines(ran) == [
        "CLUSTER MANAGED BY VERSION HEALTH DRIFT LAG NODES REPORTED",
        "api prod-fra2 4.17.9 degraded - - 2/3 2m",
        "payments prod-fra1 4.17.9 healthy - - 3/3 2m",
        "shop prod-fra1 4.17.9 → 4.17.10 progressing - - - 2m",
        "",
        f"api: degraded for 2h: EtcdAvailable is False: {QUORUM}",
        "shop: progressing for 1h: upgrading to 4.17.10",
    ]


def test_it_prints_what_the_documentation_shows(fleet: Fleet, hcpc: Hcpc) -> None:
    two_management_clusters(fleet)
    page = ROOT.joinpath("docs/how-to/see-what-runs-where.md").read_text(encoding="utf-8")
    shown = page.partition("$ hcpc status\n")[2].partition("```")[0]
    assert hcpc().stdout == shown


def test_lag_counts_commits_that_are_not_applied(fleet: Fleet, hcpc: Hcpc) -> None:
    two_management_clusters(fleet)
    fleet.advance(3)
    ran = hcpc("--fail-on", "lag")
    assert [line.split()[-3] for line in lines(ran)[1:3]] == ["3", "3"]
    assert ran.exit_code == 1


def test_lag_without_a_clone_is_what_the_sync_itself_knows(
    fleet: Fleet, hcpc: Hcpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_management_clusters(fleet)
    fleet.advance()
    monkeypatch.chdir(tmp_path)
    url = f"file://{fleet.place}"
    assert hcpc(url, "--fail-on", "lag").exit_code == 0
    body = cluster("hostedcluster-healthy", "payments")[0]
    failed = outcome(body, Came.FAILED, message="refused")
    fleet.told("prod-fra1", round_of([failed], [body], commit=fleet.commit))
    ran = hcpc(url, "--fail-on", "lag", "--management-cluster", "prod-fra1")
    assert (ran.exit_code, "not applied" in ran.stdout) == (1, True)
    assert "payments: HostedCluster clusters/payments: refused" in ran.stdout


def test_lag_is_held_against_the_branch_that_is_followed(fleet: Fleet, hcpc: Hcpc) -> None:
    two_management_clusters(fleet)
    git(fleet.place, "checkout", "-q", "-b", "rollout")
    fleet.advance(2)
    assert hcpc("--fail-on", "lag").exit_code == 0
    assert hcpc("--fail-on", "lag", "--branch", "rollout").exit_code == 1
    ran = hcpc("--branch", "nowhere")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "there is no branch `nowhere`" in ran.stderr


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("-l", "env=prod"), ["api", "payments"]),
        (("-l", "env=prod", "-l", "team=blue"), []),
        (("--unhealthy",), ["api", "shop"]),
        (("--management-cluster", "prod-fra1"), ["payments", "shop"]),
        (("--management-cluster", "prod-fra1", "--unhealthy"), ["shop"]),
        (
            ("--management-cluster", "prod-fra1", "--management-cluster", "prod-fra2"),
            ["api", "payments", "shop"],
        ),
    ],
)
def test_filters(fleet: Fleet, hcpc: Hcpc, options: tuple[str, ...], shown: list[str]) -> None:
    two_management_clusters(fleet)
    ran = hcpc("-o", "json", *options)
    assert [each["name"] for each in json.loads(ran.stdout)["clusters"]] == shown
    assert ("hosted clusters fits" in hcpc(*options).stdout) == (not shown)


@pytest.mark.parametrize(
    ("fail_on", "options", "code"),
    [
        ("degraded", (), 1),
        ("degraded", ("--management-cluster", "prod-fra1"), 0),
        ("drift", (), 0),
        ("stuck", (), 0),
        ("lag", (), 0),
    ],
)
def test_it_fails_only_on_what_is_asked(
    fleet: Fleet, hcpc: Hcpc, fail_on: str, options: tuple[str, ...], code: int
) -> None:
    two_management_clusters(fleet)
    assert hcpc("--fail-on", fail_on, *options).exit_code == code


def test_drift_conflicts_and_what_is_left_alone_are_shown(fleet: Fleet, hcpc: Hcpc) -> None:
    body = cluster("hostedcluster-paused", "payments")[0]
    pool = sample("nodepool-healthy")
    difference = Difference(("spec", "replicas"), "3", "5", "oc")
    made = [
        outcome(body, Came.SKIPPED, action_cause=Cause.PAUSED, action_reason="paused by oc"),
        outcome(
            pool,
            Came.CONFLICT,
            drift=True,
            differences=(difference,),
            conflicts=(Conflict("oc", ".spec.replicas"),),
            message="conflict with oc",
        ),
    ]
    fleet.told("prod-fra1", round_of(made, [body, pool], commit=fleet.commit))
    ran = hcpc("--fail-on", "drift")
    assert ran.exit_code == 1
    assert "payments prod-fra1 4.17.9 paused, left alone 1 not applied 3/3 2m" in lines(ran)
    assert "payments: left alone: paused by oc" in lines(ran)
    assert "payments: 1 field held by another manager" in lines(ran)


def test_what_many_have_in_common_is_told_once(fleet: Fleet, hcpc: Hcpc) -> None:
    names = [f"shop-{number}" for number in range(5)]
    bodies = [cluster("hostedcluster-progressing-upgrading", name) for name in names]
    why = "the API server has no HostedCluster of hypershift.openshift.io/v1beta1"
    made = [
        outcome(each[0], Came.FAILED, each[0]["metadata"]["name"], message=why) for each in bodies
    ]
    fleet.told("prod-fra1", round_of(made, [each[0] for each in bodies], commit=fleet.commit))
    said = [line for line in lines(hcpc()) if line.startswith("shop-") and ":" in line]
    assert said == [
        "shop-0: progressing for 1h: upgrading to 4.17.10 (and so it is with 4 more)",
        f"shop-0: HostedCluster clusters/shop-0: {why} (and so it is with 4 more)",
    ]
    fleet.told(
        "prod-fra1", round_of(made[1:], [each[0] for each in bodies[1:]], commit=fleet.commit)
    )
    assert len([line for line in lines(hcpc()) if line.startswith("shop-")]) == 4 + 2 * 4


def test_what_stopped_a_sync_is_shown(fleet: Fleet, hcpc: Hcpc) -> None:
    bodies = cluster("hostedcluster-healthy", "payments")
    files = fleet.told("prod-fra1", told_of(fleet, [bodies]))
    failed = Round("prod-fra1", NOW, NOW, fleet.commit, error="the tree is not whole")
    fleet.told("prod-fra1", failed, files)
    ran = hcpc("--fail-on", "lag")
    assert ran.exit_code == 1
    assert lines(ran)[-1] == "prod-fra1: the tree is not whole"
    assert "payments prod-fra1 4.17.9 healthy - - - 2m" in lines(ran)


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / "schemas/status-v1.json").read_bytes())
    return jsonschema.Draft202012Validator(schema)


def test_the_answer_for_programs_is_as_its_schema_says(fleet: Fleet, hcpc: Hcpc) -> None:
    two_management_clusters(fleet)
    ran = hcpc("-o", "json")
    answer = json.loads(ran.stdout)
    validator().validate(answer)
    assert answer["kind"] == "FleetStatus"
    api, payments, shop = answer["clusters"]
    assert payments["nodes"] == {"ready": 3, "wanted": 3}
    assert shop["nodes"] is None
    assert shop["version"] == {"current": "4.17.9", "desired": "4.17.10"}
    assert api["health"]["state"] == "degraded"
    assert api["revision"] == {"seen": fleet.commit, "applied": fleet.commit, "behind": 0}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"status: [", "line 2"),
        (b"\xff", "it is not UTF-8"),
        (b"kind: Fleet\n", "it is no ClusterStatus"),
        (b"", "it is no ClusterStatus"),
        (b"apiVersion: hcpc.dev/v2\nkind: ClusterStatus\n", "of version v2, which a newer hcpc"),
        (b"apiVersion: hcpc.dev/v1alpha1\nkind: ClusterStatus\nstatus: 1\n", "no `status`"),
        (b"apiVersion: hcpc.dev/v1alpha1\nkind: ClusterStatus\nstatus: {}\n", "it has no name"),
    ],
)
def test_a_document_that_cannot_be_read_is_told_and_the_others_are_shown(
    fleet: Fleet, hcpc: Hcpc, content: bytes, why: str
) -> None:
    bodies = cluster("hostedcluster-healthy", "payments")
    files = documents(told_of(fleet, [bodies]), None)
    fleet.tell("prod-fra1", {**files, "clusters/shop.yaml": content})
    ran = hcpc()
    assert ran.exit_code == 0
    assert "payments prod-fra1" in lines(ran)[1]
    assert ran.stderr.startswith("hcpc: prod-fra1: clusters/shop.yaml: ")
    assert why in ran.stderr
    assert hcpc("--fail-on", "degraded").exit_code == 1
    answer = json.loads(hcpc("-o", "json").stdout)
    validator().validate(answer)
    assert len(answer["faults"]) == 1


def test_fields_of_the_wrong_shape_count_as_not_there(fleet: Fleet, hcpc: Hcpc) -> None:
    head = "apiVersion: hcpc.dev/v1alpha1\nkind: ClusterStatus\nmetadata: {name: a, labels: [1]}\n"
    status = "{health: {state: wonderful}, version: 4, revision: [], drift: {}, nodePools: [1]}"
    summary = "apiVersion: hcpc.dev/v1alpha1\nkind: SyncStatus\nstatus: {alarms: 3, error: [x]}\n"
    files = {"clusters/a.yaml": f"{head}status: {status}\n".encode()}
    fleet.tell("mgmt", {**files, "summary.yaml": summary.encode()})
    ran = hcpc()
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert lines(ran)[1] == "a mgmt - unknown, not in git - - - -"
    validator().validate(json.loads(hcpc("-o", "json").stdout))


def test_what_would_change_the_terminal_is_shown_as_an_escape(fleet: Fleet, hcpc: Hcpc) -> None:
    head = "apiVersion: hcpc.dev/v1alpha1\nkind: ClusterStatus\n"
    text = head + 'metadata: {name: "a\\e[31m"}\nstatus: {error: "b\\e[2Jc"}\n'
    fleet.tell("mgmt", {"clusters/a.yaml": text.encode()})
    assert "\x1b" not in hcpc().output


def test_nothing_told_is_an_error(fleet: Fleet, hcpc: Hcpc) -> None:
    ran = hcpc()
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "no management cluster has told anything yet" in ran.stderr
    fleet.tell("mgmt", {"summary.yaml": b"["})
    ran = hcpc()
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "none of the status documents can be read" in ran.stderr


def test_a_management_cluster_that_tells_nothing_is_an_error(fleet: Fleet, hcpc: Hcpc) -> None:
    two_management_clusters(fleet)
    ran = hcpc("--management-cluster", "prod-fra3")
    assert ran.exit_code == 2
    assert "nothing is told of a management cluster prod-fra3; did you mean prod-fra" in ran.stderr


@pytest.mark.parametrize(
    "arguments", [("-l", "env"), ("-l", "=x"), ("--watch", "0"), ("--fail-on", "rain"), ("-x",)]
)
@pytest.mark.usefixtures("fleet")
def test_options_that_make_no_sense(hcpc: Hcpc, arguments: tuple[str, ...]) -> None:
    assert hcpc(*arguments).exit_code == 2


@pytest.mark.usefixtures("fleet")
def test_a_repository_that_is_not_there(
    hcpc: Hcpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = hcpc(f"file://{tmp_path}/nowhere")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("hcpc: ")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert "no git repository here or above" in hcpc().stderr


def test_a_clone_reads_what_its_origin_has_now(
    fleet: Fleet, hcpc: Hcpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(fleet.place), str(clone))
    two_management_clusters(fleet)
    monkeypatch.chdir(clone)
    assert len(lines(hcpc())) == 7


def test_what_only_the_clone_has_is_shown_too(
    fleet: Fleet, hcpc: Hcpc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(fleet.place), str(clone))
    healthy = cluster("hostedcluster-healthy", "payments", "nodepool-healthy")
    files = fleet.told("prod-fra1", told_of(fleet, [healthy]))
    own = Source(str(clone), directory=tmp_path / "own")
    for name in ("prod-fra1", "lab"):
        old = {path: content.replace(b"payments", b"mine") for path, content in files.items()}
        StatusRef(own, name).write(old, "status")
    monkeypatch.chdir(clone)
    ran = hcpc()
    assert [line.split()[:2] for line in lines(ran)[1:]] == [
        ["mine", "lab"],
        ["payments", "prod-fra1"],
    ]
    assert ran.stderr.startswith("hcpc: only this clone has the latest status of lab: ")
    assert hcpc("--management-cluster", "prod-fra1").stderr == ""
    later = round_of([], ended=NOW + timedelta(minutes=1), error="git cannot be read")
    StatusRef(own, "prod-fra1").write(documents(later, files), "status")
    assert hcpc("--management-cluster", "prod-fra1").stderr.startswith("hcpc: only this clone has")


def test_watching_shows_it_again_and_outlives_what_cannot_be_read(
    fleet: Fleet, hcpc: Hcpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 1:
            two_management_clusters(fleet)
        elif len(slept) == 3:
            raise SystemExit(130)

    monkeypatch.setattr(status, "sleep", sleep)
    ran = hcpc("--watch")
    assert (ran.exit_code, slept) == (130, [30, 30, 30])
    assert ran.stdout.count("CLUSTER") == 2
    assert "no management cluster has told anything yet" in ran.stderr


def test_colour_is_put_on_health_alone(fleet: Fleet, hcpc: Hcpc) -> None:
    two_management_clusters(fleet)
    assert "\x1b[1;31mdegraded\x1b[0m" in hcpc("--color", "always").stdout
    assert "\x1b" not in hcpc("--color", "never").stdout


def test_a_version_without_a_release_catalogue(fleet: Fleet, hcpc: Hcpc) -> None:
    bodies = cluster("hostedcluster-progressing-new", "fresh")
    fleet.told("prod-fra1", told_of(fleet, [bodies], data=SyncData()))
    assert "fresh prod-fra1 → ocp-release@9999999 " in lines(hcpc())[1]
