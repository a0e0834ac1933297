"""Rules of CRDs that rules of ours have words of their own for: what these told, is told once.

By the code of ours: where the CRD's rule stands (`[]` for any item), and a part of its message. A
rule of ours finds whatever the CRD's finds there. `tests/integration/test_repeated.py` holds the
list against real CRDs.
"""

from collections.abc import Mapping
from typing import Final

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.crd.fault import Fault

_PROVIDER = "spec.configuration.authentication.oidcProviders[]"
_CLAIMS = f"{_PROVIDER}.claimMappings"
_STRATEGY = "spec.services[].servicePublishingStrategy"
_OVN = "spec.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig"
_FAMILIES = tuple(
    f"{_OVN}.{family}.{name}"
    for family in ("ipv4", "ipv6")
    for name in ("internalJoinSubnet", "internalTransitSwitchSubnet")
)
_INNER = (*_FAMILIES, *(f"{_OVN}.{name}InternalSubnet" for name in ("v4", "v6")))

REPEATED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    codes.OUT_OF_RANGE.id: (
        ("spec.configuration.oauth", "accessTokenInactivityTimeout"),
        *((where, "subnet must be in the range") for where in _INNER),
        *((where, "first IP address octet") for where in _INNER if "v4" in where),
    ),
    codes.EXCLUSIVE_FIELDS.id: (
        ("spec.configuration.image.registrySources", "blockedRegistries or allowedRegistries"),
    ),
    codes.BAD_FORMAT.id: (
        (f"{_STRATEGY}.loadBalancer.hostname", "valid domain name"),
        (f"{_STRATEGY}.route.hostname", "valid domain name"),
        ("spec.pausedUntil", "RFC3339"),
    ),
    codes.BAD_CIDR.id: (
        *(
            (f"spec.networking.{name}Network[].cidr", "valid IPv4 or IPv6 CIDR")
            for name in ("cluster", "machine", "service")
        ),
        *((where, words) for where in _INNER for words in ("CIDR format", "subnet must be")),
        *((where, "first IP address octet") for where in _INNER if "v4" in where),
    ),
    codes.SERVICES_INCOMPLETE.id: (("spec", "spec.services"), ("spec", "platform requires")),
    codes.STRATEGY_UNFIT.id: (
        ("spec", "platform requires"),
        ("spec", "requires OAuthServer"),
    ),
    codes.CERTIFICATE_NAME.id: (("spec", "APIServer loadBalancer hostname"),),
    codes.NETWORKS_OVERLAP.id: (
        ("spec.networking", "unique and non-overlapping"),
        (_OVN, "internalJoinSubnet and internalTransitSwitchSubnet"),
    ),
    codes.NETWORK_TYPE.id: (
        ("spec", "disableMultiNetwork"),
        ("spec", "ovnKubernetesConfig"),
        ("spec.networking", "allocateNodeCIDRs"),
    ),
    codes.SNAPSHOT_URL.id: (("spec.etcd.managed.storage.restoreSnapshotURL", "scheme"),),
    codes.AUTHENTICATION.id: (
        (f"{_PROVIDER}.issuer", "discoveryURL must be different"),
        *(
            (f"{_PROVIDER}.issuer.discoveryURL", f"discoveryURL must {end}")
            for end in ("be", "not")
        ),
        *((f"{_PROVIDER}.issuer.issuerURL", f"must {end}") for end in ("be", "use", "not")),
        *((f"{_CLAIMS}.{name}", "precisely one") for name in ("uid", "username")),
        (f"{_CLAIMS}.username", "prefixPolicy must not"),
        (f"{_CLAIMS}.groups", "must not be set"),
        (f"{_CLAIMS}.extra[].key", "contain the '/'"),
        (f"{_CLAIMS}.extra[].key", "must consist of"),
        (f"{_CLAIMS}.extra[].key", "reserved"),
        (f"{_CLAIMS}.extra[].key", "must not be empty"),
        (f"{_CLAIMS}.extra[].key", "must not exceed"),
    ),
    codes.CAPABILITIES.id: (
        ("spec.capabilities", "enabled and disabled"),
        ("spec.capabilities.disabled", "Ingress capability"),
    ),
}


def is_repeated(fault: Fault, sink: Sink) -> bool:
    """Whether a rule of ours has told of a cluster what a CRD's rule finds in it."""
    if fault.rule != "cel":
        return False
    place = _place(fault)
    return any(
        place == where and words in fault.message
        for code, said in REPEATED.items()
        if sink.has(code)
        for where, words in said
    )


def _place(fault: Fault) -> str:
    return "".join("[]" if isinstance(step, int) else f".{step}" for step in fault.path)[1:]
