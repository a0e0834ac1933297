"""Which conditions of HostedClusters and NodePools decide on their health, and how.

From HyperShift's `support/conditions/conditions.go`. Argo CD's Lua, Flux's CEL and our own sync are
all made of these lists.
"""

CLUSTER_NEEDED = {
    "SupportedHostedCluster": "True",
    "ValidConfiguration": "True",
    "ValidReleaseImage": "True",
    "Available": "True",
    "Degraded": "False",
    "Progressing": "False",
}
"""Without these the operator has not said enough yet; each with what is good."""

CLUSTER_BLOCKING = (
    "SupportedHostedCluster",
    "ValidConfiguration",
    "ValidHostedControlPlaneConfiguration",
    "ValidReleaseImage",
)
"""While one of these is False the operator does not go on."""

CLUSTER_EXPECTED = (
    "AWSDefaultSecurityGroupCreated",
    "AWSEndpointAvailable",
    "AWSEndpointServiceAvailable",
    "ClusterVersionAvailable",
    "ClusterVersionReleaseAccepted",
    "ClusterVersionSucceeding",
    "ConfigOperatorReconciliationSucceeded",
    "ControlPlaneConnectionAvailable",
    "DataPlaneConnectionAvailable",
    "EtcdAvailable",
    "ExternalDNSReachable",
    "GCPEndpointAvailable",
    "GCPServiceAttachmentAvailable",
    "IgnitionEndpointAvailable",
    "InfrastructureReady",
    "KubeAPIServerAvailable",
    "PlatformCredentialsFound",
    "UnmanagedEtcdAvailable",
    "ValidAWSIdentityProvider",
    "ValidAWSKMSConfig",
    "ValidAzureKMSConfig",
    "ValidGCPCredentials",
    "ValidGCPWorkloadIdentity",
    "ValidIDPConfiguration",
    "ValidOIDCConfiguration",
    "ValidProxyConfiguration",
    "ValidReleaseInfo",
)
"""What may be absent, for not every version and platform has it, but must not be False when the
cluster is installed."""

CLUSTER_CHANGING = ("Progressing", "ClusterVersionProgressing")
"""True while an installation or an upgrade is under way."""

POOL_BLOCKING = (
    "UpdateManagementEnabled",
    "ValidArchPlatform",
    "ValidMachineConfig",
    "ValidMachineTemplate",
    "ValidPlatformConfig",
    "ValidPlatformImage",
    "ValidReleaseImage",
    "ValidTuningConfig",
)
"""While one of these is False the operator changes no node."""

POOL_CONFLICTS = (
    "AWSResourceTagConflict",
    "ClusterNetworkCIDRConflict",
    "performance.operator.openshift.io/Degraded",
)
"""What is wrong when it is True."""

POOL_FAILED = ("InplaceUpgradeFailed", "TooManyUnhealthy")
"""What is wrong when any condition gives it as its reason."""

POOL_UPDATES = ("UpdatingVersion", "UpdatingConfig", "UpdatingPlatformMachineTemplate")
"""True while nodes are changed."""

POOL_NEEDED = ("ValidMachineConfig", "ValidReleaseImage")
"""What the operator says of every pool, True when it is good."""

POOL_NEEDED_OF_MACHINES = ("AllMachinesReady", "AllNodesHealthy", "Ready")
"""What it says of every pool that has machines."""

POOL_AWAITED = (
    "AWSSecurityGroupAvailable",
    "AllMachinesReady",
    "IgnitionEndpointAvailable",
    "ReachedIgnitionEndpoint",
    "Ready",
    "SupportedVersionSkew",
    "ValidGeneratedPayload",
)
"""What may still become True by itself."""

WITHOUT_MACHINES = ("None", "IBMCloud")
"""Platforms whose machines the user provides; of these the operator reports none."""

BLOCKED = "Blocked"
"""Why a HostedCluster does not go on, as the reason of its `Progressing`."""

BAD_PAUSE = "InvalidPausedUntilValue"
"""The reason of `ReconciliationActive` when nobody knows until when to pause."""
