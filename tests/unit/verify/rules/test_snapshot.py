"""Where a snapshot is fetched from."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.snapshot import check


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://files.example.com/a.db", []),
        ("s3://bucket/key", []),
        ("http://files.example.com/a.db", ["error"]),
        ("/a.db", ["error"]),
    ],
)
def test_a_snapshot_is_fetched_over_tls(url: str, expected: list[str], tmp_path: Path) -> None:
    text = cluster("demo", f'etcd: {{restoreSnapshotURL: ["{url}"]}}\n')
    assert [found.severity for found in checked(check, tmp_path, text)] == expected
