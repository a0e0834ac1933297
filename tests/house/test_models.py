"""What holds for every field of every model: what people write and what platforms add to it."""

import contextlib
import itertools
import time
import typing
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from hcpc.platforms import registry
from hcpc.spec.document import KINDS, model_of
from hcpc.spec.management_cluster import PARTS, part_model
from hcpc.spec.types import ConfigMapRef, Nothing, SecretRef
from hcpc.verify.fields import TABLES, expand


class Field(NamedTuple):
    """A field of a model, its annotation, and whether anything says what it is for."""

    title: str
    annotation: Any
    description: str


def roots() -> list[type[BaseModel]]:
    """The models that all others hang on."""
    platforms = [found for name in registry.NAMES if (found := registry.platform(name))]
    members = [model for each in platforms for model in (each.cluster, each.node_pool)]
    providers = [each.kms.model for each in platforms if each.kms]
    return [*map(model_of, KINDS), *map(part_model, PARTS), *members, *providers]


def models() -> Iterator[type[BaseModel]]:
    """Every model, once."""
    waiting: list[type[BaseModel]] = roots()
    known = set(waiting)
    while waiting:
        model = waiting.pop()
        yield model
        inner = {
            part
            for annotation in get_type_hints(model, include_extras=True).values()
            for part in parts(annotation)
            if isinstance(part, type) and issubclass(part, BaseModel)
        }
        waiting += sorted(inner - known, key=str)
        known |= inner


def parts(annotation: Any) -> Iterator[Any]:
    """An annotation and all that it is made of, with what was added to each part."""
    yield annotation
    if get_origin(annotation) is Annotated:
        yield from list(parts(get_args(annotation)[0]))[1:]
    elif get_origin(annotation) in {typing.Union, UnionType, list, dict}:
        for argument in get_args(annotation):
            yield from parts(argument)


def fields() -> list[Field]:
    return [
        Field(
            f"{model.__module__.removeprefix('hcpc.')}.{model.__name__}.{info.alias or name}",
            hints[name],
            info.description or "",
        )
        for model in models()
        for hints in (get_type_hints(model, include_extras=True),)
        for name, info in model.model_fields.items()
    ]


FIELDS = fields()


def bare(annotation: Any) -> Any:
    """A type without what was added to it."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def texts() -> dict[str, TypeAdapter[Any]]:
    """Every form that a text may have to have, with the first field that has it."""
    found: dict[Any, str] = {}
    for field in FIELDS:
        for part in parts(field.annotation):
            if get_origin(part) is Annotated and bare(part) in {str, int | str}:
                found.setdefault(part, field.title)
    return {title: TypeAdapter(part) for part, title in found.items()}


def inner_models(annotation: Any) -> list[type[BaseModel]]:
    found = (bare(part) for part in parts(annotation))
    return [each for each in found if isinstance(each, type) and issubclass(each, BaseModel)]


# Their own words say how to name something, not what it is for.
SAYS_LITTLE = {SecretRef, ConfigMapRef, Nothing}


def test_every_field_says_what_it_is_for() -> None:
    """In its description, or in the first line of the one model that stands there."""
    silent = [
        field.title
        for field in FIELDS
        if not field.description
        and not any(
            each.__doc__ for each in inner_models(field.annotation) if each not in SAYS_LITTLE
        )
    ]
    assert len(FIELDS) > 600
    assert silent == []


def test_every_description_is_a_sentence_or_two() -> None:
    said = {field.description for field in FIELDS} - {""}
    assert [each for each in said if not each.endswith(".") or len(each) > 120] == []


def numbers() -> dict[str, TypeAdapter[Any]]:
    """Every field, or part of one, that holds a whole number."""
    found: dict[str, TypeAdapter[Any]] = {}
    for field in FIELDS:
        for part in parts(field.annotation):
            if bare(part) in {int, int | str}:
                found.setdefault(field.title, TypeAdapter(part))
    return found


def is_taken(form: TypeAdapter[Any], value: int) -> bool:
    try:
        form.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def test_no_number_is_larger_than_its_object_can_hold() -> None:
    """Of 32 bits, unless the field tables say 64: an object with another one can never be read."""
    wide = {path[-1] for kind in TABLES for path, field in expand(kind) if field.type == "int64"}
    wide |= {"podPidsLimit", "pidsLimit"}  # of the kubelet and of CRI-O
    found = numbers()
    assert len(found) > 25
    assert [title for title, form in found.items() if is_taken(form, 2**63)] == []
    assert [title for title, form in found.items() if is_taken(form, -(2**63) - 1)] == []
    narrow = {title: form for title, form in found.items() if title.rpartition(".")[2] not in wide}
    assert [title for title, form in narrow.items() if is_taken(form, 2**31)] == []


TEXTS = texts()
# What the beginnings of the patterns let pass, to be repeated, and what no pattern lets end.
PREFIXES = (
    *("", "a", "1", "https://", "https://a/", "ldap://a", "arn:aws:iam::123456789012:role/", "cr-"),
    *("https://sqs.a", "/subscriptions/a", "subnet-", "crn:", "Standard_", "quay.io/", "a@sha256:"),
    "/subscriptions/a/resourceGroups/a/providers/Microsoft.Network/virtualNetworks/a/subnets/a",
)
REPEATED = ("a", "1", "A", "-", "a.", "a-", "1.", "1m", "a/", ":", "1_", "_", "a:", "a,", "0%", "+")
SHORT, LONG = 1_000, 16_000
SLOWEST = 4  # times as slow as linear: what measuring gets wrong, not what a quadratic form takes


def seconds(form: TypeAdapter[Any], text: str) -> float:
    """How long it takes at best to find out whether a text has a form."""
    best = 1.0
    for _ in range(3):
        start = time.perf_counter()
        with contextlib.suppress(ValidationError):
            form.validate_python(text)
        best = min(best, time.perf_counter() - start)
    return best


def test_the_forms_of_texts_are_found() -> None:
    assert len(TEXTS) > 50


@pytest.mark.parametrize("title", TEXTS)
def test_a_long_text_takes_no_longer_than_its_length_says(title: str) -> None:
    form = TEXTS[title]
    for prefix, repeated in itertools.product(PREFIXES, REPEATED):
        texts = [prefix + repeated * (size // len(repeated)) + "\n" for size in (SHORT, LONG)]
        short, long = (seconds(form, text) for text in texts)
        assert long < max(short, 50e-6) * LONG / SHORT * SLOWEST, (prefix, repeated)
