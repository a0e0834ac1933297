"""Logins: the nine identity provider types, token settings, page templates, external OIDC."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.types import (
    LATER,
    ConfigMapRef,
    Duration,
    Form,
    HttpsUrl,
    NonEmpty,
    Positive,
    SecretRef,
    Text,
    Url,
    exclusive,
    matching,
    one_of,
)


class BasicAuth(Form):
    """A server that checks basic authentication."""

    url: HttpsUrl = Field(description="URL of the server.")
    ca: ConfigMapRef | None = Field(None, description="Certificates of the server, under `ca.crt`.")
    tls_client_cert: SecretRef | None = Field(
        None, description="Client certificate, under `tls.crt`."
    )
    tls_client_key: SecretRef | None = Field(None, description="Its key, under `tls.key`.")


class GitHub(Form):
    """GitHub or GitHub Enterprise."""

    client_id: NonEmpty = Field(alias="clientID", description="Id of the OAuth application.")
    client_secret: SecretRef = Field(description="Its secret, under `clientSecret`.")
    hostname: Text | None = Field(
        None, description="Host name of GitHub Enterprise; github.com when absent."
    )
    organizations: list[NonEmpty] | None = Field(None, description="Whose members may log in.")
    teams: list[NonEmpty] | None = Field(
        None, description="Teams (`organization/team`) whose members may log in."
    )
    ca: ConfigMapRef | None = Field(
        None, description="Certificates of GitHub Enterprise, under `ca.crt`."
    )

    _one_filter = one_of("organizations", "teams", required=False)


class GitLab(Form):
    """GitLab."""

    url: HttpsUrl = Field(description="URL of the server.")
    client_id: NonEmpty = Field(alias="clientID", description="Id of the OAuth application.")
    client_secret: SecretRef = Field(description="Its secret, under `clientSecret`.")
    ca: ConfigMapRef | None = Field(None, description="Certificates of the server, under `ca.crt`.")


class Google(Form):
    """Google accounts of one domain."""

    client_id: NonEmpty = Field(alias="clientID", description="Id of the OAuth client.")
    client_secret: SecretRef = Field(description="Its secret, under `clientSecret`.")
    hosted_domain: Text | None = Field(None, description="Domain whose accounts may log in.")


class HTPasswd(Form):
    """A file of user names and password hashes."""

    file_data: SecretRef = Field(description="The file, under `htpasswd`.")


class Keystone(Form):
    """OpenStack Keystone."""

    url: HttpsUrl = Field(description="URL of the server.")
    domain_name: NonEmpty = Field(description="Domain of the users.")
    ca: ConfigMapRef | None = Field(None, description="Certificates of the server, under `ca.crt`.")
    tls_client_cert: SecretRef | None = Field(
        None, description="Client certificate, under `tls.crt`."
    )
    tls_client_key: SecretRef | None = Field(None, description="Its key, under `tls.key`.")


class LDAPAttributes(Form):
    """Which attributes hold what."""

    id: list[NonEmpty] | None = Field(
        None, description="Attributes with the user's id; the first that is there counts."
    )
    email: list[NonEmpty] | None = Field(None, description="Attributes with the e-mail address.")
    name: list[NonEmpty] | None = Field(None, description="Attributes with the name to show.")
    preferred_username: list[NonEmpty] | None = Field(
        None, description="Attributes with the name to log in with."
    )


class LDAP(Form):
    """An LDAP directory."""

    url: Annotated[Url, matching(r"ldaps?://.+", "a URL that begins `ldaps://` or `ldap://`")] = (
        Field(description="Server, base, attribute and filter of the search (RFC 2255).")
    )
    bind_dn: Text | None = Field(
        None, alias="bindDN", description="Who searches; nobody in particular when absent."
    )
    bind_password: SecretRef | None = Field(None, description="Its password, under `bindPassword`.")
    insecure: bool | None = Field(None, description="Whether to go without TLS.")
    ca: ConfigMapRef | None = Field(None, description="Certificates of the server, under `ca.crt`.")
    attributes: LDAPAttributes | None = None


class OpenIDClaims(Form):
    """Which claims hold what."""

    preferred_username: list[NonEmpty] | None = Field(
        None, description="Claims with the name to log in with; the first that is there counts."
    )
    name: list[NonEmpty] | None = Field(None, description="Claims with the name to show.")
    email: list[NonEmpty] | None = Field(None, description="Claims with the e-mail address.")
    groups: list[NonEmpty] | None = Field(None, description="Claims with the groups.")


class OpenID(Form):
    """An OpenID Connect provider."""

    issuer: HttpsUrl = Field(description="URL of the issuer.")
    client_id: NonEmpty = Field(alias="clientID", description="Id of the client.")
    client_secret: SecretRef = Field(description="Its secret, under `clientSecret`.")
    ca: ConfigMapRef | None = Field(None, description="Certificates of the issuer, under `ca.crt`.")
    extra_scopes: list[NonEmpty] | None = Field(
        None, description="Scopes to ask for besides `openid`."
    )
    extra_authorize_parameters: dict[str, Text] | None = Field(
        None, description="Parameters to add to the authorization request."
    )
    claims: OpenIDClaims | None = None


class RequestHeader(Form):
    """A proxy that authenticates and passes the user in headers."""

    ca: ConfigMapRef = Field(
        description="Certificates of whoever may sign the proxy's certificate, under `ca.crt`."
    )
    headers: Annotated[list[NonEmpty], Field(min_length=1)] = Field(
        description="Headers with the user's id; the first that is there counts."
    )
    login_url: Url | None = Field(
        None, alias="loginURL", description="Where browsers are sent to log in."
    )
    challenge_url: Url | None = Field(
        None, alias="challengeURL", description="Where command line tools are sent to log in."
    )
    client_common_names: list[NonEmpty] | None = Field(
        None, description="Names that the proxy's certificate may have; any when absent."
    )
    preferred_username_headers: list[NonEmpty] | None = Field(
        None, description="Headers with the name to log in with."
    )
    name_headers: list[NonEmpty] | None = Field(None, description="Headers with the name to show.")
    email_headers: list[NonEmpty] | None = Field(
        None, description="Headers with the e-mail address."
    )


class IdentityProvider(Form):
    """One identity provider: exactly one of the nine types."""

    mapping_method: Literal["claim", "lookup", "add"] | None = Field(
        None, description="How identities become users; `claim` when absent."
    )
    basic_auth: Annotated[BasicAuth, LATER] | None = None
    github: Annotated[GitHub, LATER] | None = None
    gitlab: Annotated[GitLab, LATER] | None = None
    google: Annotated[Google, LATER] | None = None
    htpasswd: Annotated[HTPasswd, LATER] | None = None
    keystone: Annotated[Keystone, LATER] | None = None
    ldap: Annotated[LDAP, LATER] | None = None
    openid: Annotated[OpenID, LATER] | None = Field(None, alias="openID")
    request_header: Annotated[RequestHeader, LATER] | None = None

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

    access_token_max_age_seconds: Positive | None = Field(
        None, description="How long a token lasts; 86400 when absent."
    )
    access_token_inactivity_timeout: Duration | None = Field(
        None, description="How long a token may go unused, 5m at least; without it, for ever."
    )


class Templates(Form):
    """Pages of the login server."""

    login: SecretRef | None = Field(None, description="Page to log in, under `login.html`.")
    provider_selection: SecretRef | None = Field(
        None, description="Page to choose a provider, under `providers.html`."
    )
    error: SecretRef | None = Field(None, description="Page for errors, under `errors.html`.")


class OAuth(Form):
    """The integrated login server."""

    identity_providers: dict[NonEmpty, IdentityProvider] | None = Field(
        None, description="Identity providers by the name shown to users."
    )
    token_config: TokenConfig | None = None
    templates: Templates | None = None


class Issuer(Form):
    """Who issues the tokens of an external OIDC provider."""

    url: HttpsUrl = Field(description="URL of the issuer, as it stands in tokens.")
    audiences: Annotated[list[NonEmpty], Field(min_length=1, max_length=10)] = Field(
        description="Audiences that a token must have one of."
    )
    ca: ConfigMapRef | None = Field(
        None, description="Certificates of the issuer, under `ca-bundle.crt`."
    )
    discovery_url: HttpsUrl | None = Field(
        None,
        alias="discoveryURL",
        description="Where the issuer describes itself, if not below its URL.",
    )


class UsernameClaim(Form):
    """Which claim names the user."""

    claim: NonEmpty | None = Field(None, description="Name of the claim.")
    expression: NonEmpty | None = Field(
        None, description="CEL expression over the claims, in place of a claim."
    )
    prefix: NonEmpty | None = Field(None, description="Put before every name.")
    prefix_policy: Literal["NoPrefix", "Prefix"] | None = Field(
        None, description="Whether there is a prefix; one made from the issuer's URL when absent."
    )

    _one_source = one_of("claim", "expression")


class GroupsClaim(Form):
    """Which claim names the groups."""

    claim: NonEmpty | None = Field(None, description="Name of the claim.")
    expression: NonEmpty | None = Field(
        None, description="CEL expression over the claims, in place of a claim."
    )
    prefix: Text | None = Field(None, description="Put before every group.")

    _one_source = one_of("claim", "expression", required=False)


class UidClaim(Form):
    """Which claim is the user's stable id."""

    claim: NonEmpty | None = Field(None, description="Name of the claim.")
    expression: NonEmpty | None = Field(
        None, description="CEL expression over the claims, in place of a claim."
    )

    _one_source = one_of("claim", "expression")


class ExtraClaim(Form):
    """One extra attribute of the user."""

    key: NonEmpty = Field(description="Name of the attribute, `DOMAIN/PATH`.")
    value_expression: NonEmpty = Field(description="CEL expression over the claims.")


class ClaimMappings(Form):
    """From claims to users and groups."""

    username: UsernameClaim
    groups: GroupsClaim | None = None
    uid: UidClaim | None = None
    extra: Annotated[list[ExtraClaim], Field(max_length=32)] | None = None


class OIDCClient(Form):
    """A client of a cluster component at the provider."""

    component_name: NonEmpty = Field(description="Name of the component, such as `console`.")
    component_namespace: NonEmpty = Field(description="Its namespace, such as `openshift-console`.")
    client_id: NonEmpty = Field(alias="clientID", description="Id of the client.")
    client_secret: SecretRef | None = Field(None, description="Its secret, under `clientSecret`.")
    extra_scopes: list[NonEmpty] | None = Field(
        None, description="Scopes to ask for besides `openid`."
    )


class RequiredClaim(Form):
    """A claim that must have one value."""

    claim: NonEmpty = Field(description="Name of the claim.")
    required_value: NonEmpty = Field(description="The value it must have.")


class Expression(Form):
    """A CEL expression and what to say when it is false."""

    expression: NonEmpty = Field(description="True for what is allowed.")
    message: NonEmpty = Field(description="Told when it is false.")


class ClaimValidation(Form):
    """A rule that tokens must satisfy."""

    required_claim: RequiredClaim | None = None
    cel: Expression | None = None

    _one_rule = one_of("requiredClaim", "cel")


class OIDCProvider(Form):
    """An external OIDC provider that replaces the login server."""

    issuer: Issuer
    claim_mappings: ClaimMappings
    clients: Annotated[list[OIDCClient], Field(max_length=20)] | None = None
    claim_validation: list[ClaimValidation] | None = None
    user_validation: Annotated[list[Expression], Field(min_length=1, max_length=64)] | None = None


class Authentication(Form):
    """Who authenticates users: the integrated login server, an OIDC provider, or nobody."""

    type: Literal["None", "IntegratedOAuth", "OIDC"] = Field(description="Who authenticates.")
    oidc: Annotated[dict[NonEmpty, OIDCProvider], Field(max_length=1)] | None = Field(
        None, description="The external provider, by name; one at most."
    )
    service_account_issuer: Text | None = Field(
        None, description="URL of the issuer in bound service account tokens."
    )
    oauth_metadata: ConfigMapRef | None = Field(
        None, description="Description of a login server of somebody else, under `oauthMetadata`."
    )
