"""The four services of a control plane."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import document, underlined
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import messages, raw, told

from hcpc.verify.rules.services import CORE, check


def listed(*names: str, kind: str = "Route") -> list[dict[str, Any]]:
    return [{"service": name, "servicePublishingStrategy": {"type": kind}} for name in names]


def services(*names: str, kind: str = "Route") -> str:
    return raw("spec.services", listed(*names, kind=kind))


@pytest.mark.parametrize("missing", CORE)
def test_none_of_the_four_may_be_missing(missing: str, tmp_path: Path) -> None:
    names = [name for name in CORE if name != missing]
    assert messages(check, tmp_path, services(*names)) == [f"`{missing}` is not published"]


def test_services_of_the_past_do_not_count_and_do_no_harm(tmp_path: Path) -> None:
    assert told(check, tmp_path, services(*CORE, "OIDC", "OVNSbDb")) == []
    (finding,) = messages(check, tmp_path, services("OIDC", "OVNSbDb", "APIServer", "Ignition"))
    assert finding == "`Konnectivity`, `OAuthServer` are not published"


def test_one_that_is_misspelt_is_told_once_by_the_schema(tmp_path: Path) -> None:
    assert told(check, tmp_path, services(*CORE[1:], "ApiServer")) == []
    assert told(check, tmp_path, raw("spec.services", [*listed(*CORE[1:]), {}])) == []


def test_none_of_them_is_there_twice(tmp_path: Path) -> None:
    assert told(check, tmp_path, services(*CORE, "Ignition")) == ['HCP1403 "Ignition"']


@pytest.mark.parametrize("kind", ["None", "S3"])
def test_each_of_the_four_is_published(kind: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, f"publish: {{oauth: {{{kind.lower()}: {{}}}}}}\n") == [
        f"HCP1404 {kind.lower()}"
    ]
    legacy = [*listed(*CORE), *listed("OIDC", kind=kind)]
    assert told(check, tmp_path, raw("spec.services", legacy)) == []


def test_one_platform_does_with_three(tmp_path: Path) -> None:
    for count, expected in ((3, []), (2, ["HCP1403"])):
        spec = "platform: {ibmcloud: {}}\npublish: {api: {nodePort: {address: a.example.com}}}\n"
        text = document("Cluster", "demo", spec + services(*CORE[:count]))
        found = underlined(checked(check, tmp_path, text))
        assert [each.partition(" ")[0] for each in found] == expected
