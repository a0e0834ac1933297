"""Metadata of every sort, right and wrong, by field."""

from typing import Any

_KEYS = ("", "a b", "a/b/c", "A.b/c", "/c", "a/", "a" * 63, "a" * 64, "é/c")
_PREFIXES = ("a" * 253, "a" * 254, "A", "a_b", "a..b", "é")
_OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}

_NO_LABELS: tuple[Any, ...] = (3, None, True, {})
_NO_ANNOTATIONS: tuple[Any, ...] = (3, None, True, [])

METADATA: dict[str, list[Any]] = {
    "name": ["", "A", "a_b", "a.b", "-a", "a-", "a" * 253, "a" * 254, None, 3, "é"],
    "generateName": ["a-", "A-", "", "a_", "a" * 300, 3],
    "namespace": ["", None, 3],
    "labels": [
        *({key: "a"} for key in _KEYS),
        *({f"{prefix}/c": "a"} for prefix in _PREFIXES),
        *({"a": text} for text in ("", "a b", "-", "a" * 63, "a" * 64, "é")),
        *({"a": wrong} for wrong in _NO_LABELS),
        *(None, {}, [], "a", 3),
    ],
    "annotations": [
        *({key: "a"} for key in _KEYS),
        *({"a": text} for text in ("", "\n", "é", "b" * 262143, "b" * 262144)),
        *({"a": wrong} for wrong in _NO_ANNOTATIONS),
        *(None, {}, [], "a"),
    ],
    "finalizers": [["a"], ["a/b"], ["a b"], [""], ["a/b", "a/b"], "a", [3], [None]],
    "ownerReferences": [[], [{}], "a", None, [_OWNER], [{**_OWNER, "a": 1}]],
    "unheardOf": [1],
    "creationTimestamp": ["2026-08-01T10:00:00Z", "yesterday", None],
    "deletionTimestamp": ["2026-08-01T10:00:00Z"],
    "deletionGracePeriodSeconds": [-1],
    "generation": [3, -1, "3"],
    "managedFields": [[], [{}]],
    "selfLink": ["a"],
    "uid": ["a"],
    "resourceVersion": [""],
}
