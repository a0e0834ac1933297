"""What a release image is, by its tag."""

from typing import Any

import pytest

from hcpc.resolve.scope import Scope
from hcpc.verify.release import minor, precedence, release_of

REPOSITORY = "quay.io/openshift-release-dev/ocp-release"
SCOPE = Scope((), {}, {}, None)


@pytest.mark.parametrize(
    ("tag", "version", "arch"),
    [
        (":4.17.9-x86_64", "4.17.9", "amd64"),
        (":4.17.9-aarch64", "4.17.9", "arm64"),
        (":4.17.9-multi", "4.17.9", "multi"),
        (":4.17.9", "4.17.9", ""),
        (":v4.17.9", "4.17.9", ""),
        (":4.17.9-site1", "4.17.9", ""),
        (":4.17.9-s390x-site.1", "4.17.9", "s390x"),
        (":4.21.0-rc.2-multi", "4.21.0-rc.2", "multi"),
        (":4.17.9@sha256:" + "a" * 64, "4.17.9", ""),
        ("@sha256:" + "a" * 64, "", ""),
        (":latest", "", ""),
        (":4.17", "", ""),
        ("", "", ""),
    ],
)
def test_a_tag_says_version_and_architecture(tag: str, version: str, arch: str) -> None:
    assert release_of(f"{REPOSITORY}{tag}", SCOPE) == (version, arch)
    assert release_of(f"localhost:5000/release{tag}", SCOPE) == (version, arch)


@pytest.mark.parametrize("image", [None, 5, {}, ["a"]])
def test_what_is_no_text_is_no_release(image: Any) -> None:
    assert release_of(image, SCOPE) == ("", "")


def test_versions_in_their_order() -> None:
    ordered = [
        "4.18.0-0.nightly-2024-10-01-000000",
        "4.18.0-ec.3",
        "4.18.0-rc.2",
        "4.18.0-rc.10",
        "4.18.0",
        "4.18.1",
        "4.18.10",
        "4.23.0",
        "5.0.1",
        "4.23.2",
        "5.1.0",
    ]
    assert sorted(sorted(ordered), key=precedence) == ordered
    assert minor("5.0.1") == minor("4.23.9") == (4, 23)
    assert minor("nothing") == (0, 0)
