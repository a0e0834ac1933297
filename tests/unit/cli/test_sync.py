"""`hcpc sync` and `hcpc diff --live`: options, exit codes, and who hears of a round."""

import io
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.sync.rounds import COMMIT, CREATED, FAILED, PAUSED, UNCHANGED, observed, round_of

from hcpc.cli import sync_options, syncing
from hcpc.sync.errors import StatusError, SyncError
from hcpc.sync.events import OutcomeMade
from hcpc.sync.guest_door import open_guest
from hcpc.sync.records import Difference, Limits, Result, Round
from hcpc.sync.settings import RoundSettings

SOURCE = "https://git.example.com/org/fleet.git"
HERE = ("sync", SOURCE, "--management-cluster", "mgmt-1")


def nothing() -> None:
    """Happens during a round, if nothing else does."""


class Lease:
    """Had when it is asked for, unless another one `holder` has it or it is `fault`y."""

    name, namespace = "hcpc-sync-mgmt-1", "hcpc-system"

    def __init__(self) -> None:
        self.holder = self.fault = ""
        self.is_leader = False
        self.asked: list[bool] = []
        self.released = 0
        self.cluster = SimpleNamespace(under=lambda time_left: ("under", time_left))

    def time_left(self) -> float:
        """Long."""
        return 9.0 * self.is_leader

    def acquire(self, stop: threading.Event, *, waits: bool = True) -> bool:
        """Notes whether one would wait."""
        self.asked.append(waits)
        self.is_leader = not (stop.is_set() or self.holder or self.fault)
        if waits and not self.is_leader:
            signal.raise_signal(signal.SIGTERM)
            assert stop.wait(10)
        return self.is_leader

    def release(self) -> None:
        """Nobody has it."""
        self.is_leader = False
        self.released += 1


class Stage:
    """Fakes in the places of git, the cluster and the round, and what they were asked."""

    def __init__(self) -> None:
        self.result: Round | Exception = round_of(UNCHANGED)
        self.settings: list[RoundSettings] = []
        self.sources: list[tuple[str, dict[str, Any]]] = []
        self.connected: list[tuple[Any, ...]] = []
        self.written: list[tuple[dict[str, bytes], str]] = []
        self.status_fault = ""
        self.lease = Lease()
        self.candidates: list[tuple[Any, ...]] = []
        self.on_round: Callable[[], None] = nothing

    def run_round(self, settings: RoundSettings) -> Round:
        """The round that was given."""
        self.settings.append(settings)
        if isinstance(self.result, Exception):
            raise self.result
        for outcome in self.result.outcomes:
            settings.on_event(OutcomeMade(outcome))
        self.on_round()
        return self.result._replace(dry_run=settings.dry_run)

    def source(self, url: str, **named: Any) -> SimpleNamespace:
        """A source that is never asked."""
        self.sources.append((url, named))
        return SimpleNamespace(shown=url)

    def connect(self, *given: Any, **named: Any) -> AbstractContextManager[SimpleNamespace]:
        """A cluster that is never asked."""
        self.connected.append((*given, named))
        return nullcontext(SimpleNamespace(cluster=None))

    def candidate(self, *given: Any) -> Lease:
        """The one lease."""
        self.candidates.append(given)
        return self.lease

    def status_ref(self, _source: Any, name: str) -> SimpleNamespace:
        """Keeps what is written."""

        def read() -> None:
            if self.status_fault:
                raise StatusError(self.status_fault)

        def write(files: dict[str, bytes], message: str, *_: Any) -> str:
            self.written.append((files, f"{name}: {message}"))
            return "c0ffee"

        return SimpleNamespace(read=read, write=write)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    found = Stage()
    monkeypatch.setattr(syncing, "run_round", found.run_round)
    monkeypatch.setattr(syncing, "Source", found.source)
    monkeypatch.setattr(syncing, "connect", found.connect)
    monkeypatch.setattr(syncing, "candidate", found.candidate)
    monkeypatch.setattr(syncing, "StatusRef", found.status_ref)
    monkeypatch.setattr(syncing, "documents", lambda *_, **__: {"summary.yaml": b""})
    for name in ("HCPC_FORGE_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return found


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (round_of(CREATED, UNCHANGED), 0),
        (round_of(FAILED), 1),
        (round_of(PAUSED), 1),
        (round_of(UNCHANGED, prune_stopped="too many"), 1),
        (round_of(UNCHANGED, guests={"demo": round_of(error="no answer")}), 1),
        (round_of(error="git cannot be read"), 2),
        (SyncError("there is no kubeconfig"), 2),
    ],
)
def test_the_exit_code_of_one_round_is_its_result(
    stage: Stage, run: Run, result: Round | Exception, code: int
) -> None:
    stage.result = result
    assert run(*HERE, "--once").code == code


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (round_of(UNCHANGED, PAUSED), 0),
        (round_of(CREATED), 1),
        (round_of(error="git cannot be read"), 2),
    ],
)
@pytest.mark.parametrize("arguments", [(*HERE, "--dry-run"), ("diff", "--live", *HERE[1:])])
def test_a_dry_run_and_a_comparison_end_like_diff(
    stage: Stage, run: Run, arguments: tuple[str, ...], result: Round, code: int
) -> None:
    stage.result = result
    ran = run(*arguments)
    assert ran.code == code
    assert stage.settings[0].dry_run
    assert stage.written == []
    assert ("hcpc: git cannot be read\n" in ran.err) is (code == 2)


def test_a_round_is_told_and_its_status_is_written(stage: Stage, run: Run) -> None:
    stage.result = round_of(CREATED)
    ran = run(*HERE, "--once")
    assert ran.out.startswith("mgmt-1 at 012345678: 12.0 s, 34 requests\n")
    assert ran.err == ""
    assert [words for _, words in stage.written] == ["mgmt-1: mgmt-1: applied at 012345678"]


def test_what_goes_wrong_is_told_as_it_goes(stage: Stage, run: Run) -> None:
    stage.result = round_of(FAILED)
    ran = run(*HERE, "--once")
    assert ran.err.startswith("  failed ConfigMap clusters/config: ")


@pytest.mark.parametrize(
    ("arguments", "dry_run"),
    [
        ((*HERE, "--dry-run"), True),
        (("diff", "--live", *HERE[1:]), True),
        (("diff", "--live", *HERE[1:], "-o", "json"), True),
        ((*HERE, "--once"), False),
    ],
)
def test_what_a_config_map_holds_is_told_at_a_terminal_only(
    stage: Stage,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    dry_run: bool,  # noqa: FBT001
) -> None:
    motd = Difference(("data", "motd"), "hello", "bye", is_private=True)
    action = CREATED.action._replace(observed=observed(CREATED.action.ref))
    changed = CREATED._replace(result=Result.CONFIGURED, action=action, differences=(motd,))
    stage.result = round_of(changed, dry_run=dry_run)
    told = run(*arguments).out
    assert "motd" in told
    assert "hello" not in told
    monkeypatch.setattr(syncing, "_is_person", lambda: True)
    assert ("hello" in run(*arguments).out) is dry_run


def test_programs_get_json_and_nothing_else(stage: Stage, run: Run) -> None:
    assert json.loads(run(*HERE, "--once", "-o", "json").out)["commit"] == COMMIT
    assert json.loads(run("diff", "--live", *HERE[1:], "-o", "json").out)["kind"] == "LiveDiff"
    assert len(stage.settings) == 2


def test_a_status_that_cannot_be_written_is_told_and_fails_no_round(stage: Stage, run: Run) -> None:
    stage.status_fault = "the remote is gone"
    ran = run(*HERE, "--once")
    assert ran.code == 0
    assert ran.err == "hcpc: the status cannot be written to git: the remote is gone\n"


def test_what_stops_both_the_round_and_its_status_is_told_once(stage: Stage, run: Run) -> None:
    stage.result = round_of(error="the remote is gone")
    stage.status_fault = "the remote is gone"
    assert run(*HERE, "--once").err == "hcpc: the remote is gone\n"


def test_without_status_none_is_written(stage: Stage, run: Run) -> None:
    assert run(*HERE, "--once", "--no-status").code == 0
    assert stage.written == []


def test_options_reach_the_round(stage: Stage, run: Run, tmp_path: Path) -> None:
    signers = tmp_path / "signers"
    signers.write_text("")
    options = (
        *("--path", "deep/mgmt-9", "--revision", "v1", "-n", "own", "--no-guests", "--no-prune"),
        *("--prune-count", "5", "--prune-percent", "7", "--force-conflicts", "--once"),
        *("--stuck-after", "90m", "--left-alone-for", "2d", "--concurrency", "3", "--timeout", "9"),
        *("--recreate", "clusters/a", "--recreate", "clusters/b", "--verify-ssh", signers),
        *("--directory", tmp_path / "copy", "--context", "prod", "--allow-rewind", "a" * 40),
    )
    assert run("sync", SOURCE, *options).code == 0
    (settings,) = stage.settings
    assert settings.management_cluster == "mgmt-9"
    assert settings.path == "deep/mgmt-9"
    assert (settings.namespace, settings.guests, settings.concurrency) == ("own", False, 3)
    assert settings.allow_rewind == "a" * 40
    assert settings.limits == Limits(
        prune=False,
        prune_count=5,
        prune_percent=7,
        force_conflicts=True,
        stuck_after=5400,
        left_alone_for=2 * 86400,
        recreate=frozenset({"clusters/a", "clusters/b"}),
    )
    ((url, named),) = stage.sources
    assert (url, named["revision"], named["timeout"]) == (SOURCE, "v1", 9)
    assert named["directory"] == tmp_path / "copy"
    assert named["verify"] == ("ssh", signers)
    ((kubeconfig, context, how),) = stage.connected
    assert (kubeconfig, context, how["concurrency"], how["timeout"]) == (None, "prod", 3, 9)
    assert how["stop"] is settings.stop


def test_a_commit_that_is_named_in_full_may_be_older(stage: Stage, run: Run) -> None:
    run(*HERE, "--once", "--revision", "b" * 40)
    run("diff", "--live", *HERE[1:])
    run(*HERE, "--once")
    assert [each.allow_rewind for each in stage.settings] == ["b" * 40, "any", ""]


def test_without_options_all_is_as_limits_say(stage: Stage, run: Run) -> None:
    run(*HERE, "--once")
    (settings,) = stage.settings
    assert settings.limits == Limits()
    assert (settings.path, settings.namespace) == ("rendered/mgmt-1", "hcpc-system")


def test_every_option_comes_from_the_environment_too(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SOURCE": SOURCE,
        "MANAGEMENT_CLUSTER": "mgmt-7",
        "ONCE": "true",
        "PRUNE": "false",
        "STUCK_AFTER": "1h",
        "RECREATE": "clusters/a clusters/b",
        "FORMAT": "json",
        "STATUS": "no",
    }.items():
        monkeypatch.setenv(f"HCPC_SYNC_{name}", value)
    assert json.loads(run("sync").out)["kind"] == "SyncReport"
    (settings,) = stage.settings
    assert settings.management_cluster == "mgmt-7"
    assert (settings.limits.prune, settings.limits.stuck_after) == (False, 3600)
    assert settings.limits.recreate == {"clusters/a", "clusters/b"}
    assert stage.written == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "name the management cluster with --management-cluster, or its tree with --path"),
        (("--path", "../x"), "--path is a directory in the repository, told from its top"),
        (("--path", "/x"), "--path is a directory in the repository, told from its top"),
        (("--management-cluster", "A B"), "cannot be the name of a management cluster"),
        (("--path", "x", "--interval", "soon"), "'soon' is no duration such as 30s, 5m, 2h or 1d"),
        (("--path", "x", "--interval", "0"), "at least 1 seconds"),
        (("--path", "x", "--moved-here"), "is for one round: use it with --once or --dry-run"),
        (("--path", "x", "--recreate", "demo"), "is no NAMESPACE/NAME of a hosted cluster"),
        (("--path", "x", "--allow-rewind", "abc1234"), "is no commit in full"),
        (("--path", "x", "--status-identity", "me"), "is no `NAME <EMAIL>`"),
        (("--path", "x", "--verify-ssh", __file__, "--verify-gpg", __file__), "not both"),
        (("--path", "x", "--listen", "8080"), "'8080' is no ADDRESS:PORT"),
        (("--path", "x", "--trigger", "0.0.0.0:0"), "only a loopback address may begin rounds"),
        (("--path", "x", "--trigger", ":0"), "only a loopback address may begin rounds"),
        (("--path", "x", "--forge", "github", "--forge-api", "http://a.b"), "begin with https://"),
        (("--path", "x", "--forge-api", "https://a.b"), "--forge-api needs --forge github"),
        (("--path", "x", "--forge", "gitlab"), "needs a token in HCPC_FORGE_TOKEN"),
    ],
)
def test_what_cannot_be_meant_is_told(
    stage: Stage, run: Run, options: tuple[str, ...], says: str
) -> None:
    ran = run("sync", SOURCE, *options)
    assert ran.code == 2
    assert says in " ".join(ran.err.split())
    assert stage.settings == []


@pytest.mark.parametrize("how", ["--once", "--dry-run"])
def test_a_round_knows_the_status_before_it_and_whether_the_cluster_moved(
    stage: Stage, run: Run, how: str
) -> None:
    run(*HERE, how)
    run(*HERE, how, "--moved-here", "--no-status")
    first, second = stage.settings
    assert first.status is not None
    assert first.moved_here is False
    assert (second.status, second.moved_here) == (None, True)


def test_a_source_that_is_not_there_is_told(stage: Stage, run: Run, tmp_path: Path) -> None:
    bare = tmp_path / "fleet.git"
    bare.mkdir()
    (bare / "HEAD").touch()
    ran = run("sync", "flet", *HERE[2:])
    assert ran.code == 2
    assert "there is no directory flet, and it is no URL" in " ".join(ran.err.split())
    assert stage.settings == []
    ran = run("sync", ".", *HERE[2:])
    assert (ran.code, "is in no git repository" in " ".join(ran.err.split())) == (2, True)
    assert stage.settings == []
    for source in ("git@git.example.com:fleet.git", bare):
        assert run("sync", source, *HERE[2:], "--once").code == 0


def test_an_empty_home_is_none(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HCPC_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "")
    ran = run(*HERE, "--once")
    assert ran.code == 2
    assert "there is no home directory: say with HCPC_CACHE_DIR" in " ".join(ran.err.split())
    assert stage.settings == []


def test_a_place_in_a_work_tree_stands_for_its_top(stage: Stage, run: Run, tmp_path: Path) -> None:
    (tmp_path / "fleet" / ".git").mkdir(parents=True)
    (tmp_path / "fleet" / "clusters").mkdir()
    run("diff", "--live", "--path", "x", cwd=tmp_path / "fleet" / "clusters")
    assert stage.sources[0][0] == str(tmp_path / "fleet")


def test_two_repositories_are_kept_apart(stage: Stage, run: Run, tmp_path: Path) -> None:
    run(*HERE, "--once")
    run("sync", f"{SOURCE}2", *HERE[2:], "--once")
    first, second = (named["directory"] for _, named in stage.sources)
    assert first != second
    assert first.parent == second.parent == tmp_path / "cache" / "sync"


@pytest.mark.parametrize(
    "words", [("sync", SOURCE, "--path", "x"), ("diff", SOURCE, "--live", "--path", "x")]
)
def test_missing_packages_are_told_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    def spec(name: str) -> object | None:
        return None if name == "kubernetes" else object()

    monkeypatch.setattr(sync_options, "find_spec", spec)
    what = "hcpc sync" if words[0] == "sync" else "hcpc diff --live"
    ran = run(*words)
    sentence = f"{what} needs more packages: pip install 'hcpc[sync]'"
    assert (ran.code, ran.out, ran.err) == (2, "", f"hcpc: {sentence}\n")


def test_diff_without_live_says_that_it_cannot_yet(run: Run) -> None:
    sentence = "hcpc diff cannot compare revisions yet; --live compares git with a cluster"
    ran = run("diff")
    assert (ran.code, ran.out, ran.err) == (2, "", f"hcpc: {sentence}\n")


def test_help_needs_no_package() -> None:
    probe = (
        "import sys\n"
        "for name in ('kubernetes', 'prometheus_client', 'urllib3'): sys.modules[name] = None\n"
        "from hcpc.cli import main; sys.argv[1:] = sys.argv[1:] + ['--help']; main()"
    )
    for name in ("sync", "diff"):
        ran = subprocess.run(
            [sys.executable, "-c", probe, name],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ran.stdout.startswith(f"Usage: -c {name}") or ran.stdout.startswith("Usage: hcpc")


@pytest.mark.usefixtures("stage")
def test_a_commit_status_is_written_only_with_a_token(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Any, ...]] = []

    class Forge:
        def __init__(self, where: Any, token: str) -> None:
            told.append((*where, token))

        def tell(self, commit: str, _statuses: Any) -> str:
            told.append((commit,))
            return "no answer"

    monkeypatch.setattr(syncing, "HttpForge", Forge)
    arguments = ("sync", "git@github.com:org/fleet.git", "--management-cluster", "mgmt-1", "--once")
    run(*arguments)
    assert told == []
    monkeypatch.setenv("GITHUB_TOKEN", "t0ken")
    run(*arguments, "--forge", "none")
    run(*arguments, "--dry-run")
    assert told == []
    ran = run(*arguments)
    assert told == [("github", "https://api.github.com", "org/fleet", "t0ken"), (COMMIT,)]
    assert (ran.code, ran.err) == (0, "hcpc: no answer\n")


def test_who_writes_holds_the_lease_for_that_long(stage: Stage, run: Run) -> None:
    held: list[object] = []
    stage.on_round = lambda: held.append((stage.lease.is_leader, stage.settings[-1].may_write()))
    assert run(*HERE, "-n", "own", "--once").code == 0
    assert held == [(True, True)]
    assert stage.candidates == [(None, "mgmt-1", "own", 60.0)]
    assert (stage.lease.is_leader, stage.lease.released, stage.lease.asked) == (False, 1, [False])
    (settings,) = stage.settings
    assert not settings.may_write()
    cluster = cast("Any", settings.cluster)
    assert cluster == ("under", stage.lease.time_left), "also in each attempt of a write"
    guest = cast("partial[Any]", settings.connect_guest)
    assert (guest.func, guest.keywords) == (open_guest, {"time_left": stage.lease.time_left})


@pytest.mark.parametrize("arguments", [(*HERE, "--dry-run"), ("diff", "--live", *HERE[1:])])
def test_who_writes_nothing_needs_no_lease(
    stage: Stage, run: Run, arguments: tuple[str, ...]
) -> None:
    stage.lease.holder = "the-daemon"
    assert run(*arguments).code == 0
    assert (stage.candidates, stage.lease.asked) == ([], [])
    assert stage.settings[0].cluster is None


@pytest.mark.parametrize("options", [("--once",), ()])
def test_beside_another_that_writes_no_round_begins(
    stage: Stage, run: Run, options: tuple[str, ...]
) -> None:
    stage.lease.holder = "the-daemon"
    ran = run(*HERE, *options)
    assert ran.code == 2
    assert (
        "hcpc: another sync writes here: the-daemon holds the Lease hcpc-system/hcpc-sync-mgmt-1; "
        "end that one first, or wait for it with --leader-elect\n"
    ) in ran.err
    assert (stage.settings, stage.lease.asked, stage.lease.released) == ([], [False], 1)


@pytest.mark.parametrize(("options", "code"), [(("--once",), 143), ((), 0)])
def test_a_replica_waits_for_the_other(
    stage: Stage, run: Run, options: tuple[str, ...], code: int
) -> None:
    stage.lease.holder = "the-daemon"
    ran = run(*HERE, *options, "--leader-elect")
    assert ran.code == code
    assert (stage.settings, stage.lease.asked) == ([], [True])


def test_when_nobody_knows_who_writes_a_single_round_writes_nothing_and_tells(
    stage: Stage, run: Run
) -> None:
    """It cannot read the cluster either; git hears of that, unless another one is known to lead."""
    stage.lease.fault = "the API server cannot be reached"
    stage.result = round_of(error="the API server cannot be reached", before={"a": b""})
    assert run(*HERE, "--once").code == 2
    (settings,) = stage.settings
    assert not settings.may_write()
    assert len(stage.written) == 1
    stage.lease.holder = "the-daemon"
    assert run(*HERE, "--once").code == 2
    assert len(stage.written) == 1


def test_a_daemon_waits_for_a_server_that_is_away(stage: Stage, run: Run) -> None:
    stage.lease.fault = "the API server cannot be reached"
    assert run(*HERE).code == 0
    assert stage.lease.asked == [False, True]


def test_a_signal_ends_a_single_round_with_its_own_code(stage: Stage, run: Run) -> None:
    stage.result = round_of(error="asked to end")

    def stop() -> None:
        signal.raise_signal(signal.SIGTERM)
        assert stage.settings[0].stop.wait(10)

    stage.on_round = stop
    ran = run(*HERE, "--once")
    assert ran.code == 143
    assert "hcpc: stopped by a signal; what was in hand is done\n" in ran.err
    assert stage.written == []


def test_the_daemon_runs_until_a_signal_and_ends_well(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = threading.Semaphore(0)

    def stop_after_two() -> None:
        rounds.release()
        if len(stage.settings) == 2:
            signal.raise_signal(signal.SIGTERM)
            assert stage.settings[0].stop.wait(10)
        else:
            signal.raise_signal(signal.SIGHUP)

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    stage.on_round = stop_after_two
    log = sys.stderr
    ran = run(*HERE, "--log", "json", "--listen", "127.0.0.1:0", "--trigger", "127.0.0.1:0")
    assert isinstance(log, io.StringIO)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        *("started", "lease-acquired"),
        *("round-started", "round-ended", "status-written"),
        *("round-started", "round-ended", "status-written"),
        *("stopping", "stopped"),
    ]
    assert [line["why"] for line in lines if "why" in line] == ["start", "asked"]
    assert (lines[0]["source"], lines[0]["management_cluster"]) == (SOURCE, "mgmt-1")
    assert lines[0]["listen"].startswith("127.0.0.1:")
    assert lines[-2]["signal"] == "SIGTERM"
    assert ran.code == 0
