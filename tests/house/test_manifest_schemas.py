"""The field tables of `schemas/manifests` against the real CRDs, and the generated schemas fresh.

The CRDs are no part of this repository (see `tests.outside`).
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator
from tests.outside import EXAMPLES, TODAY, crd, needs_crds, needs_examples

from hcpc.syntax.tree import FieldPath
from hcpc.verify.fields import Bounds, Field, expand, manifest_schema_files
from hcpc.verify.schema import ITEMS, SCHEMAS, check_manifest, schema_path

KINDS = sorted(SCHEMAS)

Facts = dict[str, Any]

# What only the TechPreview CRDs have; the CRDs at hand are the Default ones.
PREVIEW = {
    "HostedCluster": {
        "spec.configuration.apiServer.tlsAdherence",
        "spec.etcd.managed.backup",
        "spec.etcd.managed.scheduling",
        "spec.etcd.managed.shards",
        "spec.etcd.unmanaged.shards",
        "spec.operatorConfiguration.clusterVersionOperator",
        "spec.platform.gcp",
        "spec.platform.openstack",
    },
    "NodePool": {"spec.osImageStream", "spec.platform.gcp", "spec.platform.openstack"},
}
PREVIEW_OPTIONS = {"spec.platform.type": ("OpenStack", "GCP")}

DURATION = "a duration that Go cannot read makes the object unreadable for every controller"
DNS_NAME = "the CRD also takes letters and symbols that no DNS name can hold"
ENUM_LENGTH = "an enumeration bounds its own length"
INGRESS = "spec.operatorConfiguration.ingressOperator.endpointPublishingStrategy.loadBalancer"

# Where a table deliberately says something else than the CRD: path → what, and why.
DIFFERENCES: dict[str, dict[str, dict[str, str]]] = {
    "HostedCluster": {
        "spec.autoNode.provisionerConfig.karpenter.platform": {"length": ENUM_LENGTH},
        "spec.configuration.image.registrySources.containerRuntimeSearchRegistries": {
            "match": "the CRD says it with the format `hostname`",
            "length": "the CRD says it with the format `hostname`",
        },
        "spec.configuration.ingress.componentRoutes.[].hostname": {
            "match": DNS_NAME,
            "length": DNS_NAME,
        },
        "spec.configuration.oauth.tokenConfig.accessTokenInactivityTimeout": {"match": DURATION},
        f"{INGRESS}.allowedSourceRanges": {
            "match": "the CRD's expression for IPv6 has errors and costs as much as all others"
        },
        f"{INGRESS}.providerParameters.aws.classicLoadBalancer.connectionIdleTimeout": {
            "match": DURATION
        },
        "spec.platform.type": {"length": ENUM_LENGTH},
    },
    "NodePool": {
        "spec.nodeDrainTimeout": {"match": DURATION},
        "spec.nodeVolumeDetachTimeout": {"match": DURATION},
        "spec.platform.type": {"length": ENUM_LENGTH},
    },
}

# Fields of older HyperShift releases that v1beta1 has dropped since: hcpc cannot emit them.
DROPPED = {
    ("HostedCluster", "hypershift-4.15"): {
        "spec.platform.azure.credentials",
        "spec.platform.azure.machineIdentityID",
        "spec.platform.azure.securityGroupName",
        "spec.platform.azure.subnetName",
        "spec.platform.azure.vnetName",
        "spec.secretEncryption.kms.azure.keyName",
        "spec.secretEncryption.kms.azure.keyVaultName",
        "spec.secretEncryption.kms.azure.keyVersion",
        "spec.secretEncryption.kms.azure.location",
    },
    ("HostedCluster", "hypershift-4.17"): {"spec.platform.azure.credentials"},
    ("NodePool", "hypershift-4.15"): {
        "spec.platform.azure.diskSizeGB",
        "spec.platform.azure.diskStorageAccountType",
        "spec.platform.azure.imageID",
        "spec.platform.azure.vmsize",
    },
    ("NodePool", "hypershift-4.17"): {
        "spec.platform.azure.diagnostics.storageAccountURI",
        "spec.platform.azure.diskEncryptionSetID",
        "spec.platform.azure.diskSizeGB",
        "spec.platform.azure.diskStorageAccountType",
        "spec.platform.azure.enableEphemeralOSDisk",
        "spec.platform.azure.image.azureImageType",
        "spec.platform.azure.machineIdentityID",
        "spec.platform.azure.vmsize",
    },
}


def crd_spec(kind: str, release: str = TODAY) -> dict[str, Any]:
    """The schema of a CRD's `spec`."""
    spec: dict[str, Any] = crd(kind, release)["properties"]["spec"]
    return spec


def crd_nodes(
    schema: dict[str, Any], path: FieldPath, *, required: bool
) -> Iterator[tuple[FieldPath, dict[str, Any], bool]]:
    """Every field of a CRD with its path and whether its parent requires it."""
    yield path, schema, required
    if schema.get("type") == "array":
        schema, path = schema["items"], (*path, ITEMS)
    for name, below in schema.get("properties", {}).items():
        yield from crd_nodes(below, (*path, name), required=name in schema.get("required", ()))


def bounds(node: dict[str, Any], low: str, high: str) -> Bounds:
    return Bounds(node.get(low) or None, node.get(high))


def crd_facts(node: dict[str, Any], *, required: bool) -> Facts:
    item = node["items"] if node.get("type") == "array" else node
    value = item.get("additionalProperties", item)
    rules = {
        rule["rule"].replace(" ", "").replace('"', "'")
        for rule in node.get("x-kubernetes-validations", ())
    }
    return {
        "type": crd_type(item),
        "many": node.get("type") == "array",
        "required": required,
        "immutable": "self==oldSelf" in rules,
        "immutable_once_set": "oldSelf==''||self==oldSelf" in rules,
        "nullable": node.get("nullable", False),
        "open": node.get("x-kubernetes-preserve-unknown-fields", False),
        "distinct": node.get("x-kubernetes-list-type") == "set",
        "unique_by": tuple(node.get("x-kubernetes-list-map-keys", ())),
        "length": bounds(value, "minLength", "maxLength"),
        "value": Bounds(item.get("minimum"), item.get("maximum")),
        "items": bounds(node, "minItems", "maxItems"),
        "keys": bounds(item, "minProperties", "maxProperties"),
        "options": tuple(item.get("enum", ())),
        "default": node.get("default"),
        "match": value.get("pattern", ""),
    }


def crd_type(node: dict[str, Any]) -> str:
    if node.get("x-kubernetes-int-or-string"):
        return "int-or-text"
    match node["type"], node.get("format"):
        case "string", _:
            return "text"
        case "boolean", _:
            return "bool"
        case "integer", "int32" | "int64" as width:
            return str(width)
        case "integer", _:
            return "int"
        case "object", _:
            return "map" if "additionalProperties" in node else "object"
        case unknown:
            raise AssertionError(unknown)


def our_facts(field: Field) -> Facts:
    low = field.length.low or None
    return {
        "type": field.type,
        "many": field.many,
        "required": field.required,
        "immutable": field.immutable,
        "immutable_once_set": field.immutable_once_set,
        "nullable": field.nullable,
        "open": field.open,
        "distinct": field.distinct,
        "unique_by": field.unique_by,
        "length": Bounds(low, field.length.high),
        "value": field.value,
        "items": field.items,
        "keys": field.keys,
        "options": field.options,
        "default": field.default,
        "match": field.match,
    }


@cache
def all_fields(kind: str) -> dict[FieldPath, Field]:
    return dict(expand(kind))


def spec_fields(kind: str) -> dict[FieldPath, Field]:
    return {path: field for path, field in all_fields(kind).items() if path[:1] == ("spec",)}


def previewed(fields: dict[FieldPath, Field]) -> set[FieldPath]:
    """The paths with `preview`, and those below them."""
    return {
        path
        for path in fields
        if any(
            fields[path[:depth]].preview
            for depth in range(1, len(path) + 1)
            if path[depth - 1] != ITEMS
        )
    }


@pytest.mark.parametrize("name", sorted(manifest_schema_files()))
def test_the_committed_schema_is_what_the_field_tables_generate(name: str) -> None:
    assert schema_path(name).read_text(encoding="utf-8") == manifest_schema_files()[name]


@pytest.mark.parametrize("kind", KINDS)
def test_the_preview_fields_are_the_known_ones(kind: str) -> None:
    fields = spec_fields(kind)
    assert {".".join(path) for path, field in fields.items() if field.preview} == PREVIEW[kind]
    options = {".".join(path): field.preview_options for path, field in fields.items()}
    assert {path: added for path, added in options.items() if added} == PREVIEW_OPTIONS


@needs_crds
@pytest.mark.parametrize("kind", KINDS)
def test_the_table_has_the_fields_of_the_crd_and_no_others(kind: str) -> None:
    known = {path for path, _, _ in crd_nodes(crd_spec(kind), ("spec",), required=True)}
    fields = spec_fields(kind)
    assert set(fields) - previewed(fields) == known


@needs_crds
@pytest.mark.parametrize("kind", KINDS)
def test_the_table_says_of_each_field_what_the_crd_says(kind: str) -> None:
    fields = spec_fields(kind)
    unlike: dict[str, dict[str, tuple[Any, Any]]] = {}
    for path, node, required in crd_nodes(crd_spec(kind), ("spec",), required=True):
        ours, theirs = our_facts(fields[path]), crd_facts(node, required=required)
        differs = {word: (ours[word], theirs[word]) for word in ours if ours[word] != theirs[word]}
        if differs:
            unlike[".".join(path)] = differs
    expected = {path: set(reasons) for path, reasons in DIFFERENCES[kind].items()}
    assert {path: set(differs) for path, differs in unlike.items()} == expected, unlike


@needs_crds
@pytest.mark.parametrize(("kind", "release"), sorted(DROPPED))
def test_an_older_crd_has_only_known_fields_more_and_none_of_another_type(
    kind: str, release: str
) -> None:
    fields = spec_fields(kind)
    old = {
        path: node for path, node, _ in crd_nodes(crd_spec(kind, release), ("spec",), required=True)
    }
    more = {path for path in old if path not in fields}
    topmost = {".".join(path) for path in more if path[:-1] not in more}
    assert topmost == DROPPED[kind, release]
    retyped = {
        path: (fields[path].type, crd_type(item))
        for path, node in old.items()
        if path not in more
        for item in [node["items"] if node.get("type") == "array" else node]
        if fields[path].type != crd_type(item)
    }
    assert retyped == {}


def crd_validator(kind: str) -> Draft202012Validator:
    """The CRD's structural schema as a JSON Schema: strict, and with defaults taken as given."""
    return Draft202012Validator({"type": "object", "properties": {"spec": strict(crd_spec(kind))}})


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("x-kubernetes-int-or-string"):
        plain: dict[str, Any] = {"type": ["integer", "string"]}
    else:
        plain = {"type": [schema["type"], *(["null"] if schema.get("nullable") else [])]}
    for word in ("enum", "pattern", "minimum", "maximum", "minLength", "maxLength"):
        plain |= {word: schema[word]} if word in schema else {}
    for word in ("minItems", "maxItems", "minProperties", "maxProperties"):
        plain |= {word: schema[word]} if word in schema else {}
    if "items" in schema:
        plain["items"] = strict(schema["items"])
        plain["uniqueItems"] = schema.get("x-kubernetes-list-type") == "set"
    if plain["type"][0] == "object":
        members = schema.get("properties", {})
        plain["properties"] = {name: strict(below) for name, below in members.items()}
        plain["required"] = [n for n in schema.get("required", ()) if "default" not in members[n]]
        values = schema.get("additionalProperties")
        is_open = schema.get("x-kubernetes-preserve-unknown-fields", False)
        plain["additionalProperties"] = strict(values) if values else is_open
    return plain


def agreeing_items(value: Any, schema: dict[str, Any]) -> bool:
    """Whether any list-map of a value holds two items with the same keys."""
    if isinstance(value, dict):
        below = schema.get("properties", {})
        return any(agreeing_items(value[n], below[n]) for n in value if n in below)
    if isinstance(value, list) and "items" in schema:
        keys = schema.get("x-kubernetes-list-map-keys", ())
        seen = [[item[key] for key in keys] for item in value if keys and set(keys) <= set(item)]
        repeated = any(entry in seen[:index] for index, entry in enumerate(seen))
        return repeated or any(agreeing_items(item, schema["items"]) for item in value)
    return False


def structural_faults(kind: str, manifest: dict[str, Any], *, explained: bool) -> list[str]:
    """Our faults without those of unions, which the CRD leaves to CEL.

    With `explained`, also without those that DIFFERENCES gives a reason for.
    """
    fields = all_fields(kind)
    found = []
    for fault in check_manifest(kind, manifest):
        path = tuple(ITEMS if isinstance(step, int) else step for step in fault.path)
        stated = fields.get(path[:-1] if path[-1:] == (ITEMS,) else path, Field())
        by_union = stated.presence and fault.rule in {"missing", "excluded"}
        listed = ".".join(path).removesuffix(f".{ITEMS}") in DIFFERENCES[kind]
        if not by_union and not (explained and listed and fault.rule in {"pattern", "too-long"}):
            found.append(f"{fault.path}: {fault.message}")
    return found


TEXTS = (
    "sample",
    "8Gi",
    "90m",
    "latest",
    "1.5",
    "10.0.0.0/16",
    "30000-32767",
    "https://sample.example.com",
    "crn:v1",
    "Standard_D4s_v3",
    "subnet-0123456789abcdefg",
    "00000000-0000-4000-8000-000000000000",
    "arn:aws:iam::123456789012:role/sample",
    "https://sqs.us-east-1.amazonaws.com/123456789012/sample",
)


class Sampler:
    """Valid values for fields: all members there, lists as short as may be, one arm per union."""

    def __init__(self, fields: dict[FieldPath, Field], arm: int) -> None:
        self.fields = fields
        self.arm = arm

    def value(self, path: FieldPath) -> Any:
        """A valid value of the field at a path."""
        field = self.fields[path]
        if not field.many:
            return self.item(path, path)
        return [self.item(path, (*path, ITEMS))] * max(1, field.items.low or 1)

    def item(self, path: FieldPath, here: FieldPath) -> Any:
        """A valid value of a field or of its list's items; `here` is where its members are."""
        field = self.fields[path]
        if field.type == "object":
            below = [path for path in self.fields if path[:-1] == here and path != here]
            return {path[-1]: self.value(path) for path in below if self.allowed(path)}
        if field.options:
            return field.options[self.arm % len(field.options)]
        match field.type:
            case "map":
                return {"sample": "sample"}
            case "bool":
                return True
            case "text" | "int-or-text":
                return sample_text(field)
            case _:
                return max(1, field.value.low or 1)

    def allowed(self, path: FieldPath) -> bool:
        """Whether the chosen arm of its union has the field at a path."""
        presence = self.fields[path].presence
        tag = presence and self.fields[*path[:-1], presence.field]
        return (
            not (presence and tag) or self.item((*path[:-1], presence.field), ()) in presence.values
        )


def sample_text(field: Field) -> str:
    low, high = field.length.low or 0, field.length.high or 1000
    padded = (text if len(text) >= low else text * low for text in TEXTS)
    fitting = (text[:high] for text in padded if re.search(field.match, text[:high]))
    return next(fitting)


def full_manifest(kind: str, arm: int) -> dict[str, Any]:
    """A manifest in which every field of the Default CRD has a value.

    `arm` chooses among the values of each enumeration, and with them the members of the unions.
    """
    fields = all_fields(kind)
    hidden = previewed(fields)
    sampler = Sampler({path: fields[path] for path in fields if path not in hidden}, arm)
    return {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": kind,
        "metadata": {"name": "sample", "namespace": "clusters"},
        "spec": sampler.value(("spec",)),
    }


def examples() -> list[dict[str, Any]]:
    """The HostedCluster and NodePool objects that the vendor's own tool renders."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))]
    objects = [document for text in texts for document in yaml.safe_load_all(text) if document]
    kept = [document for document in objects if document["kind"] in SCHEMAS]
    return [{name: part for name, part in each.items() if name != "status"} for each in kept]


def mutants(value: Any, put: Callable[[Any], None]) -> Iterator[None]:
    """Change one thing at a time, wait, and change it back: values, fields and items."""
    # A null is meant as a value: where it is none, the API server would drop the field.
    others: tuple[Any, ...] = ("", "bogus", "x" * 400, -1, 10**6, 1.5, True, None, [], {}, ["x"])
    for other in others:
        put(other)
        yield
    put(value)
    if isinstance(value, dict):
        value["bogus"] = "x"
        yield
        del value["bogus"]
        for name, item in list(value.items()):
            del value[name]
            yield
            value[name] = item
            yield from mutants(item, partial(value.__setitem__, name))
    if isinstance(value, list):
        for index, item in enumerate(value):
            value.append(copy.deepcopy(item))
            yield
            value.pop()
            yield from mutants(item, partial(value.__setitem__, index))


def disagreements(manifest: dict[str, Any]) -> list[str]:
    """The mutants of a manifest on which the CRD and we disagree; never the metadata's."""
    kind = manifest["kind"]
    validator, schema = crd_validator(kind), crd_spec(kind)
    found, tried = [], 0
    spec = manifest["spec"]
    for _ in mutants(spec, partial(manifest.__setitem__, "spec")):
        tried += 1
        refused = not validator.is_valid(manifest) or agreeing_items(manifest["spec"], schema)
        ours = structural_faults(kind, manifest, explained=not refused)
        if refused is not bool(ours):
            shown = ours or [error.message for error in validator.iter_errors(manifest)]
            found.append(f"{'the CRD' if refused else 'hcpc'} alone refuses: {shown[:2]}")
    assert tried > 100
    assert manifest["spec"] is spec
    return found


@needs_crds
@pytest.mark.parametrize("arm", [0, 1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_a_manifest_with_every_field_is_accepted_and_all_its_mutants_are_judged_alike(
    kind: str, arm: int
) -> None:
    manifest = full_manifest(kind, arm)
    assert crd_validator(kind).is_valid(manifest)
    assert check_manifest(kind, manifest) == []
    assert disagreements(manifest) == []


@needs_crds
@needs_examples
def test_the_vendors_examples_and_all_their_mutants_are_judged_alike() -> None:
    for manifest in examples():
        manifest["metadata"] = {"name": "example", "namespace": "clusters"}
        assert disagreements(manifest) == []


@needs_examples
def test_the_vendors_examples_fail_only_where_their_tests_use_fake_values() -> None:
    faults = {
        (document["kind"], ".".join(map(str, fault.path)), fault.rule)
        for document in examples()
        for fault in check_manifest(document["kind"], document)
    }
    assert faults == {
        ("HostedCluster", "spec.release.image", "too-short"),
        ("NodePool", "spec.release.image", "too-short"),
        ("NodePool", "metadata.name", "pattern"),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_holds_only_keywords_that_the_messages_know(kind: str) -> None:
    schema = json.loads(schema_path(SCHEMAS[kind]).read_text(encoding="utf-8"))
    words = set(keywords(schema)) - {"$schema", "title", "x-hcpc-unique-by"}
    assert words <= {
        "$defs", "$ref", "additionalProperties", "allOf", "enum", "if", "items", "maxItems",
        "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties",
        "minimum", "pattern", "patternProperties", "properties", "required", "then", "type",
        "uniqueItems", "x-hcpc-when",
    }  # fmt: skip


def keywords(schema: Any) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    yield from schema
    for word in ("properties", "patternProperties", "$defs"):
        for below in schema.get(word, {}).values():
            yield from keywords(below)
    for word in ("items", "additionalProperties", "if", "then"):
        yield from keywords(schema.get(word))
    for below in schema.get("allOf", ()):
        yield from keywords(below)
