"""Identity providers: one of nine types, with its own settings and the Secrets that these need.

The CRDs check none of it; a fault shows in the condition `ValidIDPConfiguration`, and nobody logs
in with any of the providers. With type `OIDC` there is no login server to ask them. Source:
HyperShift, control-plane-operator, `idp_convert.go`.
"""

from collections.abc import Iterator
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Severity
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.kube.loose import mapping, numbered, text
from hcpc.syntax.tree import Path
from hcpc.verify.durations import seconds
from hcpc.verify.subject import Subject

_OAUTH = ("spec", "configuration", "oauth")
_PROVIDERS = (*_OAUTH, "identityProviders")
_TOKENS = (*_OAUTH, "tokenConfig")
_TYPE = ("spec", "configuration", "authentication", "type")
_MEMBERS = {
    "BasicAuth": ("basicAuth", "url"),
    "GitHub": ("github", "clientSecret"),
    "GitLab": ("gitlab", "clientSecret"),
    "Google": ("google", "clientSecret"),
    "HTPasswd": ("htpasswd", "fileData"),
    "Keystone": ("keystone", "url"),
    "LDAP": ("ldap", "url"),
    "OpenID": ("openID", "clientSecret"),
    "RequestHeader": ("requestHeader", "ca"),
}
"""The member of each type, and the field that it cannot do without."""
_ALL = frozenset(member for member, _ in _MEMBERS.values())
_METHODS = ("claim", "lookup", "add")
_LEAST = 300


def check(subject: Subject, sink: Sink) -> None:
    """Report providers that cannot work or that nobody asks, and tokens that end too soon."""
    oauth = subject.value(_OAUTH)
    if not isinstance(oauth, dict):
        return
    manifest = subject.hosted_cluster
    _check_tokens(subject, mapping(oauth.get("tokenConfig")), sink)
    providers = oauth.get("identityProviders")
    if providers and subject.value(_TYPE) == "OIDC":
        sink.report(
            codes.LOGIN_UNUSED,
            subject.key_span(manifest, _PROVIDERS),
            "with type `OIDC` there is no login server that asks identity providers",
            help="remove them (`oauth: null` takes away those of a layer)",
        )
    seen: set[str] = set()
    for at, provider in numbered(providers):
        for path, fault, help_ in _faults(provider, seen):
            span = subject.span(manifest, (*_PROVIDERS, at, *path))
            sink.report(codes.IDENTITY_PROVIDER, span, fault, help=help_)
        method = provider.get("mappingMethod")
        if text(method) and method not in _METHODS:
            sink.report(
                codes.IDENTITY_PROVIDER,
                subject.span(manifest, (*_PROVIDERS, at, "mappingMethod")),
                f"unknown mapping method `{method}`",
                label=did_you_mean(text(method), _METHODS),
                help=f"one of {listed(_METHODS)}",
                severity=Severity.WARNING,
            )


def _faults(provider: dict[str, Any], seen: set[str]) -> Iterator[tuple[Path, str, str]]:
    name, kind = text(provider.get("name")), text(provider.get("type"))
    if not name:
        yield (), "an identity provider needs a name", "add `name`, which users are shown"
    elif name in seen:
        yield ("name",), f"two identity providers are called `{name}`", "rename one of them"
    seen.add(name)
    if kind not in _MEMBERS:
        yield ("type",), f"unknown type of identity provider `{kind}`", f"one of {listed(_MEMBERS)}"
        return
    member, needed = _MEMBERS[kind]
    others = sorted((_ALL & provider.keys()) - {member})
    if others:
        yield (others[0],), f"settings of `{others[0]}` on a provider of type `{kind}`", "remove it"
    settings = provider.get(member)
    if not isinstance(settings, dict):
        yield ("type",), f"a provider of type `{kind}` needs `{member}`", f"add `{member}`"
        return
    if not settings.get(needed):
        yield (member,), f"`{member}` of provider `{name}` needs `{needed}`", f"add `{needed}`"
    issuer = text(settings.get("issuer"))
    if kind == "OpenID" and not issuer.startswith("https://"):
        fault = f"the issuer of provider `{name}` must begin `https://`"
        yield (member, "issuer"), fault, "the operator asks it for its endpoints"


def _check_tokens(subject: Subject, tokens: dict[str, Any], sink: Sink) -> None:
    manifest = subject.hosted_cluster
    idle = seconds(text(tokens.get("accessTokenInactivityTimeout")))
    if idle is not None and idle < _LEAST:
        sink.report(
            codes.OUT_OF_RANGE,
            subject.span(manifest, (*_TOKENS, "accessTokenInactivityTimeout")),
            "tokens may go unused for five minutes at least",
            label="at least `5m`",
        )
    age = tokens.get("accessTokenMaxAgeSeconds")
    if type(age) is int and age <= 0:
        sink.report(
            codes.OUT_OF_RANGE,
            subject.span(manifest, (*_TOKENS, "accessTokenMaxAgeSeconds")),
            f"tokens cannot last {age} seconds: they get the default, a day",
            help="write how long they last, or leave it out",
            severity=Severity.WARNING,
        )
