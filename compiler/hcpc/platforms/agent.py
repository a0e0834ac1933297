"""Agent: hosts that the assisted installer's agents bring in, on bare metal or virtual machines.

Facts: NodePools upgrade in place by default (a replaced host would be provisioned anew); services
are on node ports unless the site has a load balancer; the agents' namespace must exist.
"""

from typing import Any

from pydantic import Field

from hcpc.kube.loose import mapping, numbered, text
from hcpc.mapping.codec import Codec
from hcpc.mapping.table import Table, row
from hcpc.platforms.platform import Picks, Platform, Recovery, machine_kinds, on_node_ports
from hcpc.spec.types import DnsLabel, Form, Labels, NonEmpty


class AgentCluster(Form):
    """`platform.agent` of a cluster."""

    namespace: DnsLabel = Field(description="Namespace on the management cluster with the Agents.")


class MatchExpression(Form):
    """One requirement of a label selector."""

    key: NonEmpty = Field(description="Key of the label.")
    operator: NonEmpty = Field(description="`In`, `NotIn`, `Exists` or `DoesNotExist`.")
    values: list[str] | None = Field(
        None, description="Values of the label, with `In` and `NotIn`."
    )


class Selector(Form):
    """A label selector."""

    match_labels: Labels | None = Field(None, description="Labels that Agents must have.")
    match_expressions: list[MatchExpression] | None = None


class AgentNodePool(Form):
    """`platform.agent` of a node pool."""

    selector: Selector | None = Field(
        None, description="Which Agents the pool takes; any in the namespace when absent."
    )


def _picks(cluster: dict[str, Any], pool: dict[str, Any]) -> Picks:
    """What a pool's selector asks of Agents: each label, and each expression."""
    selector = mapping(pool.get("agentLabelSelector"))
    asked = {f"{key}={value}" for key, value in mapping(selector.get("matchLabels")).items()}
    for _, each in numbered(selector.get("matchExpressions")):
        key, operator, values = (each.get(name) for name in ("key", "operator", "values"))
        listed = sorted(map(str, values)) if isinstance(values, list) else []
        is_label = operator == "In" and len(listed) == 1
        asked.add(f"{key}={listed[0]}" if is_label else f"{key} {operator} {','.join(listed)}")
    return text(cluster.get("agentNamespace")), tuple(sorted(asked))


_CLUSTER: Codec = Table((row("namespace", "agentNamespace"),))
_NODE_POOL: Codec = Table((row("selector", "agentLabelSelector"),))

PLATFORM = Platform(
    manifest_type="Agent",
    member="agent",
    cluster=AgentCluster,
    node_pool=AgentNodePool,
    publish=on_node_ports,
    arches=("amd64", "arm64", "ppc64le"),
    upgrade_type="InPlace",
    reinstalls=True,
    picks=_picks,
    needs_member=True,
    annotations={"capi-provider-agent-image": ""},
    cluster_codec=_CLUSTER,
    node_pool_codec=_NODE_POOL,
    recovery=Recovery(
        resources=(
            *machine_kinds("agent", "capi-provider.agent-install.openshift.io"),
            "agents.agent-install.openshift.io",
            "infraenvs.agent-install.openshift.io",
            "nmstateconfigs.agent-install.openshift.io",
            "baremetalhosts.metal3.io",
        ),
        agents="namespace",
    ),
    disruptive={
        "agentNamespace": "its machines stay behind in the old namespace, and new ones are needed",
    },
)
