"""The rows of HostedCluster. Spec paths are below `spec` of a Cluster document."""

from typing import Any

from hcpc.lower.login import IDENTITY_PROVIDERS, OIDC_PROVIDERS
from hcpc.lower.networks import ClusterNetwork
from hcpc.lower.publish import Services
from hcpc.lower.unions import CLUSTER_PLATFORM, KMS_PROVIDER
from hcpc.mapping.codec import CONFIG_MAP, SECRET, Each, Keyed, Member, Wrapped, union
from hcpc.mapping.table import Table, derived, row, rows

_ENCRYPTION = union(
    "type",
    {
        "aescbc": Member(
            "aescbc",
            "aescbc",
            Table((row("activeKey", "activeKey", SECRET), row("backupKey", "backupKey", SECRET))),
        ),
        "kms": Member("kms", "kms", KMS_PROVIDER),
    },
)
_CERTIFICATES = Each(
    Table((row("names", "names"), row("certificate", "servingCertificate", SECRET)))
)
_IMAGE = "spec.configuration.image"
_API_SERVER = "spec.configuration.apiServer"
_AUTHENTICATION = "spec.configuration.authentication"
_OVN = "spec.operatorConfiguration.clusterNetworkOperator"
_INGRESS = "spec.operatorConfiguration.ingressOperator"


def _management_type(spec: dict[str, Any]) -> str | None:
    if "etcd" not in spec:
        return None
    return "Unmanaged" if "unmanaged" in spec["etcd"] else "Managed"


def _storage_type(spec: dict[str, Any]) -> str | None:
    return "PersistentVolume" if _management_type(spec) == "Managed" else None


HOSTED_CLUSTER_TABLE = Table(
    (
        row("name", "metadata.name"),
        row("namespace", "metadata.namespace"),
        row("labels", "metadata.labels"),
        row("annotations", "metadata.annotations"),
        row("release", "spec.release.image"),
        row("channel", "spec.channel"),
        row("updateService", "spec.updateService"),
        row("clusterID", "spec.clusterID"),
        row("infraID", "spec.infraID"),
        row("baseDomain", "spec.dns.baseDomain"),
        row("dns.prefix", "spec.dns.baseDomainPrefix"),
        row("dns.publicZone", "spec.dns.publicZoneID"),
        row("dns.privateZone", "spec.dns.privateZoneID"),
        row("pullSecret", "spec.pullSecret", SECRET),
        row("sshKey", "spec.sshKey", SECRET),
        row("additionalTrustBundle", "spec.additionalTrustBundle", CONFIG_MAP),
        row("auditWebhook", "spec.auditWebhook", SECRET),
        row("issuerURL", "spec.issuerURL"),
        row("serviceAccountSigningKey", "spec.serviceAccountSigningKey", SECRET),
        row("availability.controlPlane", "spec.controllerAvailabilityPolicy"),
        row("availability.infrastructure", "spec.infrastructureAvailabilityPolicy"),
        row("fips", "spec.fips"),
        row("pausedUntil", "spec.pausedUntil"),
        row("platform", "spec.platform", CLUSTER_PLATFORM),
        row("publish", "spec.services", Services()),
        row("networks.type", "spec.networking.networkType"),
        row("networks.cluster", "spec.networking.clusterNetwork", Each(ClusterNetwork())),
        row("networks.service", "spec.networking.serviceNetwork", Each(Wrapped("cidr"))),
        row("networks.machine", "spec.networking.machineNetwork", Each(Wrapped("cidr"))),
        row("networks.allocateNodeCIDRs", "spec.networking.allocateNodeCIDRs"),
        row("networks.apiServer.port", "spec.networking.apiServer.port"),
        row("networks.apiServer.advertiseAddress", "spec.networking.apiServer.advertiseAddress"),
        row("networks.apiServer.allowedCIDRs", "spec.networking.apiServer.allowedCIDRBlocks"),
        row("networks.ovn", f"{_OVN}.ovnKubernetesConfig"),
        row("networks.disableMultiNetwork", f"{_OVN}.disableMultiNetwork"),
        row("etcd.size", "spec.etcd.managed.storage.persistentVolume.size"),
        row("etcd.storageClass", "spec.etcd.managed.storage.persistentVolume.storageClassName"),
        row("etcd.restoreSnapshotURL", "spec.etcd.managed.storage.restoreSnapshotURL"),
        row("etcd.unmanaged.endpoint", "spec.etcd.unmanaged.endpoint"),
        row("etcd.unmanaged.clientSecret", "spec.etcd.unmanaged.tls.clientSecret", SECRET),
        row("encryption", "spec.secretEncryption", _ENCRYPTION),
        row("autoscaling", "spec.autoscaling"),
        row("capabilities", "spec.capabilities"),
        row("featureGate.featureSet", "spec.configuration.featureGate.featureSet"),
        row("featureGate.enabled", "spec.configuration.featureGate.customNoUpgrade.enabled"),
        row("featureGate.disabled", "spec.configuration.featureGate.customNoUpgrade.disabled"),
        row("proxy.http", "spec.configuration.proxy.httpProxy"),
        row("proxy.https", "spec.configuration.proxy.httpsProxy"),
        row("proxy.noProxy", "spec.configuration.proxy.noProxy"),
        row("proxy.readinessEndpoints", "spec.configuration.proxy.readinessEndpoints"),
        row("proxy.trustedCA", "spec.configuration.proxy.trustedCA", CONFIG_MAP),
        row("imageSources", "spec.imageContentSources", Keyed("source", Wrapped("mirrors"))),
        row("registries.allowed", f"{_IMAGE}.registrySources.allowedRegistries"),
        row("registries.blocked", f"{_IMAGE}.registrySources.blockedRegistries"),
        row("registries.insecure", f"{_IMAGE}.registrySources.insecureRegistries"),
        row("registries.search", f"{_IMAGE}.registrySources.containerRuntimeSearchRegistries"),
        row("registries.allowedForImport", f"{_IMAGE}.allowedRegistriesForImport"),
        row("registries.externalHostnames", f"{_IMAGE}.externalRegistryHostnames"),
        row("registries.trustedCA", f"{_IMAGE}.additionalTrustedCA", CONFIG_MAP),
        row(
            "oauth.identityProviders",
            "spec.configuration.oauth.identityProviders",
            IDENTITY_PROVIDERS,
        ),
        row("oauth.tokenConfig", "spec.configuration.oauth.tokenConfig"),
        row("oauth.templates.login", "spec.configuration.oauth.templates.login", SECRET),
        row("oauth.templates.error", "spec.configuration.oauth.templates.error", SECRET),
        row(
            "oauth.templates.providerSelection",
            "spec.configuration.oauth.templates.providerSelection",
            SECRET,
        ),
        row("authentication.type", f"{_AUTHENTICATION}.type"),
        row("authentication.oidc", f"{_AUTHENTICATION}.oidcProviders", OIDC_PROVIDERS),
        row("authentication.serviceAccountIssuer", f"{_AUTHENTICATION}.serviceAccountIssuer"),
        row("authentication.oauthMetadata", f"{_AUTHENTICATION}.oauthMetadata", CONFIG_MAP),
        row("apiServer.dnsName", "spec.kubeAPIServerDNSName"),
        row(
            "apiServer.certificates", f"{_API_SERVER}.servingCerts.namedCertificates", _CERTIFICATES
        ),
        row("apiServer.clientCA", f"{_API_SERVER}.clientCA", CONFIG_MAP),
        row("apiServer.audit", f"{_API_SERVER}.audit"),
        row("apiServer.tlsProfile", f"{_API_SERVER}.tlsSecurityProfile"),
        row("apiServer.corsAllowedOrigins", f"{_API_SERVER}.additionalCORSAllowedOrigins"),
        row("olm.catalogs", "spec.olmCatalogPlacement"),
        row("olm.disableDefaultSources", "spec.configuration.operatorhub.disableAllDefaultSources"),
        row("ingress.domain", "spec.configuration.ingress.domain"),
        row("ingress.appsDomain", "spec.configuration.ingress.appsDomain"),
        row("ingress.endpointPublishing", f"{_INGRESS}.endpointPublishingStrategy"),
        *rows(
            "scheduler",
            "spec.configuration.scheduler",
            *("profile", "defaultNodeSelector", "mastersSchedulable", "profileCustomizations"),
        ),
        row("monitoring", "spec.monitoring"),
        row("controlPlane.release", "spec.controlPlaneRelease.image"),
        row("controlPlane.labels", "spec.labels"),
        row("controlPlane.nodeSelector", "spec.nodeSelector"),
        row("controlPlane.tolerations", "spec.tolerations"),
    ),
    (
        derived("etcd", "spec.etcd.managementType", _management_type, "`Managed` or `Unmanaged`"),
        derived("etcd", "spec.etcd.managed.storage.type", _storage_type, "`PersistentVolume`"),
    ),
)
