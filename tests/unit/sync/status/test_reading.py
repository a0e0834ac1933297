"""Status documents are read whatever somebody made of them: nothing in them can harm a reader."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync_rounds import NOW, settled_round

from hcpc import API_VERSION
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.sync.records import Round
from hcpc.sync.status.documents import documents
from hcpc.sync.status.reading import FleetReport, read_fleet
from hcpc.sync.status.table import age, notes, plain, rows

HEAD = {
    "clusters/a.yaml": f"apiVersion: {API_VERSION}\nkind: ClusterStatus\nmetadata: {{name: a}}\n",
    "summary.yaml": f"apiVersion: {API_VERSION}\nkind: SyncStatus\n",
}


def told(report: FleetReport) -> str:
    """All that can be said of a report."""
    table = [*rows(report, {}, NOW), *notes(report, NOW)]
    return f"{table}\n{json.dumps(plain(report, {}))}"


@pytest.mark.parametrize("path", HEAD)
@pytest.mark.parametrize(
    "status",
    [
        "status: " + "[" * 300_000,
        "status:\n  a: " + "- " * 300_000,
        "status: " + "{a: " * 200_000,
        "status:\n  " + "? " * 200_000,
        "status:\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1, 1200)),
        "status: &a {error: *a}",
        "status: {a: &a [x, x], b: &b [*a, *a], c: [*b, *b]}",
        "status: {error: !!binary aGk=}",
        "status: {error: .nan}",
        "status: {1: a}",
        "status: {[a]: b}",
        f"status: {{drift: {10**30}}}",
        "status: {error: !!python/object:os.system {}}",
        "status: {error: " + "a" * (1 << 20) + "}",
    ],
    ids=lambda text: text[:24],
)
def test_what_no_document_of_ours_has_is_refused(path: str, status: str) -> None:
    files = {name: f"{head}status: {{}}\n".encode() for name, head in HEAD.items()}
    files[path] = f"{HEAD[path]}{status}\n".encode()
    report = read_fleet({"mgmt": files})
    assert len(report.faults) == 1
    assert told(report)
    failed = Round("prod-fra1", NOW, NOW, error="no")
    for round_ in (settled_round(), failed):
        assert documents(round_, files)["summary.yaml"]


def test_what_a_later_hcpc_adds_is_not_looked_at() -> None:
    files = documents(settled_round(), None)
    more = {path: content + b"more: [1]\n" for path, content in files.items()}
    assert read_fleet({"mgmt": more}) == read_fleet({"mgmt": files})


def test_without_a_summary_the_clusters_are_shown() -> None:
    files = documents(settled_round(), None)
    del files["summary.yaml"]
    report = read_fleet({"mgmt": files})
    assert [each.name for each in report.clusters] == ["payments"]
    assert report.faults == ("mgmt: summary.yaml: it is not there",)
    assert report.management_clusters[0].reported == "2026-02-01T11:00:00Z"


def test_other_files_are_not_looked_at() -> None:
    files = documents(settled_round(), None)
    assert read_fleet({"mgmt": files | {"README.md": b"[", "clusters/x.txt": b"["}}).faults == ()


def test_an_alarm_of_a_cluster_is_told_once() -> None:
    files = documents(settled_round(), None)
    for path in files:
        line = b"  alarms:\n  - payments is slow\n" if path != "summary.yaml" else b""
        files[path] = files[path].replace(b"status:\n", b"status:\n" + line)
    summary = b"  alarms:\n  - 'payments: payments is slow'\n  - of its own\n"
    files["summary.yaml"] = files["summary.yaml"].replace(b"status:\n", b"status:\n" + summary)
    report = read_fleet({"mgmt": files})
    assert report.management_clusters[0].alarms == ("of its own",)
    assert report.clusters[0].alarms == ("payments is slow",)


FIELDS = [
    *("health", "state", "message", "since", "stuck", "version", "current", "desired", "revision"),
    *(
        "seen",
        "applied",
        "drift",
        "conflicts",
        "leftAlone",
        "nodePools",
        "nodes",
        "ready",
        "wanted",
    ),
    *("alarms", "error", "changed", "guest", "inGit", "lastSync", "pruneStopped", "objects"),
    *("kind", "name", "result", "cause", "hostedCluster"),
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.sampled_from(["healthy", "2026-01-01T00:00:00Z", "payments"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(
    statuses=st.fixed_dictionaries(
        {path: st.dictionaries(st.sampled_from(FIELDS), VALUES) for path in HEAD}
    ),
    ended=st.booleans(),
)
def test_fields_of_any_shape_are_read_and_written_over(
    statuses: dict[str, Any], *, ended: bool
) -> None:
    files = {
        path: f"{HEAD[path]}{canonical_yaml({'status': status})}".encode()
        for path, status in statuses.items()
    }
    report = read_fleet({"mgmt": files})
    assert report.faults == ()
    assert told(report)
    known = files | {"clusters/payments.yaml": files["clusters/a.yaml"]}
    round_ = Round("prod-fra1", NOW, NOW, error="no") if ended else settled_round()
    after = documents(round_, known)
    assert documents(round_, after) == after


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(days=3, hours=5), "3d"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(seconds=61), "1m"),
        (timedelta(seconds=59), "59s"),
        (timedelta(0), "0s"),
        (timedelta(seconds=-5), "0s"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(since: timedelta, said: str) -> None:
    assert age((NOW - since).strftime("%Y-%m-%dT%H:%M:%SZ"), NOW) == said


@pytest.mark.parametrize("time", ["", "yesterday", "2026", "0000-00-00T00:00:00Z"])
def test_what_is_no_time_has_no_age(time: str) -> None:
    assert age(time, NOW) in {"-", "31d"}
