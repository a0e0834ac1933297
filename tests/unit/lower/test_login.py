"""Identity providers and external OIDC providers by example."""

from typing import Any

import pytest

from hcpc.lower.login import IDENTITY_PROVIDERS, OIDC_PROVIDERS
from hcpc.mapping.codec import Codec
from hcpc.spec.oauth import IdentityProvider
from hcpc.syntax.tree import Path

LDAP = {
    "corp": {
        "mappingMethod": "lookup",
        "ldap": {
            "url": "ldaps://ldap.example.com/ou=people?uid",
            "bindPassword": {"secret": "ldap-bind"},
            "ca": {"configMap": "ldap-ca"},
            "attributes": {"id": ["dn"]},
        },
    }
}
LISTED_LDAP = [
    {
        "name": "corp",
        "mappingMethod": "lookup",
        "type": "LDAP",
        "ldap": {
            "url": "ldaps://ldap.example.com/ou=people?uid",
            "bindPassword": {"name": "ldap-bind"},
            "ca": {"name": "ldap-ca"},
            "attributes": {"id": ["dn"]},
        },
    }
]
OIDC = {
    "sso": {
        "issuer": {"url": "https://sso.example.com", "audiences": ["a"], "ca": {"configMap": "ca"}},
        "claimMappings": {"username": {"claim": "sub", "prefix": "x:", "prefixPolicy": "Prefix"}},
        "clients": [
            {
                "componentName": "console",
                "componentNamespace": "openshift-console",
                "clientID": "console",
                "clientSecret": {"secret": "console"},
            }
        ],
        "claimValidation": [{"requiredClaim": {"claim": "hd", "requiredValue": "example.com"}}],
    }
}
LISTED_OIDC = [
    {
        "name": "sso",
        "issuer": {
            "issuerURL": "https://sso.example.com",
            "audiences": ["a"],
            "issuerCertificateAuthority": {"name": "ca"},
        },
        "claimMappings": {
            "username": {
                "claim": "sub",
                "prefixPolicy": "Prefix",
                "prefix": {"prefixString": "x:"},
            }
        },
        "oidcClients": [
            {
                "componentName": "console",
                "componentNamespace": "openshift-console",
                "clientID": "console",
                "clientSecret": {"name": "console"},
            }
        ],
        "claimValidationRules": [
            {
                "type": "RequiredClaim",
                "requiredClaim": {"claim": "hd", "requiredValue": "example.com"},
            }
        ],
    }
]


@pytest.mark.parametrize(
    ("codec", "spec", "manifest"),
    [(IDENTITY_PROVIDERS, LDAP, LISTED_LDAP), (OIDC_PROVIDERS, OIDC, LISTED_OIDC)],
    ids=["identity-provider", "oidc"],
)
def test_a_provider_is_lowered_and_lifted_again(codec: Codec, spec: Any, manifest: Any) -> None:
    assert codec.lower(spec) == manifest
    assert codec.lift(manifest) == spec


def test_all_nine_types_are_known_by_the_names_of_the_models() -> None:
    fields = {info.alias or name for name, info in IdentityProvider.model_fields.items()}
    listed = [IDENTITY_PROVIDERS.lower({"x": {name: {}}})[0] for name in fields]
    types = {entry["type"] for entry in listed if "type" in entry}
    assert types == {
        *("BasicAuth", "GitHub", "GitLab", "Google", "HTPasswd"),
        *("Keystone", "LDAP", "OpenID", "RequestHeader"),
    }
    assert [entry for entry in listed if "type" not in entry] == [
        {"name": "x", "mappingMethod": {}}
    ]


@pytest.mark.parametrize(
    ("codec", "manifest", "rest", "spec"),
    [
        (IDENTITY_PROVIDERS, LISTED_LDAP, (0, "mappingMethod"), ("corp", "mappingMethod")),
        (IDENTITY_PROVIDERS, LISTED_LDAP, (0, "type"), ("corp", "ldap")),
        (
            *(IDENTITY_PROVIDERS, LISTED_LDAP, (0, "ldap", "bindPassword", "name")),
            ("corp", "ldap", "bindPassword", "secret"),
        ),
        (
            *(OIDC_PROVIDERS, LISTED_OIDC),
            (0, "claimMappings", "username", "prefix", "prefixString"),
            ("sso", "claimMappings", "username", "prefix"),
        ),
        (
            OIDC_PROVIDERS,
            LISTED_OIDC,
            (0, "oidcClients", 0, "clientID"),
            ("sso", "clients", 0, "clientID"),
        ),
        (
            OIDC_PROVIDERS,
            LISTED_OIDC,
            (0, "claimValidationRules", 0, "type"),
            ("sso", "claimValidation", 0, "requiredClaim"),
        ),
    ],
)
def test_a_manifest_path_leads_to_the_provider_s_own_field(
    codec: Codec, manifest: Any, rest: Path, spec: Path
) -> None:
    assert codec.trace(rest, manifest) == spec
