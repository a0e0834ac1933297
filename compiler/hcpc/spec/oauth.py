"""Logins: the nine identity provider types, token settings, page templates, external OIDC."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.types import (
    ConfigMapRef,
    Duration,
    Form,
    HttpsUrl,
    NonEmpty,
    SecretRef,
    Text,
    Url,
    exclusive,
    matching,
)


class BasicAuth(Form):
    """A server that checks basic authentication."""

    url: HttpsUrl
    ca: ConfigMapRef | None = None
    tls_client_cert: SecretRef | None = None
    tls_client_key: SecretRef | None = None


class GitHub(Form):
    """GitHub or GitHub Enterprise."""

    client_id: NonEmpty = Field(alias="clientID")
    client_secret: SecretRef
    hostname: Text | None = None
    organizations: list[NonEmpty] | None = None
    teams: list[NonEmpty] | None = None
    ca: ConfigMapRef | None = None

    @model_validator(mode="after")
    def _one_filter(self) -> Self:
        exclusive(self, "organizations", "teams")
        return self


class GitLab(Form):
    """GitLab."""

    url: HttpsUrl
    client_id: NonEmpty = Field(alias="clientID")
    client_secret: SecretRef
    ca: ConfigMapRef | None = None


class Google(Form):
    """Google accounts of one domain."""

    client_id: NonEmpty = Field(alias="clientID")
    client_secret: SecretRef
    hosted_domain: Text | None = None


class HTPasswd(Form):
    """A file of user names and password hashes."""

    file_data: SecretRef


class Keystone(Form):
    """OpenStack Keystone."""

    url: HttpsUrl
    domain_name: NonEmpty
    ca: ConfigMapRef | None = None
    tls_client_cert: SecretRef | None = None
    tls_client_key: SecretRef | None = None


class LDAPAttributes(Form):
    """Which attributes hold what."""

    id: list[NonEmpty] | None = None
    email: list[NonEmpty] | None = None
    name: list[NonEmpty] | None = None
    preferred_username: list[NonEmpty] | None = None


class LDAP(Form):
    """An LDAP directory."""

    url: Annotated[Url, matching(r"ldaps?://.+", "a URL that begins `ldaps://` or `ldap://`")]
    bind_dn: Text | None = Field(None, alias="bindDN")
    bind_password: SecretRef | None = None
    insecure: bool | None = None
    ca: ConfigMapRef | None = None
    attributes: LDAPAttributes | None = None


class OpenIDClaims(Form):
    """Which claims hold what."""

    preferred_username: list[NonEmpty] | None = None
    name: list[NonEmpty] | None = None
    email: list[NonEmpty] | None = None
    groups: list[NonEmpty] | None = None


class OpenID(Form):
    """An OpenID Connect provider."""

    issuer: HttpsUrl
    client_id: NonEmpty = Field(alias="clientID")
    client_secret: SecretRef
    ca: ConfigMapRef | None = None
    extra_scopes: list[NonEmpty] | None = None
    extra_authorize_parameters: dict[str, Text] | None = None
    claims: OpenIDClaims | None = None


class RequestHeader(Form):
    """A proxy that authenticates and passes the user in headers."""

    ca: ConfigMapRef
    headers: Annotated[list[NonEmpty], Field(min_length=1)]
    login_url: Url | None = Field(None, alias="loginURL")
    challenge_url: Url | None = Field(None, alias="challengeURL")
    client_common_names: list[NonEmpty] | None = None
    preferred_username_headers: list[NonEmpty] | None = None
    name_headers: list[NonEmpty] | None = None
    email_headers: list[NonEmpty] | None = None


class IdentityProvider(Form):
    """One identity provider: exactly one of the nine types."""

    mapping_method: Literal["claim", "lookup", "add"] | None = None
    basic_auth: BasicAuth | None = None
    github: GitHub | None = None
    gitlab: GitLab | None = None
    google: Google | None = None
    htpasswd: HTPasswd | None = None
    keystone: Keystone | None = None
    ldap: LDAP | None = None
    openid: OpenID | None = Field(None, alias="openID")
    request_header: RequestHeader | None = None

    @model_validator(mode="after")
    def _one_type(self) -> Self:
        exclusive(
            self,
            *("basicAuth", "github", "gitlab", "google", "htpasswd"),
            *("keystone", "ldap", "openID", "requestHeader"),
            required=True,
        )
        return self


class TokenConfig(Form):
    """Life of access tokens."""

    access_token_max_age_seconds: Annotated[int, Field(ge=1)] | None = None
    access_token_inactivity_timeout: Duration | None = None


class Templates(Form):
    """Pages of the login server."""

    login: SecretRef | None = None
    provider_selection: SecretRef | None = None
    error: SecretRef | None = None


class OAuth(Form):
    """The integrated login server."""

    identity_providers: dict[NonEmpty, IdentityProvider] | None = Field(
        None, description="Identity providers by the name shown to users."
    )
    token_config: TokenConfig | None = None
    templates: Templates | None = None


class Issuer(Form):
    """Who issues the tokens of an external OIDC provider."""

    url: HttpsUrl
    audiences: Annotated[list[NonEmpty], Field(min_length=1, max_length=10)]
    ca: ConfigMapRef | None = None
    discovery_url: HttpsUrl | None = Field(None, alias="discoveryURL")


class UsernameClaim(Form):
    """Which claim names the user."""

    claim: NonEmpty | None = None
    expression: NonEmpty | None = None
    prefix: NonEmpty | None = None
    prefix_policy: Literal["NoPrefix", "Prefix"] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        exclusive(self, "claim", "expression", required=True)
        return self


class GroupsClaim(Form):
    """Which claim names the groups."""

    claim: NonEmpty | None = None
    expression: NonEmpty | None = None
    prefix: Text | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        exclusive(self, "claim", "expression")
        return self


class UidClaim(Form):
    """Which claim is the user's stable id."""

    claim: NonEmpty | None = None
    expression: NonEmpty | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        exclusive(self, "claim", "expression", required=True)
        return self


class ExtraClaim(Form):
    """One extra attribute of the user."""

    key: NonEmpty
    value_expression: NonEmpty


class ClaimMappings(Form):
    """From claims to users and groups."""

    username: UsernameClaim
    groups: GroupsClaim | None = None
    uid: UidClaim | None = None
    extra: Annotated[list[ExtraClaim], Field(max_length=32)] | None = None


class OIDCClient(Form):
    """A client of a cluster component at the provider."""

    component_name: NonEmpty
    component_namespace: NonEmpty
    client_id: NonEmpty = Field(alias="clientID")
    client_secret: SecretRef | None = None
    extra_scopes: list[NonEmpty] | None = None


class RequiredClaim(Form):
    """A claim that must have one value."""

    claim: NonEmpty
    required_value: NonEmpty


class Expression(Form):
    """A CEL expression and what to say when it is false."""

    expression: NonEmpty
    message: NonEmpty


class ClaimValidation(Form):
    """A rule that tokens must satisfy."""

    required_claim: RequiredClaim | None = None
    cel: Expression | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        exclusive(self, "requiredClaim", "cel", required=True)
        return self


class OIDCProvider(Form):
    """An external OIDC provider that replaces the login server."""

    issuer: Issuer
    claim_mappings: ClaimMappings
    clients: Annotated[list[OIDCClient], Field(max_length=20)] | None = None
    claim_validation: list[ClaimValidation] | None = None
    user_validation: Annotated[list[Expression], Field(min_length=1, max_length=64)] | None = None


class Authentication(Form):
    """Who authenticates users: the integrated login server, an OIDC provider, or nobody."""

    type: Literal["None", "IntegratedOAuth", "OIDC"]
    oidc: Annotated[dict[NonEmpty, OIDCProvider], Field(max_length=1)] | None = Field(
        None, description="The external provider, by name; one at most."
    )
    service_account_issuer: Text | None = None
    oauth_metadata: ConfigMapRef | None = None
