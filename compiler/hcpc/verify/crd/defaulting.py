"""An object as the API server completes it before it looks at it.

What its schema does not know goes, nulls that mean nothing go, and defaults come.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema/pruning and …/defaulting.
"""

from typing import Any, Final, NamedTuple

from hcpc.syntax.tree import Path
from hcpc.verify.crd.node import ANYTHING, Node

_WRITTEN_OUT: Final = 1e21
META = frozenset({"apiVersion", "kind", "metadata"})


class Unknown(NamedTuple):
    """A field that the schema does not have, and the fields that it has there."""

    path: Path
    names: tuple[str, ...]


def complete(node: Node, body: dict[str, Any]) -> tuple[dict[str, Any], list[Unknown]]:
    """The object, and what was taken out of it. The body is not changed; parts may be shared.

    What a default has too much goes without a word, as it went when the CRD was installed.
    """
    unknown: list[Unknown] = []
    return _object(node, body, (), unknown, is_resource=True), unknown


def _value(node: Node, value: Any, path: Path, unknown: list[Unknown], *, kept: bool) -> Any:
    kind = type(value)
    if kind is dict:
        is_resource = node.embedded
        return _object(node, value, path, unknown, is_resource=is_resource, kept=kept)
    if kind is list or kind is tuple:
        return _list(node, value, path, unknown, kept=kept)
    return value


def _object(
    node: Node,
    value: dict[str, Any],
    path: Path,
    unknown: list[Unknown],
    *,
    is_resource: bool = False,
    kept: bool = False,
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, item in value.items():
        child = node.child(name)
        if is_resource and name in META:
            result[name] = {} if item is None and name == "metadata" else item
        elif child is None:
            if kept or node.preserves:
                result[name] = item
            elif path or name not in META:
                unknown.append(Unknown((*path, name), node.names))
        elif item is not None or child.nullable:
            kind = type(item)
            is_scalar = kind is not dict and kind is not list and kind is not tuple
            result[name] = item if is_scalar else _below(child, item, (*path, name), unknown)
        elif child.default is not None:
            result[name] = _filled(child)
    for name in node.defaults:
        if name not in result:
            child = node.child(name)
            assert child is not None
            result[name] = _filled(child)
    return result


def _filled(node: Node) -> Any:
    """The default of a place with its own defaults: always the same value, which nobody changes."""
    if node.filled is None and node.default is not None:
        node.filled = _below(node, node.default, (), [])
    return node.filled


def _below(node: Node, value: Any, path: Path, unknown: list[Unknown]) -> Any:
    return _value(node, value, path, unknown, kept=False)


def _list(node: Node, value: Any, path: Path, unknown: list[Unknown], *, kept: bool) -> list[Any]:
    items = node.items or ANYTHING
    kept = kept or node.preserves
    result: list[Any] = []
    for index, item in enumerate(value):
        kind = type(item)
        if kind is dict or kind is list or kind is tuple:
            result.append(_value(items, item, (*path, index), unknown, kept=kept))
        elif item is None and not items.nullable:
            result.append(_filled(items))
        else:
            result.append(item)
    return result


def as_stored(value: Any) -> Any:
    """A value as it comes back from storage: JSON writes `1.0` as `1`, which is an integer."""
    kind = type(value)
    if kind is dict:
        return {name: as_stored(item) for name, item in value.items()}
    if kind is list or kind is tuple:
        return [as_stored(item) for item in value]
    if kind is float and value.is_integer() and abs(value) < _WRITTEN_OUT:
        return int(value)
    return value
