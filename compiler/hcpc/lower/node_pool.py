"""The rows of NodePool. Spec paths are below a node pool's entry in `nodePools`."""

from hcpc.lower.unions import NODE_POOL_PLATFORM
from hcpc.lower.upgrade import Upgrade
from hcpc.mapping.codec import Each, Reference
from hcpc.mapping.table import Table, row

NODE_POOL_TABLE = Table(
    (
        row("name", "metadata.name"),
        row("labels", "metadata.labels"),
        row("annotations", "metadata.annotations"),
        row("release", "spec.release.image"),
        row("replicas", "spec.replicas"),
        row("autoscale", "spec.autoScaling"),
        row("arch", "spec.arch"),
        row("upgrade", "spec.management", Upgrade()),
        row("autoRepair", "spec.management.autoRepair"),
        row("drainTimeout", "spec.nodeDrainTimeout"),
        row("volumeDetachTimeout", "spec.nodeVolumeDetachTimeout"),
        row("nodeLabels", "spec.nodeLabels"),
        row("taints", "spec.taints"),
        row("config", "spec.config", Each(Reference("configMap"))),
        row("tuning", "spec.tuningConfig", Each(Reference("configMap"))),
        row("pausedUntil", "spec.pausedUntil"),
        row("osStream", "spec.osImageStream.name"),
        row("platform", "spec.platform", NODE_POOL_PLATFORM),
    )
)
