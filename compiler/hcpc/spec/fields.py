"""What models say about fields, asked by path: their names, what they look like, where they are."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hcpc.spec.passthrough import is_passthrough
from hcpc.syntax.tree import Path

_DEEPEST = 3
_MANY = 2


def fields_at(model: type[BaseModel], path: Path) -> list[str]:
    """The field names that a model knows at a path; empty where any name goes."""
    return sorted({name for each in _models(_annotation(model, path)) for name, _ in _own(each)})


def description(model: type[BaseModel], path: Path) -> str:
    """Which values a field takes, or else what the model says it is for."""
    for each in _models(_annotation(model, path[:-1])):
        for name, info in _own(each):
            if name == path[-1]:
                return _choices(info.annotation) or info.description or ""
    return ""


def _choices(annotation: Any) -> str:
    literals = [each for each in _arguments(annotation) if get_origin(each) is Literal]
    return ", ".join(f"`{value}`" for each in literals for value in get_args(each))


def holds(model: type[BaseModel], path: Path) -> str:
    """What a field has for a value: `mapping`, `list` or `value`; empty where anything goes."""
    annotation = _annotation(model, path)
    if _models(annotation) or _values(annotation, dict):
        return "mapping"
    if _values(annotation, list):
        return "list"
    return "" if annotation is None or Any in _arguments(annotation) else "value"


def skeleton(model: type[BaseModel], path: Path, said: str = "") -> str:
    """The shape of a field's value on one line: `{secret: …}`, `[…]`, or `…`.

    `said` is what somebody wrote in its place: one of its fields, or one's value, perhaps.
    """
    if is_passthrough(path):
        return ""
    annotation = _annotation(model, path)
    for each in _models(annotation):
        for name, info in _own(each):
            if name == said:
                return f"{{…: {_skeleton(info.annotation)}}}"
            if f"`{said}`" in _choices(info.annotation):
                return f"{{{name}: …}}"
    return _skeleton(annotation)


def places_of(model: type[BaseModel], name: str) -> list[str]:
    """Paths at which a model has a field of that name, `NAME` for a free step; empty when many."""
    found = sorted(_places(model).get(name, ()))
    return found if len(found) <= _MANY else []


@cache
def _places(model: type[BaseModel]) -> dict[str, set[str]]:
    """The paths of a model's fields by the fields' names; walking a large model takes a while."""
    places: dict[str, set[str]] = {}
    for path in _walk(model, "", 1):
        places.setdefault(path.rpartition(".")[2], set()).add(path)
    return places


def _walk(annotation: Any, prefix: str, depth: int) -> Iterator[str]:
    for each in _models(annotation):
        for name, info in _own(each):
            path = f"{prefix}{name}"
            yield path
            if depth < _DEEPEST:
                yield from _walk(info.annotation, f"{path}.", depth + 1)
    for inner in _values(annotation, dict):
        yield from _walk(inner, f"{prefix}NAME.", depth)
    for inner in _values(annotation, list):
        yield from _walk(inner, f"{prefix[:-1]}[].", depth)


def _skeleton(annotation: Any) -> str:
    for each in _models(annotation):
        required = [(name, info) for name, info in _own(each) if info.is_required()]
        inner = ", ".join(f"{name}: {_skeleton(info.annotation)}" for name, info in required)
        return f"{{{inner}}}"
    if values := _values(annotation, dict):
        return "{…: {}}" if values[0] is Any or _models(values[0]) else "{…: …}"
    return "[…]" if _values(annotation, list) else "…"


def _annotation(model: type[BaseModel], path: Path) -> Any:
    annotation: Any = model
    for step in path:
        annotation = _step(annotation, step)
    return annotation


def _step(annotation: Any, step: str | int) -> Any:
    for model in _models(annotation):
        for name, info in _own(model):
            if name == step:
                return info.annotation
    inner = [*_values(annotation, dict), *_values(annotation, list)]
    return inner[0] if inner else None


def _own(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    return ((info.alias or name, info) for name, info in model.model_fields.items())


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [
        each
        for each in _arguments(annotation)
        if isinstance(each, type) and issubclass(each, BaseModel)
    ]


def _values(annotation: Any, container: type) -> list[Any]:
    """What a `dict[…]` or `list[…]` among an annotation's alternatives holds."""
    return [get_args(each)[-1] for each in _arguments(annotation) if get_origin(each) is container]


def _arguments(annotation: Any) -> list[Any]:
    """An annotation's alternatives, with `Annotated` and unions taken apart."""
    if get_origin(annotation) in {dict, list, Literal} or isinstance(annotation, type):
        return [annotation]
    return [inner for argument in get_args(annotation) for inner in _arguments(argument)]
