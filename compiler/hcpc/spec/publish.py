"""How each service of a hosted control plane is reached."""

from typing import Annotated

from pydantic import Field

from hcpc.spec.types import (
    Address,
    Form,
    Hostname,
    Nothing,
    one_of,
)


class Named(Form):
    """A load balancer or route, with a fixed host name if any."""

    hostname: Hostname | None = Field(
        None, description="Fixed host name; needed to restore the cluster elsewhere."
    )


class NodePort(Form):
    """A port on the management cluster's nodes."""

    address: Address = Field(description="Address or host name at which the nodes are reached.")
    port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="The port; one is chosen when absent or 0."
    )


class Strategy(Form):
    """Exactly one way to reach a service."""

    load_balancer: Named | None = None
    route: Named | None = None
    node_port: NodePort | None = None
    none: Nothing | None = Field(None, description="Legacy: the service is not published.")
    s3: Nothing | None = Field(None, description="Legacy: OIDC documents in a bucket.")

    _one = one_of("loadBalancer", "route", "nodePort", "none", "s3")


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
