"""Tuning of nodes: TuneD profiles, and which nodes they are recommended for."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.types import Count, Form, LabelKey, NonEmpty, Text, matching


def _one_line(value: str) -> str:
    """TuneD reads a setting to the end of its line, and a `#` after a blank as a comment."""
    expected = ""
    if not value.isprintable() or value != value.strip():
        expected = "one line without blanks around it"
    elif value.startswith("#") or " #" in value:
        expected = "no ` #`, which begins a comment in TuneD"
    if expected:
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
    return value


ProfileName = Annotated[
    Text, matching("[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits, `.`, `_` and `-`")
]
SectionName = Annotated[
    str, matching("[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits, `.`, `_` and `-`")
]
OptionName = Annotated[
    str, matching(r"[^\s=#;\[\]][^\s=#]*", "an option's name, without blanks, `=` and `#`")
]
Line = Annotated[Text, AfterValidator(_one_line)]
Included = Annotated[NonEmpty, AfterValidator(_one_line)]
Options = dict[OptionName, Line]


class TunedProfile(Form):
    """A TuneD profile."""

    summary: Line | None = Field(None, description="What it is for.")
    include: Included | list[Included] | None = Field(
        None, description="Profiles that it builds on, such as `openshift-node`."
    )
    sysctl: Options | None = Field(None, description="Kernel parameters: `{vm.dirty_ratio: 55}`.")
    sections: dict[SectionName, Options] | None = Field(
        None, description="Any other section of the profile: `{bootloader: {cmdline_x: +x=1}}`."
    )

    @model_validator(mode="after")
    def _sections_once(self) -> Self:
        for name in ("main", "sysctl"):
            if name in (self.sections or {}):
                message = (
                    "`main` holds what `summary` and `include` say"
                    if name == "main"
                    else "section `sysctl` has a field of its own"
                )
                raise PydanticCustomError("range", message, {"fields": ["sections"]})
        return self


class Match(Form):
    """Nodes with a label, or nodes with a pod that has it."""

    label: LabelKey = Field(description="The label.")
    value: Text | None = Field(None, description="Its value; any when absent.")
    type: Literal["node", "pod"] | None = Field(
        None, description="Whose label it is; the node's when absent."
    )
    match: list["Match"] | None = Field(None, description="One of these must hold, too.")


class Recommend(Form):
    """Which nodes get a profile."""

    profile: ProfileName | None = Field(
        None, description="The profile; the only one of this NodeConfig when absent."
    )
    priority: Count | None = Field(
        None, description="The lowest number wins on a node; 20 when absent."
    )
    match: list[Match] | None = Field(
        None, description="One of these must hold; every node of the pool when absent."
    )
    debug: bool | None = Field(None, description="Let TuneD log in detail.")
    verbosity: Count | None = Field(None, description="How much TuneD's operand logs.")
    reapply_sysctl: bool | None = Field(
        None, description="Let the node's own sysctl files win over the profile."
    )


class TunedForm(Form):
    """TuneD profiles and whom they are for."""

    profiles: Annotated[dict[ProfileName, TunedProfile], Field(min_length=1)] = Field(
        description="TuneD profiles, by a name that is unique in a hosted cluster."
    )
    recommend: Annotated[list[Recommend], Field(min_length=1)] | None = Field(
        None, description="Which nodes get which profile; all of the pool when absent."
    )

    @model_validator(mode="after")
    def _recommends_its_own(self) -> Self:
        if len(self.profiles) > 1 and any(
            each.profile is None for each in self.recommend or [Recommend()]
        ):
            message = "with several profiles, each entry of `recommend` names one of them"
            raise PydanticCustomError("range", message, {"fields": ["recommend"]})
        return self
