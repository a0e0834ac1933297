"""The index of codes. A code is never reused, carries no severity, and has one page in `pages/`.

Numbers go by section: 00 files, 01 YAML, 02 documents and their fields, 03 layers and
references, 04 clusters and node pools, 05 manifests, 06 the rendered tree, 07 node configuration,
08 management clusters, 09 the tool itself, 10 inside hosted clusters and secrets, 11 overlays, 12
backup and restore, 13 outputs, 14 hosted clusters, 15 node pools and the fleet, 16 changes of
running clusters, 17 policies, 18 tombstones.
"""

from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Severity


class Code(NamedTuple):
    """A stable name for one kind of finding, its title, and its default severity."""

    id: str
    title: str
    severity: Severity = Severity.ERROR


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

NOT_UTF8 = Code("HCP0001", "file is not UTF-8")
EMPTY_FILE = Code("HCP0002", "file is empty")
SYMLINK_OUTSIDE = Code("HCP0003", "symbolic link leaves the repository")
UNREADABLE = Code("HCP0004", "file cannot be read")
NO_FLEET = Code("HCP0005", "fleet.yaml has no usable Fleet document")

YAML_SYNTAX = Code("HCP0101", "YAML syntax error")
DUPLICATE_KEY = Code("HCP0102", "duplicate key")
TAB_INDENTATION = Code("HCP0103", "tab used for indentation")
ALIAS_BOMB = Code("HCP0104", "aliases expand to too many values")
TOO_DEEP = Code("HCP0105", "nesting is too deep")
BAD_KEY = Code("HCP0106", "key is not plain text")
UNSUPPORTED_YAML = Code("HCP0107", "YAML feature is not supported")
AMBIGUOUS_SCALAR = Code("HCP0108", "YAML readers disagree on this value", _WARNING)

UNKNOWN_KIND = Code("HCP0201", "document of unknown kind")
UNKNOWN_FIELD = Code("HCP0202", "unknown field")
WRONG_TYPE = Code("HCP0203", "wrong type")
MISSING_FIELD = Code("HCP0204", "missing required field")
BAD_ENUM = Code("HCP0205", "value is not one of the allowed ones")
BAD_CIDR = Code("HCP0206", "not a CIDR")
BAD_DURATION = Code("HCP0207", "not a duration")
BAD_QUANTITY = Code("HCP0208", "not a quantity")
BAD_IMAGE = Code("HCP0209", "not an image reference")
BAD_NAME = Code("HCP0210", "not a valid name")
EXCLUSIVE_FIELDS = Code("HCP0211", "fields exclude each other")
OUT_OF_RANGE = Code("HCP0212", "value out of range")
BAD_FORMAT = Code("HCP0213", "value does not have the expected form")

KIND_CLASH = Code("HCP0301", "layers disagree on the kind of a value")
UNKNOWN_PROFILE = Code("HCP0302", "unknown profile")
UNKNOWN_RELEASE = Code("HCP0303", "unknown release")
UNKNOWN_REFERENCE = Code("HCP0304", "unknown reference")
REFERENCE_CYCLE = Code("HCP0305", "reference cycle")
BAD_REFERENCE = Code("HCP0306", "malformed reference")
NO_MANAGEMENT_CLUSTER = Code("HCP0307", "cluster outside any management cluster")
DUPLICATE_NAME = Code("HCP0308", "duplicate name")
NESTED_MANAGEMENT_CLUSTER = Code("HCP0309", "management cluster inside another")
EMPTY_VALUE = Code("HCP0310", "value is empty")
UNKNOWN_NODE_CONFIG = Code("HCP0311", "unknown NodeConfig")
TOO_LARGE = Code("HCP0312", "cluster is too large")

NAMESPACE_TOO_LONG = Code("HCP0401", "control plane namespace is too long")
RESERVED_NAME = Code("HCP0402", "name is reserved")
SEVERAL_PLATFORMS = Code("HCP0403", "several platforms at once")
PLATFORM_MISMATCH = Code("HCP0404", "node pool and cluster are on different platforms")
ARCH_MISMATCH = Code("HCP0405", "architecture does not fit")
NAMESPACE_CLASH = Code("HCP0406", "two clusters share a control plane namespace")
NO_SIZE = Code("HCP0407", "node pool has no size", _WARNING)

MANIFEST_INVALID = Code("HCP0501", "manifest does not match its schema")
IDENTITY_CHANGED = Code("HCP0502", "passthrough makes another object")
UNKNOWN_CRD_SET = Code("HCP0503", "unknown CRD set")
BAD_CRD_SET = Code("HCP0504", "CRD set cannot be used")
CRD_REFUSES = Code("HCP0505", "management cluster would refuse the object")
CRD_RULE = Code("HCP0506", "object breaks a rule of its CRD")

STALE_OUTPUT = Code("HCP0601", "rendered files are stale")
FOREIGN_FILE = Code("HCP0602", "a file that hcpc did not write is in the way")
UNREADABLE_INDEX = Code("HCP0603", "index of rendered files cannot be read")
CLUSTER_REMOVED = Code("HCP0604", "running object leaves the rendered tree")

NODE_CONFIG_KIND = Code("HCP0701", "node pools do not take objects of this kind")
NODE_CONFIG_CONFLICT = Code("HCP0702", "node configurations exclude each other")
WRITTEN_TWICE = Code("HCP0703", "two node configurations write the same thing")
TUNED_CLASH = Code("HCP0704", "TuneD profiles of a hosted cluster share a name")
NODE_CONFIG_TOO_LARGE = Code("HCP0705", "node configuration is too large")
LABEL_LOST = Code("HCP0706", "label does not survive new machines", _WARNING)
NODE_CONFIG_UNUSED = Code("HCP0707", "no node pool uses a NodeConfig", _WARNING)
DEPRECATED_KIND = Code("HCP0708", "kind of object is deprecated", _WARNING)
WITHOUT_EFFECT = Code("HCP0709", "node configuration has no effect", _WARNING)
UNLIKE_MACHINES = Code("HCP0710", "unlike machines share processor numbers", _WARNING)

BAD_REGEX = Code("HCP0801", "not an expression that Prometheus reads")
UNUSED_COMPONENT = Code("HCP0802", "metrics rules of a component without effect", _WARNING)
FLAG_CLASH = Code("HCP0803", "flag of the operator cannot be set like this")
FACTS_DISAGREE = Code("HCP0804", "two words on one fact of a management cluster")
BAD_TEMPLATE = Code("HCP0805", "dashboard template is not a JSON object")
UNKNOWN_PLACEHOLDER = Code("HCP0806", "unknown placeholder in a dashboard template")
UNUSED_TEMPLATE = Code("HCP0807", "dashboard template that nothing uses", _WARNING)
NO_SRE_RULES = Code("HCP0808", "metrics set SRE without rules", _WARNING)
OPERATOR_LACKS = Code("HCP0809", "management cluster is not set up for its clusters", _WARNING)
OUTSIDE_DOMAIN = Code("HCP0810", "host name that external DNS does not publish", _WARNING)
NO_TECH_PREVIEW = Code("HCP0811", "technology preview is not installed")
UNSUPPORTED_RELEASE = Code("HCP0812", "management cluster does not support the release")

CHECK_CRASHED = Code("HCP0901", "a check failed to run")

GUEST_CONFLICT = Code("HCP1001", "operators inside the hosted cluster exclude each other")
GUEST_MISPLACED = Code("HCP1002", "object has no effect inside a hosted cluster")
UNUSED_SOURCE = Code("HCP1003", "source of a Secret that the cluster does not name")
LITERAL_SECRET = Code("HCP1004", "secret value in the fleet")

PATCH_FAILS = Code("HCP1101", "patch does not fit the manifest")
OVERLAY_UNUSED = Code("HCP1102", "overlay changes nothing", _WARNING)
OVERLAY_OBJECT = Code("HCP1103", "overlay makes or takes away what it may not")
JSONNET_FAILS = Code("HCP1104", "jsonnet cannot be evaluated")
JSONNET_RESULT = Code("HCP1105", "jsonnet function returns no manifests")

RESTORE_UNKNOWN = Code("HCP1201", "restore names what the fleet does not have")
RESTORE_REFUSED = Code("HCP1202", "cluster cannot be restored like this")
BACKUP_REFUSED = Code("HCP1203", "backup would not hold the cluster's state")
BACKUP_EXPIRES = Code("HCP1204", "backups expire before the next one is made", _WARNING)
NOT_RECOVERABLE = Code("HCP1205", "cluster is not ready for a disaster", _WARNING)

NO_REPOSITORY = Code("HCP1301", "output without a repository")
UNKNOWN_DESTINATION = Code("HCP1302", "destination of an unknown management cluster")
NO_DESTINATION = Code("HCP1303", "management cluster without a destination")
OUTPUT_NAME_TOO_LONG = Code("HCP1304", "name is too long for an output")

EMPTY_REFERENCE = Code("HCP1401", "reference names nothing")
MEMBER_UNFIT = Code("HCP1402", "platform's settings do not belong to its type")
SERVICES_INCOMPLETE = Code("HCP1403", "services of a control plane are not complete")
NOT_PUBLISHED = Code("HCP1404", "service is not published", _WARNING)
HOSTNAME_TWICE = Code("HCP1405", "two services have one host name")
STRATEGY_UNFIT = Code("HCP1406", "service is published in a way that its platform does not have")
NODE_PORT_UNFIT = Code("HCP1407", "node port does not fit the cluster's networks")
CERTIFICATE_NAME = Code("HCP1408", "certificate for a name that has one already")
NETWORKS_OVERLAP = Code("HCP1409", "networks overlap")
FAMILIES_DIFFER = Code("HCP1410", "primary networks are of different IP families")
ADDRESS_IN_NETWORK = Code("HCP1411", "advertised address lies in a network of the cluster")
API_PORT = Code("HCP1412", "API server listens on the port of applications", _WARNING)
NETWORK_TYPE = Code("HCP1413", "setting does not go with the network type")
SNAPSHOT_URL = Code("HCP1414", "snapshot cannot be fetched from there")
ENCRYPTION_UNFIT = Code("HCP1415", "settings of encryption do not belong to its type")
NOT_ENCRYPTED = Code("HCP1416", "Secrets in etcd are not encrypted", _WARNING)
NO_ISSUER = Code("HCP1417", "signing key without an issuer that a cloud can ask", _WARNING)
AUTHENTICATION = Code("HCP1418", "authentication cannot work like this")
LOGIN_UNUSED = Code("HCP1419", "identity providers that nobody asks", _WARNING)
IDENTITY_PROVIDER = Code("HCP1420", "identity provider cannot work like this")
FEATURE_SET = Code("HCP1421", "feature set that cannot be left again", Severity.INFO)
REGISTRY_NOT_ALLOWED = Code("HCP1422", "registry is not among the allowed ones", _WARNING)
CAPABILITIES = Code("HCP1423", "capabilities cannot be chosen like this")
PAUSED = Code("HCP1424", "cluster is paused for ever", _WARNING)
OWN_MIRROR = Code("HCP1425", "repository is its own mirror", _WARNING)
SETTING_UNFIT = Code("HCP1426", "platform does not take this setting")
REWRITTEN = Code("HCP1427", "operator writes over what stands in git", _WARNING)
LEFT_TO_OPERATOR = Code("HCP1428", "operator makes up what git does not say", Severity.INFO)
DEPRECATED_SETTING = Code("HCP1429", "setting is deprecated", _WARNING)
UNKNOWN_ANNOTATION = Code("HCP1430", "operator knows no such annotation", _WARNING)
WRITTEN_ANNOTATION = Code("HCP1431", "annotation that only the operator writes", _WARNING)
ANNOTATION_VALUE = Code("HCP1432", "operator cannot read an annotation")
FORCED_UPGRADE = Code("HCP1433", "forced upgrade to another release")
CHECK_SKIPPED = Code("HCP1434", "check of the operator is switched off", _WARNING)
CONTROL_PLANE_RELEASE = Code("HCP1435", "control plane is of another version", _WARNING)
RELEASE_BY_TAG = Code("HCP1436", "release is named by a tag", Severity.INFO)
SINGLE_REPLICA = Code("HCP1437", "control plane has one replica", Severity.INFO)
CATALOGS_STAY = Code("HCP1438", "default catalogs cannot be disabled", _WARNING)
AUTOSCALING_UNUSED = Code("HCP1439", "autoscaling without a node pool that scales", _WARNING)

POOL_RELEASE = Code("HCP1501", "node pool's release does not fit its control plane")
POOL_SIZE = Code("HCP1502", "node pool cannot have this size")
TAINT_TWICE = Code("HCP1503", "taint is set twice")
CONTESTED_HOSTS = Code("HCP1504", "node pool takes hosts that another one picks", _WARNING)
NO_NODE_POOL = Code("HCP1505", "hosted cluster has no node pool", _WARNING)
TOO_FEW_NODES = Code("HCP1506", "one node for replicas that need two", _WARNING)
AUTOSCALER_IDLE = Code("HCP1507", "autoscaler can never add a node", _WARNING)
CONFIG_REFERENCE = Code("HCP1508", "ConfigMap does not hold what a node pool wants of it")
ROLLOUT_STUCK = Code("HCP1509", "nodes of a pool could never be replaced")
POOL_UNFIT = Code("HCP1510", "platform cannot make the machines of a node pool")
UNANNOUNCED_END = Code("HCP1511", "machines end without an announcement", _WARNING)
TAG_LOST = Code("HCP1512", "tag of a node pool gives way to the cluster's", _WARNING)
INSTALLED_ANEW = Code("HCP1513", "each rollout installs hosts anew", Severity.INFO)
HOST_NAME_TAKEN = Code("HCP1514", "host name belongs to another cluster")
DOMAIN_TAKEN = Code("HCP1515", "domain of applications belongs to another cluster", _WARNING)
NODE_PORT_TAKEN = Code("HCP1516", "node port is in use already")
ROUTED_TWICE = Code("HCP1517", "routed networks overlap")
NAME_BEGINS_ANOTHER = Code("HCP1518", "cluster's name begins another one's", Severity.INFO)

FIELD_FROZEN = Code("HCP1601", "field is fixed once the cluster exists")
FIELD_NOT_FOLLOWED = Code("HCP1602", "running cluster does not follow the field", _WARNING)
CLUSTER_MOVED = Code("HCP1603", "hosted cluster becomes another one")
CLUSTER_LEAVES = Code("HCP1604", "hosted cluster leaves the fleet", _WARNING)
POOL_REMOVED = Code("HCP1605", "node pool leaves its cluster", _WARNING)
RELEASE_DOWNGRADE = Code("HCP1606", "release goes back to an older minor version")
MINOR_LEFT_OUT = Code("HCP1607", "upgrade leaves out a minor version", _WARNING)
NO_UPGRADE_EDGE = Code("HCP1608", "upgrade without an edge in the catalog", _WARNING)
UPGRADED_TOGETHER = Code("HCP1609", "control plane and node pools upgraded at once", _WARNING)
FORCE_LEFT_BEHIND = Code("HCP1610", "forced upgrade left behind", _WARNING)
FEATURE_SET_LEFT = Code("HCP1611", "no way back from a feature set")
ENCRYPTION_SWITCHED = Code("HCP1612", "etcd is encrypted in another way", _WARNING)
POOL_SHRINKS = Code("HCP1613", "node pool may lose nodes", _WARNING)
DISRUPTIVE_CHANGE = Code("HCP1614", "change hurts a running cluster", _WARNING)
API_NAME_GONE = Code("HCP1615", "API loses a name", _WARNING)
PAUSE_ENDS = Code("HCP1616", "pause ends", _WARNING)
CONTROL_PLANE_RESTARTS = Code("HCP1617", "control plane restarts", _WARNING)
CHANGE_REFUSED = Code("HCP1618", "API server would refuse the change")

BAD_EXPRESSION = Code("HCP1701", "not an expression that CEL takes")
RULE_FAILS = Code("HCP1702", "rule of the organisation cannot be evaluated")
UNKNOWN_RULE = Code("HCP1703", "policy about an unknown rule")
NOT_LOWERED = Code("HCP1704", "finding that no policy may lower")
WAIVER_EXPIRED = Code("HCP1705", "waiver has expired", _WARNING)
WAIVER_EXPIRES = Code("HCP1706", "waiver expires soon", _WARNING)
WAIVER_UNUSED = Code("HCP1707", "waiver of nothing", _WARNING)
SCOPE_UNUSED = Code("HCP1708", "scope of a policy that fits nothing", _WARNING)

TOMBSTONE_OF_LIVING = Code("HCP1801", "tombstone of what is still in the fleet")
TOMBSTONE_ASTRAY = Code("HCP1802", "tombstone of what is nowhere")
TOMBSTONE_TWICE = Code("HCP1803", "tombstone of what has one already", _WARNING)

CODES: dict[str, Code] = {
    code.id: code for code in list(globals().values()) if isinstance(code, Code)
}

TRANSITIONS, POLICIES = "HCP16", "HCP17"
"""Sections that others ask for."""
LEAVING = (CLUSTER_LEAVES.id, POOL_REMOVED.id)
"""Warnings that are mere notes where a tombstone stands: no Policy makes more of these."""

# Errors about something that is there, as it was meant, and that somebody may take the
# responsibility for: sections, or single codes.
_JUDGEMENTS = (
    *("HCP0401", "HCP0405"),
    "HCP05",
    *("HCP0704", "HCP0811", "HCP0812"),
    "HCP09",
    "HCP1203",
    *("HCP14", "HCP15", "HCP16"),
)
_NO_JUDGEMENTS = {IDENTITY_CHANGED.id, UNKNOWN_CRD_SET.id, BAD_CRD_SET.id}


def is_firm(code: str) -> bool:
    """Whether an error of this code can neither be waived nor lowered.

    Without it something would not be written, or be written that hcpc does not understand, or a
    secret would, or data be lost. Findings that are no errors, and those of an organisation's own
    rules, are never firm.
    """
    known = CODES.get(code)
    if known is None or known.severity is not Severity.ERROR:
        return False
    return code in _NO_JUDGEMENTS or not code.startswith(_JUDGEMENTS)


def is_never_lowered(code: str) -> bool:
    """Whether an error of this code stays one, whatever severity a Policy gives it.

    Of a check that failed nobody knows what it would have found. That can be waived, by somebody
    who answers for it and until a day, but not be silent for good.
    """
    return is_firm(code) or code == CHECK_CRASHED.id
