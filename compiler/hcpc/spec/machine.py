"""What is written to a machine: files, systemd units, and keys of the user `core`."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.types import (
    Count,
    Form,
    NonEmpty,
    Text,
    exclusive,
    matching,
    not_empty,
)

_READ_ONLY = ("bin", "boot", "dev", "lib", "lib64", "proc", "sbin", "sys", "usr")


def _absolute(value: str) -> str:
    steps = value.split("/")
    expected = ""
    if steps[0] or not value.isprintable() or any(step in {"", ".", ".."} for step in steps[1:]):
        expected = "an absolute path such as `/etc/chrony.conf`"
    elif steps[1] in _READ_ONLY and not value.startswith("/usr/local/"):
        expected = "a path that nodes can write, such as one below `/etc` or `/var`"
    if expected:
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
    return value


def _octal(value: Any) -> Any:
    """Text of an octal number: `0644` stands plain in YAML and is text there."""
    text = str(value) if type(value) is int else value
    if isinstance(text, str) and (len(text) != 4 or text[0] != "0" or set(text) - {*"01234567"}):  # noqa: PLR2004  # a zero and three digits
        expected = "an octal mode of four digits, the first a `0`"
        raise PydanticCustomError("mode", "expected {expected}", {"expected": expected})
    return text


def unit_fault(text: str) -> str:
    """What systemd would rather have in a unit's text; empty when it can read it."""
    goes_on = in_section = False
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if goes_on or not said or said[0] in "#;":
            goes_on = goes_on and line.endswith("\\")
            continue
        if said[0] == "[" and said[-1] == "]":
            in_section = True
        elif not in_section or "=" not in said:
            expected = "a setting `Name=value`" if in_section else "a section such as `[Unit]`"
            return f"{expected} in line {number}"
        goes_on = line.endswith("\\")
    return ""


def _unit_text(value: str) -> str:
    fault = unit_fault(value)
    if fault:
        raise PydanticCustomError("format", "expected {expected}", {"expected": fault})
    return value


FilePath = Annotated[str, AfterValidator(_absolute), Field(max_length=4096)]
Mode = Annotated[str, BeforeValidator(_octal, json_schema_input_type=str | int)]
Owner = (
    Count
    | Annotated[str, matching("[a-z_][a-z0-9_-]{0,31}", "a name such as `chrony`, or a number")]
)
UnitText = Annotated[Text, AfterValidator(_unit_text)]
UnitName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9:_.\\@-]+\."
        "(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)",
        "a unit's name with its type, such as `backup.service` or `backup.timer`",
    ),
    Field(max_length=255),
]
DropInName = Annotated[
    str,
    matching(r"[A-Za-z0-9:_.\\@-]+\.conf", "a name that ends in `.conf`"),
    Field(max_length=255),
]
SshKey = Annotated[
    str,
    matching(
        "(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp(256|384|521)|sk-[a-z0-9-]+@openssh[.]com)"
        " [A-Za-z0-9+/]{32,}={0,3}( [^\\n]*)?",
        "a public key such as `ssh-ed25519 AAAA… name`",
    ),
]


class Content(Form):
    """A text, written here or in a file of the repository."""

    text: Text | None = Field(None, description="The text itself.")
    from_file: NonEmpty | None = Field(
        None, description="A file of the repository, seen from the file that says it."
    )


class File(Content):
    """A file on every node."""

    gzip: bool | None = Field(None, description="Compress it on its way: for large files.")
    mode: Mode | None = Field(None, description="Permissions, octal; `0644` when absent.")
    owner: Owner | None = Field(None, description="User by name or number; `root` when absent.")
    group: Owner | None = Field(None, description="Group by name or number; `root` when absent.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "text", "fromFile", required=True)
        return self


class DropIn(Content):
    """A piece of configuration that is added to a systemd unit."""

    text: UnitText | None = Field(None, description="The text itself.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "text", "fromFile", required=True)
        return self


class Unit(Content):
    """A systemd unit: one of its own, or what is changed of one that is there."""

    text: UnitText | None = Field(None, description="The whole unit.")
    enabled: bool | None = Field(None, description="Whether it is started when a node boots.")
    mask: bool | None = Field(None, description="Make it impossible to start.")
    dropins: dict[DropInName, DropIn] | None = Field(
        None, description="Pieces of configuration that are added to it, by file name."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        not_empty(self)
        exclusive(self, "text", "fromFile")
        if self.mask and self.enabled:
            fields = {"fields": ["enabled", "mask"]}
            raise PydanticCustomError("exclusive", "fields exclude each other", fields)
        return self


KernelArgument = Annotated[NonEmpty, matching(r"\S+", "one argument without blanks")]
