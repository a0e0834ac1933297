"""Which Secrets a cluster names, and the keys that HyperShift reads from each."""

from collections.abc import Iterator
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


class NeededSecret(NamedTuple):
    """A Secret that a cluster names: what for, and its keys; no keys where the platform decides."""

    name: str
    keys: tuple[str, ...]
    paths: tuple[Path, ...]


def needed_secrets(spec: dict[str, Any]) -> list[NeededSecret]:
    """The Secrets of a complete spec, by name."""
    found: dict[str, NeededSecret] = {}
    for path, name, keys in _references(spec, ()):
        known = found.get(name, NeededSecret(name, (), ()))
        all_keys = tuple(dict.fromkeys((*known.keys, *keys)))
        found[name] = NeededSecret(name, all_keys, (*known.paths, path))
    return [found[name] for name in sorted(found)]


def _references(value: Any, path: Path) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _references(item, (*path, number))
    elif isinstance(value, dict):
        if isinstance(value.get("secret"), str):
            yield path, value["secret"], _keys(path, value)
        for name, child in value.items():
            yield from _references(child, (*path, name))


def _keys(path: Path, reference: dict[str, Any]) -> tuple[str, ...]:
    if path[:2] == ("etcd", "unmanaged"):
        return _ETCD_CLIENT
    if isinstance(reference.get("key"), str):
        return (reference["key"],)
    return _KEYS.get(str(path[-1]), ())
