"""Which flags of the operator's installation go together, and which facts they say.

Source: HyperShift, cmd/install/install.go; the hypershift add-on, pkg/install/hypershift.go.
"""

from typing import NamedTuple

from hcpc.syntax.tree import FieldPath


class Need(NamedTuple):
    """A flag (with one of these values, if there are any) wants one of some others beside it."""

    flag: str
    one_of: tuple[str, ...]
    values: tuple[str, ...] = ()


_S3 = "oidc-storage-provider-s3"
_S3_ACCESS = tuple(f"{_S3}-{how}" for how in ("credentials", "secret", "role-arn"))
_DNS_ACCESS = tuple(f"external-dns-{how}" for how in ("credentials", "secret", "role-arn"))
_AWS_ACCESS = tuple(f"aws-private-{how}" for how in ("creds", "secret", "role-arn"))

NEEDS = (
    *(Need(flag, (f"{_S3}-bucket-name",)) for flag in _S3_ACCESS),
    *(Need(flag, (f"{_S3}-region",)) for flag in _S3_ACCESS),
    Need(f"{_S3}-secret-key", (f"{_S3}-secret",)),
    Need("private-platform", ("aws-private-region",), ("AWS",)),
    Need("private-platform", (*_AWS_ACCESS, "aws-operator-roles-file"), ("AWS",)),
    Need("aws-private-secret-key", ("aws-private-secret",)),
    # Credentials for it are a Secret that the add-on finds by name.
    Need("private-platform", ("azure-pls-resource-group",), ("Azure",)),
    Need("azure-private-secret-key", ("azure-private-secret",)),
    Need("azure-pls-managed-identity-client-id", ("azure-pls-subscription-id",)),
    Need("azure-pls-subscription-id", ("azure-pls-managed-identity-client-id",)),
    Need("private-platform", ("gcp-project",), ("GCP",)),
    Need("private-platform", ("gcp-region",), ("GCP",)),
    Need("gcp-project", ("gcp-region",)),
    Need("gcp-region", ("gcp-project",)),
    Need("external-dns-provider", ("external-dns-domain-filter",)),
    Need("external-dns-provider", _DNS_ACCESS, ("aws", "azure")),
    Need("scale-from-zero-provider", ("scale-from-zero-creds", "scale-from-zero-secret")),
    Need("scale-from-zero-creds", ("scale-from-zero-provider",)),
    Need("scale-from-zero-secret", ("scale-from-zero-provider",)),
    Need("scale-from-zero-secret-key", ("scale-from-zero-secret",)),
    Need(
        "cvo-prometheus-url",
        ("rhobs-monitoring", "enable-cvo-management-cluster-metrics-access"),
    ),
)

EXCLUSIVE = (
    _S3_ACCESS,
    _AWS_ACCESS,
    ("azure-private-creds", "azure-private-secret", "azure-pls-managed-identity-client-id"),
    _DNS_ACCESS,
    ("scale-from-zero-creds", "scale-from-zero-secret"),
    ("rhobs-monitoring", "enable-cvo-management-cluster-metrics-access"),
)
"""Flags of which there can be one."""

ONLY_FOR = {"external-dns-role-arn": "aws", "external-dns-aws-zones-cache-duration": "aws"}
"""Flags that go with one `external-dns-provider` only."""

SET_BY_ADD_ON = ("namespace", "image-refs", "hypershift-image")
"""Flags of the installer that the add-on gives itself, and takes from nobody."""


class Fact(NamedTuple):
    """A fact of a management cluster: its own field, and the flags that say the same."""

    field: FieldPath
    flags: tuple[str, ...]


DOMAIN = Fact(("externalDNS", "domain"), ("external-dns-domain-filter",))
BUCKET = Fact(("oidcBucket", "name"), (f"{_S3}-bucket-name",))
BUCKET_REGION = Fact(("oidcBucket", "region"), (f"{_S3}-region",))
PRIVATE = Fact(("privateEndpoints", "platform"), ("private-platform",))
PRIVATE_REGION = Fact(("privateEndpoints", "region"), ("aws-private-region", "gcp-region"))
METRICS_SET = Fact(("metrics", "set"), ("metrics-set",))
FACTS = (DOMAIN, BUCKET, BUCKET_REGION, PRIVATE, PRIVATE_REGION, METRICS_SET)
