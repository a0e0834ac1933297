"""The dashboard that the operator makes for each hosted cluster."""

from typing import Self

from pydantic import Field, model_validator

from hcpc.spec.types import Form, NonEmpty, exclusive


class Dashboard(Form):
    """The template of hosted clusters' dashboards."""

    template: NonEmpty | None = Field(None, description="The template itself, as JSON.")
    from_file: NonEmpty | None = Field(
        None, description="File with the template, seen from the file that says this."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "template", "fromFile", required=True)
        return self
