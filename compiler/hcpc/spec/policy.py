"""`kind: Policy`: how bad findings are, rules of the organisation, and waivers."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.document import Document
from hcpc.spec.types import (
    Count,
    Form,
    Labels,
    NonEmpty,
    RelativePath,
    Text,
    matching,
    not_empty,
)

NOTICE_DAYS = 30
ORG_ID = r"ORG(?:[0-9]{1,8}|(?:-[A-Z0-9]+){1,8})"
_STEP = r"(?:[A-Za-z0-9_*?][-A-Za-z0-9_*?/]*(?:\[(?:[0-9]+|\*)\])?)"


def _date(value: str) -> str:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
            raise ValueError  # noqa: TRY301  # told in the same words
        date.fromisoformat(value)
    except ValueError:
        expected = "a day such as `2027-06-30`"
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected}) from None
    return value


Day = Annotated[Text, AfterValidator(_date)]
OrgId = Annotated[
    Text, matching(ORG_ID, "an id such as `ORG0001` or `ORG-ETCD-SIZE`"), Field(max_length=64)
]
RuleId = Annotated[
    Text, matching(rf"HCP[0-9]{{4}}|{ORG_ID}", "a code such as `HCP1205`, or the id of a rule")
]
FieldPattern = Annotated[
    Text,
    matching(
        rf"{_STEP}(?:\.{_STEP})*", "a path such as `etcd.size`; `*` is any name: `nodePools.*.arch`"
    ),
]
_GLOB = "`*`, `?` and `[…]` as in file names."


class Scope(Form):
    """What an entry is about; what is not said does not matter."""

    cluster: NonEmpty | None = Field(None, description=f"Name of the cluster; {_GLOB}")
    cluster_labels: Labels | None = Field(
        None, description="Labels that the cluster has, each with this value."
    )
    management_cluster: NonEmpty | None = Field(
        None, description=f"Name of the management cluster; {_GLOB}"
    )
    platform: NonEmpty | None = Field(None, description="The cluster's platform.")
    directory: RelativePath | None = Field(
        None, description="A directory below the fleet's root, with all that lies below it."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        not_empty(self)
        return self


class SeverityEntry(Form):
    """How bad the findings of a rule are."""

    rule: RuleId = Field(description="A code such as `HCP1205`, or the id of a rule.")
    severity: Literal["error", "warning", "info", "off"] = Field(
        description="How bad its findings are; with `off` nobody is told."
    )
    scope: Scope | None = Field(None, description="Where; everywhere below when absent.")


class OrgRule(Form):
    """What must hold in this organisation, beyond what hcpc knows."""

    for_: Literal["cluster", "pool"] | None = Field(
        None,
        alias="for",
        description="What it is asked of: each `cluster` (when absent), or each node `pool`.",
    )
    expression: NonEmpty = Field(description="What must hold, in CEL.")
    message: NonEmpty = Field(description="What is said where it does not hold.")
    message_expression: NonEmpty | None = Field(
        None, description="What is said instead, made by an expression in CEL, where that succeeds."
    )
    severity: Literal["error", "warning", "info"] | None = Field(
        None, description="How bad it is; `error` when absent."
    )
    help: NonEmpty | None = Field(None, description="What to do about it.")
    at: FieldPattern | None = Field(
        None,
        description="The field that answers for it, as a path in the cluster's spec, or in the "
        "node pool's; the name when absent.",
    )
    scope: Scope | None = Field(None, description="Where; everywhere below when absent.")


class Waiver(Form):
    """Findings that somebody answers for, until a day."""

    rule: RuleId = Field(description="A code such as `HCP1205`, or the id of a rule.")
    scope: Scope | None = Field(None, description="Where; everywhere below when absent.")
    at: FieldPattern | None = Field(
        None, description="The field that is found fault with, or one around it."
    )
    owner: NonEmpty = Field(description="Who answers for it.")
    reason: NonEmpty = Field(description="Why it may be like this.")
    ticket: NonEmpty | None = Field(None, description="Where more is written about it.")
    expires: Day = Field(description="The last day it holds, in UTC.")


class PolicySpec(Form):
    """What an organisation thinks of findings."""

    severities: Annotated[list[SeverityEntry], Field(min_length=1)] | None = Field(
        None, description="How bad findings are; the last entry that fits has its way."
    )
    rules: Annotated[dict[OrgId, OrgRule], Field(min_length=1)] | None = Field(
        None, description="Rules of the organisation, by their ids."
    )
    waivers: Annotated[list[Waiver], Field(min_length=1)] | None = Field(
        None, description="Findings that are put up with."
    )
    notice_days: Count | None = Field(
        None,
        description="How many days before it expires one is told of a waiver of this document; "
        f"{NOTICE_DAYS} when absent.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        not_empty(self)
        return self


class Policy(Document):
    """What is thought of findings in this directory and below."""

    kind: Literal["Policy"] = Field(description="Severities, own rules, and waivers.")
    spec: PolicySpec
