"""Logins: the rows of identity providers, login pages and external OIDC providers."""

from hcpc.mapping.codec import (
    CONFIG_MAP,
    COPY,
    SECRET,
    Codec,
    Each,
    Keyed,
    Member,
    Reference,
    Union,
    union,
)
from hcpc.mapping.table import Table, row


def _provider(*copied: str, **references: Reference) -> Codec:
    return Table(
        (
            *(row(name, name) for name in copied),
            *(row(name, name, reference) for name, reference in references.items()),
        )
    )


_TLS = {"ca": CONFIG_MAP, "tlsClientCert": SECRET, "tlsClientKey": SECRET}
_CLIENT = {"ca": CONFIG_MAP, "clientSecret": SECRET}

IDENTITY_PROVIDER: Union = union(
    "type",
    {
        "basicAuth": Member("BasicAuth", "basicAuth", _provider("url", **_TLS)),
        "github": Member(
            "GitHub",
            "github",
            _provider("clientID", "hostname", "organizations", "teams", **_CLIENT),
        ),
        "gitlab": Member("GitLab", "gitlab", _provider("url", "clientID", **_CLIENT)),
        "google": Member(
            "Google", "google", _provider("clientID", "hostedDomain", clientSecret=SECRET)
        ),
        "htpasswd": Member("HTPasswd", "htpasswd", _provider(fileData=SECRET)),
        "keystone": Member("Keystone", "keystone", _provider("url", "domainName", **_TLS)),
        "ldap": Member(
            "LDAP",
            "ldap",
            _provider(
                *("url", "bindDN", "insecure", "attributes"), ca=CONFIG_MAP, bindPassword=SECRET
            ),
        ),
        "openID": Member(
            "OpenID",
            "openID",
            _provider(
                *("issuer", "clientID", "extraScopes", "extraAuthorizeParameters", "claims"),
                **_CLIENT,
            ),
        ),
        "requestHeader": Member(
            "RequestHeader",
            "requestHeader",
            _provider(
                *("headers", "loginURL", "challengeURL", "clientCommonNames"),
                *("preferredUsernameHeaders", "nameHeaders", "emailHeaders"),
                ca=CONFIG_MAP,
            ),
        ),
    },
)
IDENTITY_PROVIDERS = Keyed("name", IDENTITY_PROVIDER)

_CLAIM_VALIDATION = union(
    "type",
    {
        "requiredClaim": Member("RequiredClaim", "requiredClaim", COPY),
        "cel": Member("CEL", "cel", COPY),
    },
)

OIDC_PROVIDERS = Keyed(
    "name",
    Table(
        (
            row("issuer.url", "issuer.issuerURL"),
            row("issuer.audiences", "issuer.audiences"),
            row("issuer.ca", "issuer.issuerCertificateAuthority", CONFIG_MAP),
            row("issuer.discoveryURL", "issuer.discoveryURL"),
            row("claimMappings.username.claim", "claimMappings.username.claim"),
            row("claimMappings.username.expression", "claimMappings.username.expression"),
            row("claimMappings.username.prefix", "claimMappings.username.prefix.prefixString"),
            row("claimMappings.username.prefixPolicy", "claimMappings.username.prefixPolicy"),
            row("claimMappings.groups", "claimMappings.groups"),
            row("claimMappings.uid", "claimMappings.uid"),
            row("claimMappings.extra", "claimMappings.extra"),
            row(
                "clients",
                "oidcClients",
                Each(
                    _provider(
                        *("componentName", "componentNamespace", "clientID", "extraScopes"),
                        clientSecret=SECRET,
                    )
                ),
            ),
            row("claimValidation", "claimValidationRules", Each(_CLAIM_VALIDATION)),
            row("userValidation", "userValidationRules"),
        )
    ),
)
