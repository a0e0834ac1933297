"""What is taken back from another manager, and what is a conflict that people solve."""

import pytest

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.drift import dated, is_drift
from hcpc.sync.records import Desired, FieldOwner, Owned, Wave

REF = ObjectRef("", "ConfigMap", "clusters", "a")
APPLIED = "2026-06-15T12:00:00Z"
EARLIER, LATER = "2026-06-15T11:59:59Z", "2026-06-15T12:00:01Z"
OWNED = Owned(REF, "v1", "uid", "digest", "fields", APPLIED, "", Wave.CONFIG)


def desired(digest: str) -> Desired:
    return Desired(REF, "v1", {}, digest, Wave.CONFIG, "", "operator/x.yaml")


@pytest.mark.parametrize(
    ("digest", "owners", "drift"),
    [
        ("digest", [FieldOwner("edit", "Update", EARLIER)], True),
        ("digest", [FieldOwner("edit", "Update", "")], True),
        ("other", [FieldOwner("edit", "Update", LATER)], True),
        ("other", [FieldOwner("edit", "Update", APPLIED)], False),
        ("other", [FieldOwner("edit", "Update", EARLIER)], False),
        ("other", [FieldOwner("edit", "Update", "")], False),
        ("digest", [FieldOwner("argocd", "Apply", LATER)], False),
        ("digest", [FieldOwner("who", "", LATER)], False),
        (
            "digest",
            [FieldOwner("edit", "Update", LATER), FieldOwner("argocd", "Apply", LATER)],
            False,
        ),
        (
            "other",
            [FieldOwner("edit", "Update", LATER), FieldOwner("old", "Update", EARLIER)],
            False,
        ),
    ],
)
def test_who_took_a_field_from_us(digest: str, owners: list[FieldOwner], drift: bool) -> None:  # noqa: FBT001
    assert is_drift(desired(digest), OWNED, "uid", owners) is drift


@pytest.mark.parametrize(
    ("owned", "uid"),
    [(None, "uid"), (OWNED._replace(uid=""), "uid"), (OWNED, "another")],
)
def test_nothing_was_taken_that_was_not_ours(owned: Owned | None, uid: str) -> None:
    assert not is_drift(desired("digest"), owned, uid, [FieldOwner("edit", "Update", LATER)])


def test_without_a_time_of_ours_only_the_same_manifest_tells() -> None:
    unknown = OWNED._replace(applied="")
    assert not is_drift(desired("other"), unknown, "uid", [FieldOwner("edit", "Update", LATER)])
    assert is_drift(desired("digest"), unknown, "uid", [FieldOwner("edit", "Update", LATER)])


def test_a_time_that_the_server_does_not_say_is_that_of_the_oldest_entry() -> None:
    asked = [FieldOwner("edit", "Update", ""), FieldOwner("edit", "Apply", EARLIER)]
    known = [FieldOwner("edit", "Update", LATER), FieldOwner("edit", "Update", APPLIED)]
    assert list(dated(asked, known)) == [
        FieldOwner("edit", "Update", APPLIED),
        FieldOwner("edit", "Apply", EARLIER),
    ]
    assert list(dated([FieldOwner("who", "Update", "")], known)) == [
        FieldOwner("who", "Update", "")
    ]
