"""A revision that goes back is not applied; one that goes on is, whatever became of the branch."""

import pytest
from tests.unit.sync.stage import Stage, config_map, results, small_tree

from hcpc.sync.records import Commit, Result
from hcpc.sync.rewind import RewindError, refuse_rewind
from hcpc.sync.settings import ANY_COMMIT

LATEST = Commit("b" * 40, 2000)
OLDER = Commit("a" * 40, 1999)
KEPT = "hcpc-inventory-mc-latest"


def applied() -> Stage:
    """The small tree, applied at c1."""
    stage = Stage()
    stage.publish(small_tree())
    assert not stage.sync().error
    return stage


def gone_back(stage: Stage) -> None:
    """A commit c2 that is older than c1 and wants something else."""
    stage.publish({**small_tree(), "operator/more.yaml": config_map("more")})
    stage.repository.seconds -= 1


def test_an_older_commit_is_refused_with_what_to_do() -> None:
    with pytest.raises(RewindError) as refused:
        refuse_rewind(LATEST, OLDER)
    assert str(refused.value) == (
        "commit aaaaaaaaa of 1970-01-01 00:33:19Z goes back behind bbbbbbbbb of 1970-01-01 "
        "00:33:20Z, which was applied already; nothing is applied. Commit anew, or allow it with "
        f"--allow-rewind {'a' * 40}"
    )


@pytest.mark.parametrize(
    ("latest", "now", "allowed"),
    [
        (None, OLDER, ""),
        (LATEST, LATEST, ""),
        (LATEST, Commit("c" * 40, 2000), ""),  # moved by force, in the same second
        (LATEST, Commit("c" * 40, 3000), ""),
        (LATEST, OLDER._replace(parents=("c" * 40, LATEST.id)), ""),  # a clock that is late
        (LATEST, OLDER, OLDER.id),
        (LATEST, OLDER, ANY_COMMIT),
    ],
)
def test_all_others_pass(latest: Commit | None, now: Commit, allowed: str) -> None:
    refuse_rewind(latest, now, allowed)


def test_leave_for_one_commit_is_none_for_another() -> None:
    with pytest.raises(RewindError):
        refuse_rewind(LATEST, OLDER, "c" * 40)


def test_a_time_that_nobody_can_write_is_refused_all_the_same() -> None:
    with pytest.raises(RewindError, match="of no time that there is"):
        refuse_rewind(Commit("b" * 40, 999_999_999_999), OLDER)


def test_a_round_that_would_go_back_writes_nothing() -> None:
    stage = applied()
    gone_back(stage)
    for dry_run in (False, True):
        found = stage.sync(dry_run=dry_run)
        assert "goes back behind c1" in found.error
        assert found.outcomes == ()
        assert "not read" not in str(found.health)
        assert stage.cluster.written == []


def test_a_round_that_may_go_back_does_and_goes_on_from_there() -> None:
    stage = applied()
    gone_back(stage)
    assert results(stage.sync(allow_rewind="c2"))["more"] == Result.CREATED
    stage.publish(small_tree())
    assert not stage.sync().error


def test_what_was_applied_is_written_down_once() -> None:
    stage = applied()
    found = stage.sync()
    assert not found.error
    assert stage.cluster.written == []
    stage.publish(small_tree())
    stage.repository.seconds += 5
    stage.sync()
    assert [ref.name for _, ref in stage.cluster.written] == [KEPT]


def test_a_dry_run_and_a_round_that_does_not_lead_write_nothing_down() -> None:
    stage = Stage()
    stage.publish(small_tree())
    stage.sync(dry_run=True)
    stage.sync(may_write=lambda: False)
    assert stage.cluster.written == []


def test_who_edits_what_was_applied_stops_the_rounds() -> None:
    stage = applied()
    (kept,) = [each for each in stage.cluster.objects.values() if each["metadata"]["name"] == KEPT]
    kept["data"]["objects"] = "c0 1\n"
    gone_back(stage)
    found = stage.sync()
    assert f"{KEPT} is not readable: somebody edited it" in found.error
    assert stage.cluster.written == []
