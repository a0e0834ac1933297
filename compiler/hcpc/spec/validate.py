"""A tree against a model: the model's data, and a finding at the right place for each fault.

pydantic finds the faults; `spec.faults` gives them places and words.
"""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ValidationError

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.source.text import Span
from hcpc.spec.faults import CODES, Fault, is_wrong_type, report
from hcpc.spec.fields import fields_at
from hcpc.syntax.tree import FieldPath, Path, Tree, plain


def validate(
    model: type[BaseModel],
    tree: Tree,
    sink: Sink,
    *,
    base: Path = (),
    root: Tree | None = None,
    head: Span | None = None,
    partial: bool = False,
) -> dict[str, Any] | None:
    """The model's data (only what was written, in its final types), or None after faults.

    `base` is the path of `tree` in the document, for messages, and `root` the tree it starts
    from, if what lacks something is to be shown there; `head` stands for all of the tree where it
    lacks something itself. A `partial` tree is one layer: nothing is
    missing from it, and text with references has no form yet.
    """
    data = plain(tree)
    try:
        return model.model_validate(data).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as invalid:
        errors: list[Any] = invalid.errors(include_url=False)
    unresolved = ("${",) if partial else _unresolved(sink)
    told = sink.subjects(codes.EMPTY_VALUE)  # there without a value, so not missing as well
    kept = _one_per_place(errors, data)
    meant = _meant(model, kept)
    for error in kept:
        is_missing = error["type"] in {"missing", "one_of"}
        wanted = {*error["loc"][-1:], *error.get("ctx", {}).get("fields", ())}
        if is_missing and (partial or error["loc"] in meant or told & wanted):
            continue
        if not _holds(error, unresolved):
            report(Fault(model, tree, base, root, error), sink, head)
    return None


def usable(model: type[BaseModel], tree: Tree) -> dict[str, Any]:
    """The model's data without what is faulty, for whoever goes on after faults were told."""
    data = plain(tree)
    while True:
        try:
            return model.model_validate(data).model_dump(by_alias=True, exclude_unset=True)
        except ValidationError as invalid:
            errors: list[Any] = invalid.errors(include_url=False)
        places = {
            _at_fault(data, _without_arms(error["loc"], data, error["type"])) for error in errors
        }
        if places == {()}:
            return {}
        for place in sorted(places, key=len, reverse=True):
            _drop(data, place)


def _at_fault(data: Any, path: Path) -> FieldPath:
    """What is dropped for a fault at a path: it, or all of what lacks it; whole lists only."""
    found: list[str] = []
    for step in path:
        if not isinstance(data, dict) or not isinstance(step, str) or step not in data:
            break
        found.append(step)
        data = data[step]
    return tuple(found)


def _drop(data: Any, path: FieldPath) -> None:
    for step in path[:-1]:
        data = data.get(step, {})
    if path:
        data.pop(path[-1], None)


def _holds(error: dict[str, Any], unresolved: Collection[str]) -> bool:
    """Whether the value (not the name) holds a reference without a value: it has no form yet."""
    value = error["input"]
    if error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        return False
    return isinstance(value, str) and any(reference in value for reference in unresolved)


def _unresolved(sink: Sink) -> set[str]:
    """References whose own fault is told already; what holds them is not faulty as well."""
    references = sink.subjects(codes.UNKNOWN_REFERENCE, codes.REFERENCE_CYCLE, codes.BAD_REFERENCE)
    if sink.subjects(codes.NO_MANAGEMENT_CLUSTER):
        references.add("${managementCluster.")
    return references


def _meant(model: type[BaseModel], errors: list[dict[str, Any]]) -> set[Path]:
    """Fields that are there under a misspelt name: they are not missing as well."""
    unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
    return {
        (*path[:-1], near)
        for path in unknown
        if (near := suggest(str(path[-1]), fields_at(model, path[:-1])))
    }


def _one_per_place(errors: list[dict[str, Any]], data: Any) -> list[dict[str, Any]]:
    """The arms of a union each complain about the same value: keep the most telling one."""
    kept: dict[Path, dict[str, Any]] = {}
    for error in errors:
        error["loc"] = _without_arms(error["loc"], data, error["type"])
        before = kept.get(error["loc"])
        if before is None or (is_wrong_type(before["type"]) and error["type"] in CODES):
            kept[error["loc"]] = error
    # Who wrote a mapping meant the arm that takes one: what is wrong inside says enough.
    inner = {path[:size] for path in kept for size in range(len(path))}
    return [
        error
        for path, error in kept.items()
        if path not in inner or not is_wrong_type(error["type"])
    ]


def _without_arms(location: Path, data: Any, kind: str) -> Path:
    """A location without the names of union arms, which stand for no step in the data."""
    path: list[str | int] = []
    for number, step in enumerate(location):
        is_last = number == len(location) - 1
        keys = (
            data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
        )
        if step in keys:
            data = data[step]
        elif not (is_last and (kind == "missing" or step == "[key]")):
            continue
        path.append(step)
    return tuple(path)
