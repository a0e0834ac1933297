"""Authentication, and OIDC providers."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.verify.rules.raw import messages, raw, told

from hcpc.verify.rules.authentication import check

AT = "spec.configuration.authentication"
ISSUER = {"issuerURL": "https://login.example.com/realms/corp", "audiences": ["demo"]}


def provider(**changes: Any) -> str:
    """A provider with other settings, by member."""
    body = {"name": "corp", "issuer": ISSUER, "claimMappings": {"username": {"claim": "email"}}}
    return raw(AT, {"type": "OIDC", "oidcProviders": [body | changes]})


def test_a_sound_provider_is_fine(tmp_path: Path) -> None:
    assert told(check, tmp_path, provider()) == []
    assert told(check, tmp_path) == []


def test_authentication_has_a_type(tmp_path: Path) -> None:
    for without in ({"serviceAccountIssuer": "https://x"}, {"type": ""}):
        (message,) = messages(check, tmp_path, raw(AT, without))
        assert message == "`authentication` needs a `type`: None, IntegratedOAuth, OIDC"
    assert messages(check, tmp_path, raw(AT, {"type": "OIDC"})) == ["type `OIDC` needs a provider"]


@pytest.mark.parametrize(
    ("issuer", "fault"),
    [
        ({"issuerURL": "http://login.example.com"}, "`issuerURL` must begin `https://`"),
        ({"issuerURL": "https://login.example.com?a=b"}, "`issuerURL` cannot have a query"),
        ({"issuerURL": "https://login.example.com#a"}, "`issuerURL` cannot have a fragment"),
        ({"issuerURL": "https://me@login.example.com"}, "`issuerURL` cannot have a user"),
        (
            {**ISSUER, "discoveryURL": f"{ISSUER['issuerURL']}/"},
            "`discoveryURL` is its `issuerURL`",
        ),
        ({**ISSUER, "discoveryURL": "http://x"}, "`discoveryURL` must begin `https://`"),
    ],
)
def test_a_provider_is_known_by_a_plain_url(
    issuer: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    assert messages(check, tmp_path, provider(issuer=issuer)) == [f"the provider's {fault}"]


def test_a_provider_is_not_the_cluster_itself(tmp_path: Path) -> None:
    own = f"issuerURL: {ISSUER['issuerURL']}\n"
    assert messages(check, tmp_path, own + provider()) == [
        "the provider's issuer is that of the cluster's own tokens"
    ]


@pytest.mark.parametrize(
    ("claims", "count"),
    [
        ({"username": {"claim": "a", "expression": "b"}}, 1),
        ({"username": {}}, 1),
        ({"groups": {"prefix": "b"}}, 0),
        ({"groups": {"claim": "a", "prefix": "b"}}, 0),
        ({"groups": {"expression": "a", "prefix": "b"}}, 1),
        ({"groups": {"expression": "a", "prefix": ""}}, 0),
        ({"username": {"expression": "a", "prefixPolicy": "Prefix"}}, 1),
        ({"extra": [{"key": "example.com/team"}]}, 0),
        ({"extra": [{"key": "team"}]}, 1),
        ({"extra": [{"key": "Example/team"}]}, 1),
        ({"extra": [{"key": "example.com/"}]}, 1),
        ({"extra": [{"key": "k8s.io/team"}]}, 1),
        ({"extra": [{"key": "sub.openshift.io/team"}]}, 1),
        ({"extra": [{"key": "myk8s.io/team"}]}, 0),
        ({"extra": [{"key": f"a/{'b' * 256}"}]}, 0),
        ({"extra": [{"key": f"a/{'b' * 257}"}]}, 1),
    ],
)
def test_claims_are_mapped_one_way_each(claims: dict[str, Any], count: int, tmp_path: Path) -> None:
    assert len(told(check, tmp_path, provider(claimMappings=claims))) == count
