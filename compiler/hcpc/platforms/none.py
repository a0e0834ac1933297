"""None: machines that somebody else provides and joins to the cluster.

Facts: there is no member in manifests, the type says all; NodePools only generate ignition, so
they upgrade in place; services are on node ports unless the site has a load balancer.
"""

from hcpc.platforms.platform import Platform, on_node_ports
from hcpc.spec.types import Form


class NoneCluster(Form):
    """`platform.none` of a cluster; it has no settings."""


class NoneNodePool(Form):
    """`platform.none` of a node pool; it has no settings."""


PLATFORM = Platform(
    manifest_type="None",
    member=None,
    cluster=NoneCluster,
    node_pool=NoneNodePool,
    publish=on_node_ports,
    arches=("amd64", "arm64"),
    upgrade_type="InPlace",
    makes_machines=False,
)
