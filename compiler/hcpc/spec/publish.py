"""How each service of a hosted control plane is reached."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from hcpc.spec.types import Address, Form, Hostname, exclusive


class Named(Form):
    """A load balancer or route, with a fixed host name if any."""

    hostname: Hostname | None = None


class NodePort(Form):
    """A port on the management cluster's nodes."""

    address: Address
    port: Annotated[int, Field(ge=0, le=65535)] | None = None


class Nothing(Form):
    """A strategy without settings."""


class Strategy(Form):
    """Exactly one way to reach a service."""

    load_balancer: Named | None = None
    route: Named | None = None
    node_port: NodePort | None = None
    none: Nothing | None = Field(None, description="Legacy: the service is not published.")
    s3: Nothing | None = Field(None, description="Legacy: OIDC documents in a bucket.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "loadBalancer", "route", "nodePort", "none", "s3", required=True)
        return self


class Publish(Form):
    """The services. What is absent gets what suits the platform."""

    api: Strategy | None = Field(None, description="The Kubernetes API server.")
    ignition: Strategy | None = Field(
        None, description="Where new nodes fetch their configuration."
    )
    konnectivity: Strategy | None = Field(
        None, description="The tunnel between control plane and nodes."
    )
    oauth: Strategy | None = Field(None, description="The login server.")
    oidc: Strategy | None = Field(None, description="Legacy; has no effect any more.")
    ovn_sb_db: Strategy | None = Field(None, description="Legacy; has no effect any more.")
