"""`kind: ReleaseCatalog`: which version is which image."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.document import Document
from hcpc.spec.types import Form, Image, NonEmpty, exclusive, matching

Version = Annotated[str, matching(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", "a version such as `4.17.9`")]


class Images(Form):
    """The release image of each architecture, or the one for all."""

    multi: Image | None = Field(None, description="The multi-architecture image.")
    amd64: Image | None = Field(None, description="Image for x86-64 only.")
    arm64: Image | None = Field(None, description="Image for 64-bit Arm only.")
    ppc64le: Image | None = Field(None, alias="ppc64le", description="Image for IBM Power only.")
    s390x: Image | None = Field(None, alias="s390x", description="Image for IBM Z only.")

    @model_validator(mode="after")
    def _any(self) -> Self:
        if not self.model_fields_set:
            exclusive(self, "multi", "amd64", "arm64", "ppc64le", "s390x", required=True)
        return self


class Release(Form):
    """One release of OpenShift."""

    images: Images
    upgrades_from: list[Version] | None = Field(
        None, description="Versions with a known upgrade edge to this one."
    )


class ReleaseCatalogSpec(Form):
    """Releases by version."""

    channel: NonEmpty | None = Field(None, description="Channel the releases belong to.")
    releases: dict[Version, Release]


class ReleaseCatalog(Document):
    """Which version is which image, for this directory and below."""

    kind: Literal["ReleaseCatalog"] = Field(description="Which version is which image.")
    spec: ReleaseCatalogSpec
