"""Which Secrets a cluster names, and the keys that HyperShift reads from each."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from hcpc.syntax.tree import Path

_KEYS: dict[str, tuple[str, ...]] = {
    "pullSecret": (".dockerconfigjson",),
    "sshKey": ("id_rsa.pub",),
    "auditWebhook": ("webhook-kubeconfig",),
    "serviceAccountSigningKey": ("key",),
    "activeKey": ("key",),
    "backupKey": ("key",),
    "certificate": ("tls.crt", "tls.key"),
    "tlsClientCert": ("tls.crt",),
    "tlsClientKey": ("tls.key",),
    "clientSecret": ("clientSecret",),
    "fileData": ("htpasswd",),
    "bindPassword": ("bindPassword",),
    "login": ("login.html",),
    "providerSelection": ("providers.html",),
    "error": ("errors.html",),
    "identityRef": ("clouds.yaml",),
}
_ETCD_CLIENT = ("etcd-client-ca.crt", "etcd-client.crt", "etcd-client.key")


_Reference = tuple[Path, str, tuple[str, ...]]


class NeededSecret(NamedTuple):
    """A Secret that a cluster names: what for, and its keys; no keys where the platform decides."""

    name: str
    keys: tuple[str, ...]
    paths: tuple[Path, ...]


def needed_secrets(spec: dict[str, Any]) -> list[NeededSecret]:
    """The Secrets of a complete spec, by name."""
    references: list[_Reference] = []
    _find_references(spec, (), references)
    found: dict[str, NeededSecret] = {}
    for path, name, keys in references:
        known = found.get(name, NeededSecret(name, (), ()))
        all_keys = tuple(dict.fromkeys((*known.keys, *keys)))
        found[name] = NeededSecret(name, all_keys, (*known.paths, path))
    return [found[name] for name in sorted(found)]


def _find_references(
    value: dict[str, Any] | list[Any], path: Path, found: list[_Reference]
) -> None:
    items: Iterable[tuple[str | int, Any]]
    if isinstance(value, dict):
        if isinstance(value.get("secret"), str):
            found.append((path, value["secret"], _keys(path, value)))
        items = value.items()
    else:
        items = enumerate(value)
    for step, child in items:
        if isinstance(child, dict | list):  # every cluster is walked: no call for a plain value
            _find_references(child, (*path, step), found)


def _keys(path: Path, reference: dict[str, Any]) -> tuple[str, ...]:
    if path[:2] == ("etcd", "unmanaged"):
        return _ETCD_CLIENT
    if isinstance(reference.get("key"), str):
        return (reference["key"],)
    return _KEYS.get(str(path[-1]), ())
