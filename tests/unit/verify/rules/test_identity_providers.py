"""Identity providers of the login server, and its tokens."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import cluster
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import messages, raw, told

from hcpc.verify.rules.identity_providers import check

AT = "spec.configuration.oauth.identityProviders"
LDAP = {"name": "corp", "type": "LDAP", "ldap": {"url": "ldaps://ldap.example.com"}}
SECRET = {"name": "secret"}


@pytest.mark.parametrize(
    ("kind", "member", "settings"),
    [
        ("BasicAuth", "basicAuth", {"url": "https://a"}),
        ("GitHub", "github", {"clientSecret": SECRET}),
        ("GitLab", "gitlab", {"clientSecret": SECRET}),
        ("Google", "google", {"clientSecret": SECRET}),
        ("HTPasswd", "htpasswd", {"fileData": SECRET}),
        ("Keystone", "keystone", {"url": "https://a"}),
        ("LDAP", "ldap", {"url": "ldap://a"}),
        ("OpenID", "openID", {"clientSecret": SECRET, "issuer": "https://a"}),
        ("RequestHeader", "requestHeader", {"ca": SECRET}),
    ],
)
def test_each_of_the_nine_types_has_its_own_settings(
    kind: str, member: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    sound = {"name": "one", "type": kind, member: settings}
    assert told(check, tmp_path, raw(AT, [sound])) == []
    (without,) = messages(check, tmp_path, raw(AT, [{"name": "one", "type": kind}]))
    assert without == f"a provider of type `{kind}` needs `{member}`"
    needed = next(iter(settings))
    lacking = {**sound, member: {**settings, needed: None}}
    assert messages(check, tmp_path, raw(AT, [lacking]))[0] == (
        f"`{member}` of provider `one` needs `{needed}`"
    )


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        ([{**LDAP, "type": "Ldap"}], "unknown type of identity provider `Ldap`"),
        ([{**LDAP, "name": ""}], "an identity provider needs a name"),
        ([LDAP, LDAP], "two identity providers are called `corp`"),
        ([{**LDAP, "google": {}}], "settings of `google` on a provider of type `LDAP`"),
        ([{**LDAP, "mappingMethod": "clam"}], "unknown mapping method `clam`"),
        (
            [
                {
                    "name": "a",
                    "type": "OpenID",
                    "openID": {"clientSecret": SECRET, "issuer": "http://a"},
                }
            ],
            "the issuer of provider `a` must begin `https://`",
        ),
    ],
)
def test_what_is_wrong_with_a_provider_is_told(
    providers: list[Any], expected: str, tmp_path: Path
) -> None:
    assert messages(check, tmp_path, raw(AT, providers)) == [expected]


@pytest.mark.parametrize(("kind", "count"), [("IntegratedOAuth", 0), ("OIDC", 1)])
def test_nobody_asks_providers_beside_oidc(kind: str, count: int, tmp_path: Path) -> None:
    spec = raw(
        "spec.configuration",
        {"authentication": {"type": kind}, "oauth": {"identityProviders": [LDAP]}},
    )
    found = told(check, tmp_path, spec)
    assert [each.partition(" ")[0] for each in found] == ["HCP1419"] * count


@pytest.mark.parametrize(
    ("timeout", "is_fine"), [("5m", True), ("300s", True), ("4m59s", False), ("1h", True)]
)
def test_tokens_may_go_unused_for_a_while(timeout: str, tmp_path: Path, *, is_fine: bool) -> None:
    spec = f"oauth: {{tokenConfig: {{accessTokenInactivityTimeout: {timeout}}}}}\n"
    assert told(check, tmp_path, spec) == ([] if is_fine else [f"HCP0212 {timeout}"])


def test_a_token_lasts_some_time(tmp_path: Path) -> None:
    path = "spec.configuration.oauth.tokenConfig.accessTokenMaxAgeSeconds"
    (found,) = checked(check, tmp_path, cluster("demo", raw(path, 0)))
    assert (found.code, found.severity) == ("HCP0212", "warning")
    assert told(check, tmp_path, raw(path, 60)) == []
