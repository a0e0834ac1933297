"""What may stand in a field, in words: from a model's annotation to a table's cell."""

from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from hcpc.spec import release_catalog, types

IN_WORDS = {
    types.Address: "address or host name",
    types.Annotations: "annotations",
    types.Cidr: "CIDR",
    types.ConfigMapRef: "`{configMap: NAME}`",
    types.DnsLabel: "name",
    types.Domain: "domain",
    types.Duration: "duration",
    types.Hostname: "host name",
    types.HttpsUrl: "URL (https)",
    types.Image: "image",
    types.IntOrPercent: "number or percentage",
    types.IpAddress: "IP address",
    types.Labels: "labels",
    types.LabelValue: "label value",
    types.Nothing: "`{}`",
    types.ObjectName: "name",
    types.PausedUntil: "`true` or a time",
    types.Quantity: "quantity",
    types.Raw: "mapping",
    types.RelativePath: "relative path",
    types.SecretRef: "`{secret: NAME}`",
    types.Url: "URL",
    types.Uuid: "UUID",
    release_catalog.Version: "version",
    bool: "`true` or `false`",
    int: "number",
    str: "text",
}
"""Types of the spec language in words; of two that fit, the one that says more."""


def value(annotation: Any) -> str:
    """What may stand in a field with this annotation."""
    said = _words(annotation)
    if said:
        return said
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return value(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{choice}`" if choice else "empty" for choice in arguments)
    if origin is list:
        return f"list: {value(arguments[0])}"
    if origin is dict:
        return f"by name: {value(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping" if annotation.model_fields else IN_WORDS[types.Nothing]
    return " or ".join(dict.fromkeys(value(each) for each in arguments if each is not type(None)))


def _words(annotation: Any) -> str:
    """The words for a type that has some, also when it is narrowed further."""
    best, length = "", -1
    for known, words in IN_WORDS.items():
        own, wanted = _parts(annotation), _parts(known)
        if own[0] == wanted[0] and own[: len(wanted)] == wanted and len(wanted) > length:
            best, length = words, len(wanted)
    return best


def _parts(annotation: Any) -> tuple[Any, ...]:
    """A type, and what was added to it, in order."""
    return get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
