"""The flags that the HyperShift operator is installed with, by the installer's own names.

Manuals and search engines know these names, so the spec language has no others.
Source: HyperShift, cmd/install/install.go.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from hcpc.spec.types import Cidr, Domain, Duration, Form, Image, NonEmpty

_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DAY = 86_400.0


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _one_word(value: str) -> str:
    # The add-on that reads the flags splits them at blanks and knows no quotes.
    if any(character.isspace() for character in value):
        raise PydanticCustomError("format", "expected {expected}", {"expected": "no blanks"})
    return value


def _no_dots(value: str) -> str:
    if "." in value:
        expected = "a bucket without dots in its name, or HTTPS would not reach it"
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
    return value


def _at_most_a_day(value: str) -> str:
    parts = re.findall(r"([0-9.]+)([a-zµ]+)", value)
    if sum(float(number) * _SECONDS[unit] for number, unit in parts) > _DAY:
        expected = "at most `24h`"
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
    return value


Word = Annotated[NonEmpty, AfterValidator(_one_word)]
Bucket = Annotated[Word, AfterValidator(_no_dots)]
PrivatePlatform = Literal["AWS", "Azure", "GCP"]
"""Where the operator can make private endpoints."""


def _flag(description: str) -> Any:
    return Field(None, description=description)


class InstallFlags(Form):
    """Flags of the operator's installation."""

    model_config = ConfigDict(alias_generator=_kebab)

    # The operator itself.
    namespace: Word | None = _flag("Not to be set: the add-on says it.")
    image_refs: Word | None = _flag("Not to be set: the add-on says it.")
    hypershift_image: Word | None = _flag("Not to be set: the add-on says it.")
    image_pull_policy: Literal["Always", "Never", "IfNotPresent"] | None = _flag(
        "When its image is pulled; `IfNotPresent` when absent."
    )
    install_scope: Literal["all", "crds", "resources"] | None = _flag(
        "What is installed; `all` when absent."
    )
    limit_crd_install: list[Word] | None = _flag("Platforms whose CRDs are installed.")
    wait_until_available: bool | None = _flag("Wait until the operator runs.")
    wait_until_crds_established: bool | None = _flag("Wait until the CRDs are served.")
    additional_trust_bundle: Word | None = _flag("File of more CA certificates.")
    pull_secret: Word | None = _flag("File of a pull secret.")
    registry_overrides: dict[Word, Word] | None = _flag("Registries to use in place of others.")
    additional_operator_env_vars: dict[Word, Word] | None = _flag(
        "Environment variables of the operator."
    )
    development: bool | None = _flag("Without the operator itself, for its developers.")
    exclude_etcd: bool | None = _flag("Without the manifests of the etcd operator.")
    enable_admin_rbac_generation: bool | None = _flag("Make RBAC for admins of hosted clusters.")
    managed_service: Literal["ARO-HCP"] | None = _flag("The managed service it is part of.")
    tech_preview_no_upgrade: bool | None = _flag("Install technology preview CRDs and features.")

    # Webhooks and migrations.
    enable_conversion_webhook: bool | None = _flag("The conversion webhook; on when absent.")
    enable_defaulting_webhook: bool | None = _flag("The defaulting webhook; off when absent.")
    enable_validating_webhook: bool | None = _flag("The validating webhook; off when absent.")
    disable_capi_conversion_webhook: bool | None = _flag("Without the one of Cluster API.")
    disable_capi_migration: bool | None = _flag("Leave stored Cluster API objects as they are.")

    # The bucket with OIDC documents.
    oidc_storage_provider_s3_region: Word | None = _flag("Region of the OIDC bucket.")
    oidc_storage_provider_s3_bucket_name: Bucket | None = _flag("Name of the OIDC bucket.")
    oidc_storage_provider_s3_credentials: Word | None = _flag("File of credentials for it.")
    oidc_storage_provider_s3_secret: Word | None = _flag("Secret of credentials for it.")
    oidc_storage_provider_s3_secret_key: Word | None = _flag(
        "Key in that Secret; `credentials` when absent."
    )
    oidc_storage_provider_s3_role_arn: Word | None = _flag("Role that may write it.")

    # Private endpoints.
    private_platform: PrivatePlatform | Literal["None"] | None = _flag(
        "Where it makes private endpoints; `None` when absent."
    )
    aws_private_region: Word | None = _flag("Region of private endpoints.")
    aws_private_creds: Word | None = _flag("File of credentials for private endpoints.")
    aws_private_secret: Word | None = _flag("Secret of credentials for private endpoints.")
    aws_private_secret_key: Word | None = _flag("Key in that Secret; `credentials` when absent.")
    aws_private_role_arn: Word | None = _flag("Role that may make private endpoints.")
    aws_role_credential_source: Literal["web-identity", "ec2-instance-metadata"] | None = _flag(
        "Where credentials for roles come from; `web-identity` when absent."
    )
    aws_operator_roles_file: Word | None = _flag("File that names all roles.")
    azure_pls_resource_group: Word | None = _flag("Resource group of private link services.")
    azure_private_creds: Word | None = _flag("File of credentials for private link services.")
    azure_private_secret: Word | None = _flag("Secret of credentials for private link services.")
    azure_private_secret_key: Word | None = _flag("Key in that Secret.")
    azure_pls_managed_identity_client_id: Word | None = _flag(
        "Managed identity for private link services."
    )
    azure_pls_subscription_id: Word | None = _flag("Subscription of that identity.")
    gcp_project: Word | None = _flag("Project of private endpoints.")
    gcp_region: Word | None = _flag("Region of private endpoints.")

    # External DNS.
    external_dns_provider: Word | None = _flag("Who serves the DNS zones, such as `aws`.")
    external_dns_credentials: Word | None = _flag("File of credentials for DNS.")
    external_dns_secret: Word | None = _flag("Secret of credentials for DNS.")
    external_dns_role_arn: Word | None = _flag("Role that may change DNS.")
    external_dns_domain_filter: Annotated[Domain, Field(min_length=1)] | None = _flag(
        "Domain that it publishes routes in."
    )
    external_dns_txt_owner_id: Word | None = _flag("Owner of its TXT records.")
    external_dns_image: Image | None = _flag("Image of external DNS.")
    external_dns_interval: Duration | None = _flag("How often it looks; `1m` when absent.")
    external_dns_aws_zones_cache_duration: Duration | None = _flag(
        "How long it remembers zones; `1h` when absent."
    )
    external_dns_google_project: Word | None = _flag("Project of the DNS zones.")

    # Monitoring.
    metrics_set: Literal["Telemetry", "SRE", "All"] | None = _flag(
        "Metrics that are collected; `metrics.set` says it, too."
    )
    platform_monitoring: Literal["None", "OperatorOnly", "All"] | None = _flag(
        "What the platform's own monitoring scrapes."
    )
    monitoring_dashboards: bool | None = _flag("A dashboard for each hosted cluster.")
    slos_alerts: bool | None = _flag("Alerts on service level objectives.")
    rhobs_monitoring: bool | None = _flag("Monitoring resources of the observability service.")
    enable_cvo_management_cluster_metrics_access: bool | None = _flag(
        "Let version operators read metrics of the management cluster."
    )
    cvo_prometheus_url: Word | None = _flag("Where version operators read metrics.")
    enable_uwm_telemetry_remote_write: bool | None = _flag(
        "Telemetry over user workload monitoring."
    )
    enable_ci_debug_output: bool | None = _flag("More debug output.")

    # What it does for hosted clusters.
    enable_etcd_recovery: bool | None = _flag("Repair etcd members; on when absent.")
    enable_dedicated_request_serving_isolation: bool | None = _flag(
        "Keep request serving nodes apart; on when absent."
    )
    enable_size_tagging: bool | None = _flag("Label hosted clusters with their size.")
    enable_cpo_overrides: bool | None = _flag("Images of the control plane operator by release.")
    enable_audit_log_persistence: bool | None = _flag("Keep audit logs on volumes.")
    enable_standalone_karpenter_operator: bool | None = _flag("Karpenter's operator by itself.")
    cert_rotation_scale: Annotated[Duration, AfterValidator(_at_most_a_day)] | None = _flag(
        "What a day is for the rotation of certificates; `24h` when absent."
    )
    hcp_egress_block_cidrs: Annotated[list[Cidr], Field(min_length=1)] | None = _flag(
        "Networks that control planes must not reach."
    )
    scale_from_zero_provider: Literal["aws", "azure"] | None = _flag(
        "Who knows the size of nodes that are not there yet."
    )
    scale_from_zero_creds: Word | None = _flag("File of credentials to ask for it.")
    scale_from_zero_secret: Word | None = _flag("Secret of credentials to ask for it.")
    scale_from_zero_secret_key: Word | None = _flag(
        "Key in that Secret; `credentials` when absent."
    )
    aro_hcp_key_vault_users_client_id: Word | None = _flag("Identity of the key vault's users.")
