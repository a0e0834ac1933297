"""The index of codes. A code is never reused, carries no severity, and has one page in `pages/`.

Numbers go by section: 00 files, 01 YAML, 02 documents and their fields, 03 layers and
references, 04 clusters and node pools, 05 manifests, 06 the rendered tree, 07 node configuration,
08 management clusters, 09 the tool itself, 10 inside hosted clusters and secrets, 11 overlays, 12
backup and restore, 13 outputs.
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

CODES: dict[str, Code] = {
    code.id: code for code in list(globals().values()) if isinstance(code, Code)
}
