"""The index of codes. A code is never reused, carries no severity, and has one page in `pages/`.

Numbers go by section: 00 files, 01 YAML, 02 documents and their fields, 03 layers and
references, 04 clusters and node pools, 05 manifests, 06 the rendered tree, 09 the tool itself.
"""

from dataclasses import dataclass

from hcpc.diagnostics.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Code:
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
CLUSTER_REMOVED = Code("HCP0604", "hosted cluster leaves the rendered tree")

CHECK_CRASHED = Code("HCP0901", "a check failed to run")

CODES: dict[str, Code] = {
    code.id: code for code in list(globals().values()) if isinstance(code, Code)
}
