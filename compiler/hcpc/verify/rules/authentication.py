"""Who authenticates users: one of three types, and a provider that tokens can be checked with.

An `authentication` without a type passes the API server and stops the operator. What is said of
OIDC providers here the CRD of August 2026 refuses, but those before take it. Source: HyperShift,
support/validations/authentication.go.
"""

import re
from collections.abc import Iterator
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_AUTHENTICATION = ("spec", "configuration", "authentication")
_TYPES = ("None", "IntegratedOAuth", "OIDC")
_DOMAIN_LIMIT, _PATH_LIMIT = 253, 256
_RESERVED = ("kubernetes.io", "k8s.io", "openshift.io")
_DOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"


def check(subject: Subject, sink: Sink) -> None:
    """Refuse authentication without a type, and OIDC providers that cannot work."""
    said = subject.value(_AUTHENTICATION)
    if not isinstance(said, dict):
        return
    faults: list[tuple[Path, str]] = []
    kind = said.get("type", "")
    if kind == "":
        faults.append(((), f"`authentication` needs a `type`: {', '.join(_TYPES)}"))
    providers = said.get("oidcProviders")
    if kind == "OIDC" and not providers:
        faults.append((("type",), "type `OIDC` needs a provider"))
    own_issuer = text(subject.value(("spec", "issuerURL")))
    for at, provider in numbered(providers):
        found = (*_issuer_faults(provider, own_issuer), *_claim_faults(provider))
        faults += [(("oidcProviders", at, *path), fault) for path, fault in found]
    manifest = subject.hosted_cluster
    for path, fault in faults:
        full: Path = (*_AUTHENTICATION, *path)
        span = subject.span(manifest, full) if path else subject.key_span(manifest, full)
        sink.report(codes.AUTHENTICATION, span, fault)


def _issuer_faults(provider: dict[str, Any], own_issuer: str) -> Iterator[tuple[Path, str]]:
    issuer = mapping(provider.get("issuer"))
    url, discovery = text(issuer.get("issuerURL")), text(issuer.get("discoveryURL"))
    for field, value in (("issuerURL", url), ("discoveryURL", discovery)):
        fault = _url_fault(value) if value else ""
        if fault:
            yield ("issuer", field), f"the provider's `{field}` {fault}"
    if url and url == own_issuer:
        yield ("issuer", "issuerURL"), "the provider's issuer is that of the cluster's own tokens"
    if url and url.rstrip("/") == discovery.rstrip("/"):
        yield ("issuer", "discoveryURL"), "the provider's `discoveryURL` is its `issuerURL`"


def _url_fault(url: str) -> str:
    if not url.startswith("https://"):
        return "must begin `https://`"
    for mark, what in (("?", "query"), ("#", "fragment"), ("@", "user")):
        if mark in url:
            return f"cannot have a {what}"
    return ""


def _claim_faults(provider: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    claims = mapping(provider.get("claimMappings"))
    for name in ("username", "groups", "uid"):
        ways = {"claim", "expression"} & mapping(claims.get(name)).keys()
        if len(ways) > 1:
            yield ("claimMappings", name), f"`{name}` is a `claim` or an `expression`, not both"
        elif not ways and isinstance(claims.get(name), dict) and name != "groups":
            yield ("claimMappings", name), f"`{name}` needs a `claim` or an `expression`"
    groups, username = mapping(claims.get("groups")), mapping(claims.get("username"))
    if groups.get("expression") and groups.get("prefix"):
        fault = "groups made by an `expression` take no `prefix`: put it into the expression"
        yield ("claimMappings", "groups", "prefix"), fault
    if username.get("expression") and username.get("prefixPolicy") == "Prefix":
        fault = "a name made by an `expression` takes no prefix: put it into the expression"
        yield ("claimMappings", "username", "prefixPolicy"), fault
    for at, extra in numbered(claims.get("extra")):
        key = text(extra.get("key"))
        if key and (why := _key_fault(key)):
            yield ("claimMappings", "extra", at, "key"), f"extra key `{key}` {why}"


def _key_fault(key: str) -> str:
    domain, slash, path = key.partition("/")
    if not slash or not path or re.fullmatch(_DOMAIN, domain) is None:
        return "must be a domain and a path, such as `example.com/team`"
    if any(f".{domain}".endswith(f".{reserved}") for reserved in _RESERVED):
        return "is in a domain that Kubernetes and OpenShift keep for themselves"
    if len(domain) > _DOMAIN_LIMIT or len(path) > _PATH_LIMIT:
        return f"is too long: {_DOMAIN_LIMIT} characters, and {_PATH_LIMIT} behind the `/`"
    return ""
