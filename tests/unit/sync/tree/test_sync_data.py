"""`sync.yaml` is read strictly: what a newer compiler may have written is not passed over."""

from typing import Any

import pytest

from hcpc.diagnostics.waived import Answered
from hcpc.emit.sync_data import SyncBundle, sync_files
from hcpc.kube.object_ref import ObjectRef
from hcpc.resolve.tombstones import Buried
from hcpc.resolve.tombstones import Tombstone as Written
from hcpc.sync.errors import TreeError
from hcpc.sync.records import SyncData, Tombstone, WaiverInForce
from hcpc.sync.tree.sync_data import SYNC_DATA, read_sync_data

HEAD = "apiVersion: hcpc.dev/v1alpha1\nkind: SyncData\nmanagementCluster: mgmt\n"
HYPERSHIFT = "hypershift.openshift.io"
TEXT = f"""{HEAD}
releases: {{image: 4.20.1}}
tombstones:
- {{group: {HYPERSHIFT}, kind: HostedCluster, namespace: clusters, name: a, owner: me, reason: old}}
- {{group: {HYPERSHIFT}, kind: NodePool, namespace: clusters, cluster: a, owner: me, reason: old}}
- {{kind: Namespace, name: b, owner: me, reason: empty}}
guestTombstones:
  a:
  - {{kind: Namespace, name: c, owner: me, reason: moved}}
waivers:
- {{cluster: a, rule: HCP1421, owner: me, reason: soon, expires: 2026-12-31}}
"""


def test_all_of_it_is_read() -> None:
    pools = ObjectRef(HYPERSHIFT, "NodePool", "clusters", "")
    assert read_sync_data(TEXT.encode(), "mgmt") == SyncData(
        {"image": "4.20.1"},
        (
            Tombstone(ObjectRef(HYPERSHIFT, "HostedCluster", "clusters", "a"), "old", "me"),
            Tombstone(pools, "old", "me", "a"),
            Tombstone(ObjectRef("", "Namespace", "", "b"), "empty", "me"),
        ),
        {"a": (Tombstone(ObjectRef("", "Namespace", "", "c"), "moved", "me"),)},
        (WaiverInForce("a", "HCP1421", "me", "soon", "2026-12-31"),),
    )


def test_what_the_compiler_writes_is_read() -> None:
    nowhere: Any = None  # where it is written does not get there
    graves = [
        Buried("mgmt", "", "HostedCluster", "clusters", "a"),
        Buried("mgmt", "", "Namespace", "", "b"),
        Buried("mgmt", "a", "Namespace", "", "c"),
    ]
    reasons = ("old", "empty", "moved")
    stones = [Written(*each, nowhere) for each in zip(graves, ["me"] * 3, reasons, strict=True)]
    answered = (Answered("a", "HCP1421", "me", "soon", "2026-12-31"),)
    bundle = SyncBundle("mgmt", {"image": "4.20.1"}, tuple(stones), answered)
    written = sync_files(bundle)[f"mgmt/{SYNC_DATA}"].encode()
    assert read_sync_data(written, "mgmt") == read_sync_data(TEXT.encode(), "mgmt")


def test_nothing_said_is_nothing() -> None:
    assert read_sync_data(HEAD.encode(), "mgmt") == SyncData()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "it is no SyncData"),
        ("- 1\n", "it is no SyncData"),
        (f"{TEXT}---\n{TEXT}", "it is no SyncData"),
        ("a: [\n", "it is no YAML"),
        (TEXT.replace("v1alpha1", "v1"), "it is no SyncData of `hcpc.dev/v1alpha1`"),
        (TEXT.replace("SyncData", "Other"), "it is no SyncData of"),
        (TEXT.replace("mgmt", "other"), "its `managementCluster` is not `mgmt`"),
        (TEXT.replace("managementCluster: mgmt\n", ""), "its `managementCluster` is not `mgmt`"),
        (f"{TEXT}more: 1\n", "`more` is not known here: a newer hcpc may have written it"),
        (TEXT.replace("owner: me, reason: old", "owner: me"), "of `tombstones` has no `reason`"),
        (TEXT.replace("name: a, ", ""), "an item of `tombstones` has no `name`"),
        (TEXT.replace("name: a, ", "name: a, cluster: a, "), "`name` in `tombstones` is not known"),
        (TEXT.replace("rule: HCP1421, ", ""), "an item of `waivers` has no `rule`"),
        (TEXT.replace("kind: Namespace, name: c", "name: c"), "`guestTombstones` has no `kind`"),
        (f"{HEAD}releases: []\n", "`releases` has no mapping"),
        (f"{HEAD}releases: {{a: 4.20}}\n", "`releases` has something that is no text"),
        (f"{HEAD}tombstones: {{}}\n", "`tombstones` is no list"),
        (f"{HEAD}guestTombstones: []\n", "`guestTombstones` is no mapping"),
        (f"{HEAD}waivers: [1]\n", "`waivers` has no mapping"),
    ],
)
def test_whatever_is_not_known_is_refused(content: str, what: str) -> None:
    with pytest.raises(TreeError) as raised:
        read_sync_data(content.encode(), "mgmt")
    assert what in str(raised.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(TreeError, match="it is not UTF-8"):
        read_sync_data(b"\xff", "mgmt")
