"""The JSON Schemas in `schemas/` are those of the models, and say what the compiler says."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from ruamel.yaml import YAML

from hcpc.diagnostics.sink import Sink
from hcpc.json_schema import schema_files
from hcpc.scaffold import scaffold
from hcpc.source.text import SourceFile
from hcpc.spec.document import KINDS
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import plain

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
GENERATED = schema_files()
EXAMPLE = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "fleet.yaml", *sorted((ROOT / "clusters").rglob("*.yaml")))
}
NEW = scaffold("shop")
FILES = EXAMPLE | {f"new/{path}": text for path, text in NEW.items()}


def validator(name: str) -> jsonschema.Draft202012Validator:
    """A schema as an editor takes it: what it refers to lies beside it."""
    resources = [(n, Resource.from_contents(json.loads(text))) for n, text in GENERATED.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(json.loads(GENERATED[name]), registry=registry)


def as_the_compiler_reads(text: str) -> list[Any]:
    return [plain(tree) for tree in parse(SourceFile("a.yaml", text), Sink())]


def as_an_editor_reads(text: str) -> list[Any]:
    """YAML 1.2, as editors do."""
    documents = YAML(typ="safe", pure=True).load_all(StringIO(text))
    # What YAML takes for a number although it is text, such as the version 4.10.
    known = json.dumps([each for each in documents if each is not None], default=str)
    read: list[Any] = json.loads(known)
    return read


def faults(name: str, document: Any) -> list[str]:
    return [error.message for error in validator(name).iter_errors(document)]


def test_the_files_are_those_of_the_models() -> None:
    assert {name: (SCHEMAS / name).read_text(encoding="utf-8") for name in GENERATED} == GENERATED
    others = {path.name for path in SCHEMAS.glob("*.json")} - set(GENERATED)
    assert others == {"diagnostics-v1.json", "status-v1.json"}


def test_every_kind_has_a_file() -> None:
    assert set(GENERATED) == {"hcpc.json", *(f"{kind.lower()}.json" for kind in KINDS)}


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_every_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(GENERATED[name]))


@pytest.mark.parametrize("path", sorted(FILES))
def test_the_example_fleet_and_a_new_one_are_accepted(path: str) -> None:
    documents = as_the_compiler_reads(FILES[path])
    assert documents
    for document in (*documents, *as_an_editor_reads(FILES[path])):
        assert faults("hcpc.json", document) == []
        assert faults(f"{document['kind'].lower()}.json", document) == []


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every mapping of a document."""
    if isinstance(document, list):
        return [p for n, item in enumerate(document) for p in places(item, (*path, n))]
    if not isinstance(document, dict):
        return []
    return [path, *(p for name in document for p in places(document[name], (*path, name)))]


# Mappings whose keys people choose, and what travels as it is.
OPEN = re.compile(
    r"labels|annotations|nodeLabels|nodeSelector|matchLabels|nodePools|identityProviders|releases"
    r"|imageSources|hostedCluster|nodePool|endpointPublishing|custom|claims|resourceTags"
)


@pytest.mark.parametrize("path", sorted(f"new/{path}" for path in NEW))
def test_an_unknown_field_is_refused_wherever_it_stands(path: str) -> None:
    (document,) = as_the_compiler_reads(FILES[path])
    tried = 0
    for place in places(document):
        if any(isinstance(step, str) and OPEN.fullmatch(step) for step in place[-1:]):
            continue
        spoilt = json.loads(json.dumps(document))
        level = spoilt
        for step in place:
            level = level[step]
        level["noSuchField"] = 1
        assert faults("hcpc.json", spoilt), place
        tried += 1
    assert tried >= 3


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"fips": "maybe"}, "fips"),
        ({"platform": {"agnet": {}}}, "platform"),
        ({"availability": {"controlPlane": "Many"}}, "availability"),
        ({"nodePools": {"w": {"replicas": "two"}}}, "nodePools"),
        ({"nodePools": {"w": {"platform": {"kubevirt": {"nope": 1}}}}}, "nodePools"),
        ({"encryption": {"kms": {"agent": {}}}}, "encryption"),
    ],
)
def test_a_wrong_value_is_refused(spec: dict[str, Any], fault: str) -> None:
    head = {"apiVersion": "hcpc.dev/v1alpha1", "kind": "Cluster", "metadata": {"name": "a"}}
    assert faults("hcpc.json", {**head, "spec": {}}) == []
    (error,) = validator("hcpc.json").iter_errors({**head, "spec": spec})
    assert list(error.absolute_path)[:2] == ["spec", fault]


@pytest.mark.parametrize("kind", [*sorted(KINDS), "Clutser"])
def test_a_document_of_another_kind_is_refused_by_the_schema_of_one(kind: str) -> None:
    head = {"apiVersion": "hcpc.dev/v1alpha1", "kind": kind, "metadata": {"name": "a"}}
    document = {**head, "spec": {}}
    for name in GENERATED:
        if name not in {"hcpc.json", f"{kind.lower()}.json"}:
            assert faults(name, document)
    assert bool(faults("hcpc.json", document)) == (
        kind in {"Clutser", "ReleaseCatalog", "Tombstone"}
    )
