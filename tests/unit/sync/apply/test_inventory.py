"""The inventory: what is written is read back, and what is not ours to read is told."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sync.fake_cluster import FakeCluster
from tests.unit.sync.stage import namespace

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.inventory import (
    SHARDS,
    InventoryError,
    InventoryStore,
    Unreadable,
    decode,
    encode,
    shard_of,
)
from hcpc.sync.cluster.faults import OptimisticLockError
from hcpc.sync.records import Owned, Wave

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
OWNED = st.builds(
    Owned,
    ref=st.builds(
        ObjectRef, group=st.text(max_size=9), kind=NAMES, namespace=st.text(max_size=9), name=NAMES
    ),
    api_version=NAMES,
    uid=st.text(max_size=9),
    digest=st.text(max_size=9),
    fields=st.text(max_size=9),
    applied=st.text(max_size=9),
    cluster=st.text(max_size=9),
    wave=st.sampled_from(Wave),
    adopted=st.booleans(),
    doomed=st.booleans(),
    undone=st.integers(min_value=0, max_value=99),
)


def owned(name: str, uid: str = "u") -> Owned:
    ref = ObjectRef("", "ConfigMap", "clusters", name)
    return Owned(ref, "v1", uid, "d", "f", "2026-06-15T12:00:00Z", "a", Wave.CONFIG)


def store(cluster: FakeCluster) -> InventoryStore:
    made = InventoryStore(cluster, "mc", "hcpc-system")
    made.load()
    return made


def cluster() -> FakeCluster:
    made = FakeCluster()
    made.add(namespace("hcpc-system"))
    return made


@given(st.lists(OWNED, unique_by=lambda each: each.ref))
def test_what_is_written_is_read_back(members: list[Owned]) -> None:
    for shard in SHARDS:
        mine = [each for each in members if shard_of(each.ref) == shard]
        assert decode(encode(mine), shard) == sorted(mine, key=lambda each: each.ref)


def test_the_order_does_not_change_the_text() -> None:
    some = [owned(f"x{each}") for each in range(9)]
    assert encode(some) == encode(reversed(some))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense\n", "a line of it is damaged"),
        ("{}\n", "a line of it is damaged"),
        ("[]\n", "a line of it is damaged"),
        (encode([owned("a")]).replace('"name":"a"', '"name":7'), "not of this version"),
        (encode([owned("a")]).replace('"wave":2', '"wave":99'), "a line of it is damaged"),
        (encode([owned("a")]).replace("}\n", ',"more":1}\n'), "not of this version"),
        (encode([owned("a")]).replace("}\n", ',"adopted":1}\n'), "not of this version"),
        (encode([owned("a")]).replace("}\n", ',"undone":true}\n'), "not of this version"),
        (encode([owned("a")]).replace('"kind":"ConfigMap"', '"kind":""'), "names no object"),
        (encode([owned("a")]) * 2, "is in it twice"),
    ],
)
def test_what_we_did_not_write_is_unreadable(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        decode(text, shard_of(owned("a").ref))


def test_an_object_in_the_wrong_part_is_unreadable() -> None:
    other = next(each for each in SHARDS if each != shard_of(owned("a").ref))
    with pytest.raises(Unreadable, match="does not belong into it"):
        decode(encode([owned("a")]), other)


def test_only_parts_that_change_are_written() -> None:
    server = cluster()
    first = store(server)
    first.record({owned(f"x{each}").ref: owned(f"x{each}") for each in range(40)})
    server.written.clear()
    first.record({owned("x1").ref: owned("x1"), owned("x2").ref: owned("x2", "new")})
    assert [verb for verb, _ in server.written] == ["replace"]
    again = store(server)
    assert again.inventory == first.inventory
    assert again.inventory[owned("x2").ref].uid == "new"


def test_what_is_no_longer_owned_is_gone() -> None:
    server = cluster()
    first = store(server)
    first.record({owned("a").ref: owned("a")})
    first.record({owned("a").ref: None, owned("b").ref: None})
    assert first.inventory == {}
    assert store(server).inventory == {}


def test_two_writers_are_told_apart_from_an_answer_that_was_lost() -> None:
    server = cluster()
    store(server).record({owned("a").ref: owned("a")})
    one, other = store(server), store(server)
    one.record({owned("a").ref: owned("a", "one")})
    other.record({owned("a").ref: owned("a", "one")})  # that is what is there
    late = store(server)
    other.record({owned("a").ref: owned("a", "other")})
    with pytest.raises(InventoryError, match="only one sync may look after mc"):
        late.record({owned("a").ref: owned("a", "more")})


def test_two_that_begin_at_once_are_told() -> None:
    server = cluster()
    one, other = store(server), store(server)
    one.record({owned("a").ref: owned("a", "one")})
    with pytest.raises(InventoryError):
        other.record({owned("a").ref: owned("a", "other")})


def test_a_part_without_its_label_is_told_as_that() -> None:
    server = cluster()
    store(server).record({owned("a").ref: owned("a", "one")})
    (ref,) = [each for each in server.objects if each.name.startswith("hcpc-inventory")]
    del server.objects[ref]["metadata"]["labels"]
    with pytest.raises(InventoryError) as raised:
        store(server).record({owned("a").ref: owned("a", "other")})
    assert str(raised.value) == (
        f"ConfigMap hcpc-system/{ref.name} has lost its label `hcpc.dev/inventory: mc`, without "
        "which it is not found: put it back"
    )


def test_a_part_that_somebody_deleted_meanwhile_stops_us() -> None:
    server = cluster()
    mine = store(server)
    mine.record({owned("a").ref: owned("a")})
    for ref in [each for each in server.objects if "inventory" in each.name]:
        del server.objects[ref]
    with pytest.raises(InventoryError):
        mine.record({owned("a").ref: owned("a", "new")})


def test_a_full_part_is_refused_and_nothing_of_it_written() -> None:
    server = cluster()
    mine = store(server)
    large = owned("a")._replace(digest="x" * 1_000_001)
    with pytest.raises(InventoryError, match="is full"):
        mine.record({large.ref: large})
    assert server.written == []


def test_edited_parts_and_those_of_others_are_told() -> None:
    server = cluster()
    store(server).record({owned("a").ref: owned("a"), owned("c").ref: owned("c")})
    parts = [each for each in server.objects if "inventory" in each.name]
    assert len(parts) == 2
    server.objects[parts[0]]["data"]["format"] = "3"
    mine = store(server)
    assert "it is not of this version of hcpc" in mine.fault
    assert len(mine.inventory) == 1
    server.objects[parts[1]]["data"]["objects"] = ""
    assert "somebody edited it" in store(server).fault
    assert store(server).inventory == {}


def test_the_format_before_is_read_and_written_as_it_is_now() -> None:
    server = cluster()
    known = {each: owned(each) for each in ("kept", "doomed", "begun")}
    store(server).record({each.ref: each for each in known.values()})
    for part in [each for each in server.objects.values() if "format" in each.get("data", {})]:
        old = [
            line.replace('"digest":"d"', '"digest":""') if '"name":"kept"' not in line else line
            for line in part["data"]["objects"].splitlines(keepends=True)
        ]
        text = "".join(
            line.replace('"uid":"u"', '"uid":""') if '"name":"begun"' in line else line
            for line in old
        )
        digest = hashlib.sha256(text.encode()).hexdigest()
        part["data"] = {"format": "1", "sha256": digest, "objects": text}
    mine = store(server)
    assert mine.fault == ""
    assert [each.ref.name for each in mine.inventory.values() if each.doomed] == ["doomed"]
    assert len(mine.inventory) == 3
    mine.record({each.ref: owned(each.ref.name, "new") for each in known.values()})
    formats = {each["data"]["format"] for each in server.objects.values() if "data" in each}
    assert formats == {"2"}
    assert store(server).inventory == mine.inventory


def test_the_guests_are_remembered() -> None:
    server = cluster()
    mine = store(server)
    mine.record_guests(["b", "a"])
    server.written.clear()
    again = store(server)
    assert again.guests == {"a", "b"}
    again.record_guests(["a", "b"])
    assert server.written == []
    assert again.inventory == {}


def test_a_lock_that_another_takes_in_between_is_no_answer_of_ours() -> None:
    server = cluster()
    mine = store(server)
    mine.record({owned("a").ref: owned("a")})

    def fault(verb: str, ref: ObjectRef) -> None:
        if verb == "replace":
            raise OptimisticLockError(f"{ref} was changed", status=409)

    server.fault = fault
    with pytest.raises(InventoryError):
        mine.record({owned("a").ref: owned("a", "new")})


def test_another_inventory_beside_it_is_known_but_not_ours() -> None:
    shared = cluster()
    mine, theirs = store(shared), InventoryStore(shared, "other", "hcpc-system")
    theirs.load()
    mine.record({owned("a").ref: owned("a", uid="mine")})
    theirs.record({owned("b").ref: owned("b", uid="theirs")})
    again = store(shared)
    assert {each.uid for each in again.inventory.values()} == {"mine"}
    assert again.elsewhere == {"theirs": "other"}
