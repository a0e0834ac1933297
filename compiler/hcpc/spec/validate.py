"""A tree against a model: the model's data, and a finding at the right place for each fault.

pydantic finds the faults; this module gives them codes, places and words.
"""

import re
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.spec import messages
from hcpc.syntax.tree import Path, Scalar, Tree, find, key_span, nearest_span, plain

_CODES: dict[str, Code] = {
    "extra_forbidden": codes.UNKNOWN_FIELD,
    "missing": codes.MISSING_FIELD,
    "one_of": codes.MISSING_FIELD,
    "literal_error": codes.BAD_ENUM,
    "cidr": codes.BAD_CIDR,
    "duration": codes.BAD_DURATION,
    "quantity": codes.BAD_QUANTITY,
    "image": codes.BAD_IMAGE,
    "name": codes.BAD_NAME,
    "exclusive": codes.EXCLUSIVE_FIELDS,
    "range": codes.OUT_OF_RANGE,
    "format": codes.BAD_FORMAT,
    "string_pattern_mismatch": codes.BAD_FORMAT,
}
_TYPE_ERRORS = re.compile(r".*_type$|.*_parsing$|model_attributes_type")
_QUOTED = re.compile(r"'([^']*)'")


def validate(
    model: type[BaseModel],
    tree: Tree,
    sink: Sink,
    *,
    base: Path = (),
    partial: bool = False,
) -> dict[str, Any] | None:
    """The model's data (only what was written, in its final types), or None after faults.

    `base` is the path of `tree` in the document, for messages. A `partial` tree is one layer:
    nothing is missing from it, and text with references has no form yet.
    """
    data = plain(tree)
    try:
        return model.model_validate(data).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as invalid:
        errors: list[Any] = invalid.errors(include_url=False)
    unresolved = partial or sink.has_errors
    for error in _one_per_place(errors, data):
        is_unresolved = unresolved and _is_reference(error)
        if not is_unresolved and not (partial and error["type"] in {"missing", "one_of"}):
            _report(model, tree, base, error, sink)
    return None


def _is_reference(error: dict[str, Any]) -> bool:
    """Whether the value still holds a reference, whose own fault (if any) is told already."""
    value = error["input"]
    return isinstance(value, str) and "${" in value and error["type"] != "extra_forbidden"


def _one_per_place(errors: list[dict[str, Any]], data: Any) -> list[dict[str, Any]]:
    """The arms of a union each complain about the same value: keep the most telling one."""
    kept: dict[Path, dict[str, Any]] = {}
    for error in errors:
        error["loc"] = _without_arms(error["loc"], data, error["type"])
        before = kept.get(error["loc"])
        if before is None or (_TYPE_ERRORS.fullmatch(before["type"]) and error["type"] in _CODES):
            kept[error["loc"]] = error
    return list(kept.values())


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


def _report(
    model: type[BaseModel], tree: Tree, base: Path, error: dict[str, Any], sink: Sink
) -> None:
    kind: str = error["type"]
    path: Path = error["loc"]
    is_key = path[-1:] == ("[key]",)
    path = path[:-1] if is_key else path
    code = _CODES.get(kind)
    if code is None:
        code = codes.WRONG_TYPE if _TYPE_ERRORS.fullmatch(kind) else codes.OUT_OF_RANGE
    place = messages.dotted((*base, *path))
    context: dict[str, Any] = error.get("ctx", {})
    span, label, hint = nearest_span(tree, path), "", ""
    secondary: tuple[Label, ...] = ()
    match code:
        case codes.UNKNOWN_FIELD:
            known = fields_at(model, path[:-1])
            span = key_span(tree, path)
            message = messages.unknown_field(path[-1], (*base, *path[:-1]))
            label = did_you_mean(str(path[-1]), known)
            hint = "" if label else messages.known_fields(known)
        case codes.MISSING_FIELD:
            span = _parent_span(tree, path if kind == "one_of" else path[:-1])
            wanted = context.get("fields") or [str(path[-1])]
            message = messages.missing(
                wanted, place if kind == "one_of" else messages.dotted((*base, *path[:-1]))
            )
        case codes.BAD_ENUM:
            allowed = _QUOTED.findall(str(context.get("expected", "")))
            message = messages.bad_enum(error["input"], place)
            label = did_you_mean(str(error["input"]), allowed)
            hint = messages.allowed(allowed)
        case codes.EXCLUSIVE_FIELDS:
            names: list[str] = context["fields"]
            spans = sorted((key_span(tree, (*path, name)) for name in names), key=lambda s: s.order)
            span = spans[-1]
            secondary = tuple(Label(other, "excludes it") for other in spans[:-1])
            message = messages.exclusive(names, place)
            hint = messages.EXCLUSIVE_HELP
        case codes.WRONG_TYPE:
            value = find(tree, path)
            message = messages.wrong_type(kind, value, place)
            hint = messages.type_help(kind, value)
        case _:
            if is_key:
                span = key_span(tree, path)
            message = messages.bad_value(code, error, path[-1] if is_key else error["input"], place)
    sink.report(code, span, message, label=label, secondary=secondary, help=hint)


def _parent_span(tree: Tree, path: Path) -> Any:
    """Where something is missing: the key of the mapping that lacks it."""
    found = find(tree, path)
    if path and not isinstance(found, Scalar):
        return key_span(tree, path)
    return nearest_span(tree, path)


def fields_at(model: type[BaseModel], path: Path) -> list[str]:
    """The field names that a model knows at a path; empty where any name goes."""
    annotation: Any = model
    for step in path:
        annotation = _step(annotation, step)
    found = _models(annotation)
    return sorted(
        {info.alias or name for each in found for name, info in each.model_fields.items()}
    )


def _step(annotation: Any, step: str | int) -> Any:
    for model in _models(annotation):
        for name, info in model.model_fields.items():
            if (info.alias or name) == step:
                return info.annotation
    arguments = [a for a in _arguments(annotation) if get_origin(a) in {dict, list}]
    return get_args(arguments[0])[-1] if arguments else None


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [
        each
        for each in _arguments(annotation)
        if isinstance(each, type) and issubclass(each, BaseModel)
    ]


def _arguments(annotation: Any) -> list[Any]:
    """An annotation's alternatives, with `Annotated` and unions taken apart."""
    if get_origin(annotation) in {dict, list} or isinstance(annotation, type):
        return [annotation]
    return [inner for argument in get_args(annotation) for inner in _arguments(argument)]
