"""JSON merge patches (RFC 7386): how the passthrough is applied, and how it is found."""

from typing import Any


def apply_patch(target: Any, patch: Any) -> Any:
    """`target` with `patch` merged in; null removes. Neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = apply_patch(merged.get(name), value)
    return merged


def find_patch(source: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    """The smallest patch with `apply_patch(source, patch) == target`.

    `target` holds no null, which a merge patch cannot say.
    """
    patch: dict[str, Any] = {name: None for name in source if name not in target}
    for name, value in target.items():
        if name not in source:
            patch[name] = value
            continue
        before = source[name]
        if isinstance(before, dict) and isinstance(value, dict):
            inner = find_patch(before, value)
            if inner:
                patch[name] = inner
        elif not same(before, value):
            patch[name] = value
    return patch


def same(left: Any, right: Any) -> bool:
    """Equality that tells `1` from `true`, all the way down."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)
