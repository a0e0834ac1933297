"""Where nodes pull images from, and which signatures they ask for."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.machine import Content
from hcpc.spec.types import Form, NonEmpty, Text, exclusive, matching

_HOST = "[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"
_REPOSITORY = rf"{_HOST}([.]{_HOST})*(:[0-9]+)?(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*"
_EXPECTED = "a registry or repository such as `registry.example.com/team`, without a tag"

Repository = Annotated[str, matching(_REPOSITORY, _EXPECTED), Field(max_length=512)]
Source = Annotated[
    str,
    matching(rf"[*]([.]{_HOST})+|{_REPOSITORY}", _EXPECTED),
    Field(max_length=512),
]


class Mirror(Form):
    """Mirrors of one source."""

    mirrors: Annotated[list[Repository], Field(min_length=1)] = Field(
        description="Where the same images are, the first choice first."
    )
    never_contact_source: bool | None = Field(
        None, description="Pull from mirrors only, never from the source itself."
    )


class Pem(Content):
    """A key or certificate as PEM text."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "text", "fromFile", required=True)
        return self


class PublicKey(Form):
    """Signatures made with a key."""

    key: Pem = Field(description="The public key.")
    rekor_key: Pem | None = Field(None, description="Public key of the transparency log.")


class Fulcio(Form):
    """Signatures made with short-lived certificates."""

    ca: Pem = Field(description="Certificate of the authority, Fulcio.")
    rekor_key: Pem = Field(description="Public key of the transparency log, Rekor.")
    oidc_issuer: NonEmpty = Field(description="URL of whoever vouched for the signer.")
    signed_email: Annotated[Text, matching(r"\S+@[^\s@]+", "an e-mail address")] = Field(
        description="E-mail address of the signer."
    )


class Pki(Form):
    """Signatures made with certificates of your own authority."""

    ca_roots: Pem = Field(description="Certificates of the authority.")
    ca_intermediates: Pem | None = Field(None, description="Certificates between.")
    email: Text | None = Field(None, description="E-mail address in the signer's certificate.")
    hostname: Text | None = Field(None, description="Host name in the signer's certificate.")

    @model_validator(mode="after")
    def _some_subject(self) -> Self:
        if self.email is None and self.hostname is None:
            fields = {"fields": ["email", "hostname"]}
            raise PydanticCustomError("one_of", "one of these is needed", fields)
        return self


class RemapIdentity(Form):
    """A prefix of image names, and the one that signatures have in its place."""

    prefix: Repository = Field(description="Beginning of the image's name as it is pulled.")
    signed_prefix: Repository = Field(description="Beginning of the name it was signed under.")


class SignedIdentity(Form):
    """Which image a signature has to name."""

    match: Literal["MatchRepoDigestOrExact", "MatchRepository"] | None = Field(
        None, description="How closely it has to name the image itself."
    )
    exact_repository: Repository | None = Field(None, description="It names this repository.")
    remap: RemapIdentity | None = Field(
        None, description="It names the image by another prefix: that of a mirror, perhaps."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "match", "exactRepository", "remap", required=True)
        return self


class ImagePolicy(Form):
    """Images that need a signature, and whose."""

    scopes: Annotated[list[Source], Field(min_length=1, max_length=256)] = Field(
        description="Registries, repositories or images; `*.example.com` for all below."
    )
    public_key: PublicKey | None = Field(None, description="Signed with a key.")
    fulcio: Fulcio | None = Field(None, description="Signed through Fulcio and Rekor.")
    pki: Pki | None = Field(None, description="Signed with certificates of your own.")
    signed_identity: SignedIdentity | None = Field(
        None, description="Which image a signature names; the image itself when absent."
    )

    @model_validator(mode="after")
    def _one_root(self) -> Self:
        exclusive(self, "publicKey", "fulcio", "pki", required=True)
        return self
