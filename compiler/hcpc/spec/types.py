"""Field types of the spec language. Each is made by one parser and demanded everywhere else.

A failed check raises a pydantic error whose `type` names the diagnostic (see `spec.validate`).
"""

import ipaddress
import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

MOST_INT32, MOST_INT64 = 2**31 - 1, 2**63 - 1
"""The largest numbers that fields of objects can hold: of most fields, and of a few."""

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
QUANTITY = re.compile(
    r"\+?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?(\d+(\.\d*)?|\.\d+))?", re.ASCII
)
SIZE = re.compile(r"[0-9]+(\.[0-9]+)?([KMGTPE]i?|k)")
DURATION = re.compile(r"([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+")
PERCENT = re.compile(r"[0-9]+%")
IMAGE = re.compile(
    r"(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?/)?"
    r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64}|@sha512:[0-9a-f]{128})?"
)
HOSTNAME = re.compile(r"(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}")
DOMAIN = re.compile(r"(?:(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}|[a-zA-Z0-9-]+)?")
TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
LABEL_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
PREFIXED_NAME = re.compile(
    r"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/?#]\S*")


class Form(BaseModel):
    """Base of every model: camelCase outside, no unknown fields, no silent conversions."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        defer_build=True,
        hide_input_in_errors=True,
    )


def _as_text(value: Any) -> Any:
    """Text stays text: an int or bool was kept only because it reads back to the same text."""
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if type(value) is int else value


def _matching(pattern: re.Pattern[str], code: str, expected: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if pattern.fullmatch(value) is None:
            raise PydanticCustomError(code, "expected {expected}", {"expected": expected})
        return value

    return check


def _cidr(value: str) -> str:
    address, slash, prefix = value.partition("/")
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        network = None
    if network is None or not slash or not prefix.isascii() or not prefix.isdigit():
        expected = "an address and a prefix length such as `10.132.0.0/14` or `fd01::/48`"
        raise PydanticCustomError("cidr", "expected {expected}", {"expected": expected})
    if ipaddress.ip_address(address) != network.network_address:
        expected = f"the network's first address, `{network}`"
        raise PydanticCustomError("cidr", "expected {expected}", {"expected": expected})
    return value


def _address(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        if value != "localhost" and HOSTNAME.fullmatch(value) is None:
            expected = "an IP address or a full host name such as `api.example.com`"
            raise PydanticCustomError(
                "format", "expected {expected}", {"expected": expected}
            ) from None
    return value


def _ip(value: str) -> str:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        expected = "an IP address"
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected}) from None
    return value


def _paused_until(value: str) -> str:
    if value in {"true", "false", "True", "False"} or TIMESTAMP.fullmatch(value):
        return value
    expected = "`true`, `false` or a time such as `2026-03-01T06:00:00Z`"
    raise PydanticCustomError("format", "expected {expected}", {"expected": expected})


def _int_or_percent(value: Any) -> Any:
    if type(value) is int and 0 <= value <= MOST_INT32:
        return value
    if isinstance(value, str) and PERCENT.fullmatch(value):
        return value
    expected = "a whole number or a percentage such as `25%`"
    raise PydanticCustomError("format", "expected {expected}", {"expected": expected})


def matching(pattern: str, expected: str) -> AfterValidator:
    """A check that text matches a pattern as a whole; `expected` completes "expected …"."""

    def check(value: str) -> str:  # compiled when first used, so that imports stay cheap
        if re.fullmatch(pattern, value, re.ASCII) is None:
            raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
        return value

    return AfterValidator(check)


def _each_once(value: list[str]) -> list[str]:
    seen: set[str] = set()
    for item in value:
        if item in seen:
            raise PydanticCustomError("range", "`{item}` is listed twice", {"item": item})
        seen.add(item)
    return value


EACH_ONCE = AfterValidator(_each_once)
"""A check that a list, which the API takes for a set, names nothing twice."""


def is_image_reference(text: str) -> bool:
    """Whether text names an image: registry, repository, and a tag or digest if any."""
    return len(text) <= 253 and IMAGE.fullmatch(text) is not None  # noqa: PLR2004  # CRD limit


def _image(value: str) -> str:
    if not is_image_reference(value):
        expected = (
            "a reference such as `quay.io/org/release@sha256:…`, lower case, at most 253 characters"
        )
        raise PydanticCustomError("image", "expected {expected}", {"expected": expected})
    return value


def _relative_path(value: str) -> str:
    steps = value.split("/")
    if not value or value.startswith("/") or ".." in steps or "\0" in value:
        expected = "a path below the fleet's root, such as `clusters`"
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
    return value


Text = Annotated[str, BeforeValidator(_as_text, json_schema_input_type=str | float | bool)]
NonEmpty = Annotated[Text, Field(min_length=1)]
Short = Annotated[NonEmpty, Field(max_length=255)]
DnsLabel = Annotated[
    Text,
    AfterValidator(
        _matching(
            DNS_LABEL,
            "name",
            "lower case letters, digits and `-`, beginning and ending with a letter or digit",
        )
    ),
    Field(max_length=63),
]
ObjectName = Annotated[
    Text,
    AfterValidator(
        _matching(
            re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"),
            "name",
            "an object name: lower case letters, digits, `-` and `.`",
        )
    ),
    Field(max_length=253),
]
LabelKey = Annotated[
    str,
    AfterValidator(
        _matching(PREFIXED_NAME, "name", "a label key such as `team` or `example.com/team`")
    ),
]
LabelValue = Annotated[
    Text,
    AfterValidator(
        _matching(
            re.compile(f"(?:{LABEL_NAME.pattern})?"),
            "format",
            "a label value: at most 63 letters, digits, `-`, `_`, `.`",
        )
    ),
]
Quantity = Annotated[
    Text, AfterValidator(_matching(QUANTITY, "quantity", "a quantity such as `8Gi` or `500m`"))
]
Size = Annotated[
    Text,
    AfterValidator(_matching(SIZE, "quantity", "a size with its unit, such as `8Gi`")),
]
Duration = Annotated[
    Text, AfterValidator(_matching(DURATION, "duration", "a duration such as `30m` or `1h30m`"))
]
Cidr = Annotated[Text, AfterValidator(_cidr)]
Address = Annotated[Text, AfterValidator(_address)]
IpAddress = Annotated[Text, AfterValidator(_ip)]
Image = Annotated[Text, AfterValidator(_image)]
Hostname = Annotated[
    Text,
    AfterValidator(_matching(HOSTNAME, "format", "a full host name such as `api.example.com`")),
    Field(max_length=253),
]
Domain = Annotated[
    Text,
    AfterValidator(_matching(DOMAIN, "format", "a domain such as `fleet.example.com`")),
    Field(max_length=253),
]
Url = Annotated[
    Text, AfterValidator(_matching(URL, "format", "a URL such as `https://example.com/`"))
]
HttpsUrl = Annotated[
    Text,
    AfterValidator(
        _matching(re.compile(r"https://[^\s/]\S*"), "format", "a URL that begins `https://`")
    ),
]
Uuid = Annotated[
    Text,
    AfterValidator(
        _matching(UUID, "format", "a UUID such as `3f0c2c1e-7c2b-4b57-9a55-0c9a3d1f4e10`")
    ),
]
RelativePath = Annotated[Text, AfterValidator(_relative_path)]
PausedUntil = Annotated[Text, AfterValidator(_paused_until)]
IntOrPercent = Annotated[int | str, BeforeValidator(_int_or_percent)]
Int32 = Annotated[int, Field(ge=-(2**31), le=MOST_INT32)]
Count = Annotated[int, Field(ge=0, le=MOST_INT32)]
Positive = Annotated[int, Field(ge=1, le=MOST_INT32)]
Int64 = Annotated[int, Field(ge=-(2**63), le=MOST_INT64)]
Labels = dict[LabelKey, LabelValue]
Annotations = dict[LabelKey, Text]
Raw = dict[str, Any]


class _Later:
    """Marks a form that is made ready when somebody writes it, since that costs every start.

    It says what it would say in place; only pydantic learns of its fields later.
    """

    def __get_pydantic_core_schema__(
        self, source: type[Form], _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        def check(value: Any, info: core_schema.ValidationInfo) -> Form:
            return source.model_validate(value, context=info.context)

        return core_schema.with_info_plain_validator_function(
            check,
            ref=f"{source.__module__}.{source.__qualname__}:{id(source)}",
            metadata={"pydantic_js_functions": [partial(_schema_of, source)]},
        )


def _schema_of(
    form: type[Form], _core: core_schema.CoreSchema, handler: GetJsonSchemaHandler
) -> JsonSchemaValue:
    form.model_rebuild()
    return handler(form.__pydantic_core_schema__)


LATER = _Later()


class SecretRef(Form):
    """Names a Secret; its content never stands in a spec."""

    secret: ObjectName = Field(description="Name of a Secret in the hosted cluster's namespace.")


class ConfigMapRef(Form):
    """Names a ConfigMap."""

    config_map: ObjectName = Field(
        description="Name of a ConfigMap in the hosted cluster's namespace."
    )


class Nothing(Form):
    """An arm of a union that says all with its name."""


class Toleration(Form):
    """A Kubernetes toleration."""

    key: Text | None = Field(None, description="Key of the taint; any when absent.")
    operator: Text | None = Field(None, description="`Equal` or `Exists`; `Equal` when absent.")
    value: Text | None = Field(None, description="Value of the taint, with `Equal`.")
    effect: Text | None = Field(None, description="Effect of the taint; any when absent.")
    toleration_seconds: Int64 | None = Field(
        None, description="How long a `NoExecute` taint is tolerated; without it, for ever."
    )


def exclusive(model: BaseModel, *groups: str, required: bool = False) -> None:
    """Refuse a model in which more than one of the named fields is set (or none, if required).

    `groups` are the fields' names in the spec language.
    """
    aliases = {info.alias or name: name for name, info in type(model).model_fields.items()}
    present = [alias for alias in groups if aliases[alias] in model.model_fields_set]
    if len(present) > 1:
        raise PydanticCustomError("exclusive", "fields exclude each other", {"fields": present})
    if required and not present:
        raise PydanticCustomError("one_of", "one of these is needed", {"fields": list(groups)})


def one_of(*fields: str, required: bool = True) -> Any:
    """A check for the body of a model: `exclusive` of these fields, and nothing else."""

    def check(model: BaseModel) -> BaseModel:
        exclusive(model, *fields, required=required)
        return model

    return model_validator(mode="after")(check)


def not_empty(model: BaseModel) -> None:
    """Refuse a model in which no field is set."""
    if not model.model_fields_set:
        fields = [info.alias or name for name, info in type(model).model_fields.items()]
        raise PydanticCustomError("one_of", "one of these is needed", {"fields": fields})
