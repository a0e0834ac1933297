"""Signing keys and issuers."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import underlined
from tests.unit.verify.rules.agreeing import on_aws, on_azure
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import told

from hcpc.verify.rules.issuer import check

KEY = "serviceAccountSigningKey: {secret: key}\n"


@pytest.mark.parametrize("issuer", ["", "issuerURL: https://kubernetes.default.svc\n"])
def test_a_cloud_can_ask_the_issuer(issuer: str, tmp_path: Path) -> None:
    found = underlined(checked(check, tmp_path, on_aws("demo", KEY + issuer)))
    assert found == ["HCP1417 serviceAccountSigningKey"]
    azure = f"{on_azure('demo')}  {KEY}"
    assert underlined(checked(check, tmp_path, azure)) == found


def test_an_issuer_of_its_own_is_fine(tmp_path: Path) -> None:
    text = on_aws("demo", f"{KEY}issuerURL: https://oidc.example.com/demo\n")
    assert checked(check, tmp_path, text) == []
    assert checked(check, tmp_path, on_aws("demo")) == []


def test_where_no_cloud_asks_the_default_will_do(tmp_path: Path) -> None:
    assert told(check, tmp_path, KEY) == []
