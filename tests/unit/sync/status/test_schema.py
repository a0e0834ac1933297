"""`schemas/status-v1.json` says what is written: no field more, and no field less."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.observed import observed_from
from tests.sync_rounds import DATA, NOW, SAMPLES, outcome, round_of, sample, settled_round

from hcpc.kube.object_ref import object_ref
from hcpc.sync.records import (
    Cause,
    Conflict,
    Difference,
    HealthState,
    Observed,
    Outcome,
    Plan,
    Result,
    Round,
)
from hcpc.sync.status.documents import documents
from hcpc.sync.status.objects import LEFT_ALONE, result_of
from hcpc.sync.status.reading import read_fleet
from hcpc.sync.status.table import plain
from hcpc.sync.status.views import GONE
from hcpc.syntax.plain import plain_documents

SCHEMA = json.loads(
    Path(__file__).parents[4].joinpath("schemas/status-v1.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
LASTING = DATA._replace(waivers=tuple(each._replace(expires="2027-01-01") for each in DATA.waivers))
DIFFERENCE = Difference(("spec", "replicas"), "3", "5", "oc")


def read(files: dict[str, bytes]) -> list[Any]:
    return [each for content in files.values() for each in plain_documents(content.decode())]


def troubled(cluster: str) -> list[Outcome]:
    """Objects with everything that can be told of one."""
    body = sample("nodepool-progressing-version", name=f"{cluster}pool")
    conflict = Conflict("oc", ".spec.replicas")
    return [
        outcome(
            body,
            Result.CONFLICT,
            cluster,
            message="conflict with oc",
            drift=True,
            differences=(DIFFERENCE,),
            conflicts=(conflict,),
        ),
        outcome(
            sample("configmap-healthy", name=f"{cluster}map"),
            Result.SKIPPED,
            cluster,
            action_cause=Cause.IGNORED,
            action_reason="annotation hcpc.dev/reconcile is disabled",
        ),
    ]


def foreign(body: dict[str, Any]) -> Observed:
    return observed_from(body)._replace(foreign=("night-shift: spec.channel",))


def full_round(**other: Any) -> Round:
    """One round with everything that there is to tell."""
    hosted = sample("hostedcluster-progressing-upgrade-asked")
    autoscaled = sample("nodepool-healthy-autoscaled", name="scaled")
    inside = troubled("inside")
    made = [outcome(hosted), outcome(autoscaled), *troubled("payments"), *troubled("")]
    pool = sample("nodepool-progressing-version", name="paymentspool")
    done = round_of(made, [hosted, autoscaled, pool], plan=Plan((), "too many"), **other)
    done = done._replace(uid="0a1b2c3d-uid")
    live = dict(done.live.objects)
    for each in (*made, *inside):
        ref = each.action.ref
        body = next(
            body for body in (hosted, autoscaled, pool, *_bodies()) if object_ref(body) == ref
        )
        live[ref] = foreign(body)
    guest = Round(
        "payments",
        NOW,
        NOW,
        error="the API server cannot be reached",
        outcomes=tuple(inside),
        live=done.live._replace(objects=live),
    )
    return done._replace(
        live=done.live._replace(objects=live), guests={"payments": guest}, error=""
    )


def _bodies() -> Iterator[dict[str, Any]]:
    for cluster in ("payments", "", "inside"):
        yield sample("nodepool-progressing-version", name=f"{cluster}pool")
        yield sample("configmap-healthy", name=f"{cluster}map")


def full_documents() -> list[Any]:
    first = documents(settled_round(), None)
    files = documents(full_round(), first)
    files = documents(full_round(ended=NOW + timedelta(days=3), data=LASTING), files)
    return read(files)


def fields(schema: Any, name: str) -> set[tuple[str, ...]]:
    """Every field of a kind, as a path; of lists and mappings those of their items."""

    def walk(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if "$ref" in node:
            yield from walk(schema["$defs"][node["$ref"].rpartition("/")[2]], path)
        for each in node.get("oneOf", ()):
            yield from walk(each, path)
        if isinstance(node.get("items"), dict):
            yield from walk(node["items"], path)
        for field, below in node.get("properties", {}).items():
            yield (*path, field)
            yield from walk(below, (*path, field))

    return set(walk(schema["$defs"][name], ()))


def told(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    match value:
        case dict():
            for field, each in value.items():
                yield (*path, field)
                yield from told(each, (*path, field))
        case list():
            for each in value:
                yield from told(each, path)
        case _:
            pass


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("name", "kind"), [("clusterStatus", "ClusterStatus"), ("syncStatus", "SyncStatus")]
)
def test_it_has_no_field_that_nobody_writes(name: str, kind: str) -> None:
    everything = full_documents()
    for document in everything:
        VALIDATOR.validate(document)
    written = {path for each in everything if each["kind"] == kind for path in told(each)}
    assert sorted(fields(SCHEMA, name) - written) == []


def test_the_answer_of_the_command_has_every_field_that_it_says() -> None:
    files = documents(full_round(), None) | {"clusters/bad.yaml": b"["}
    report = read_fleet({"prod-fra1": files})
    answer = json.loads(json.dumps(plain(report, {})))
    VALIDATOR.validate(answer)
    assert sorted(fields(SCHEMA, "fleetStatus") - set(told(answer))) == []


def test_its_words_are_those_of_the_records() -> None:
    definitions = SCHEMA["$defs"]
    assert definitions["state"]["enum"] == [each.value for each in HealthState]
    body = sample("configmap-healthy")
    results = {result_of(outcome(body, each)) for each in Result if each not in GONE}
    assert set(definitions["object"]["properties"]["result"]["enum"]) == results
    causes = definitions["leftAlone"]["properties"]["cause"]["enum"]
    assert set(causes) == {each.value for each in LEFT_ALONE}


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.iterdir()))
def test_whatever_the_health_the_documents_are_as_it_says(name: str) -> None:
    body = sample(name)
    for document in read(documents(round_of([outcome(body)], [body]), None)):
        VALIDATOR.validate(document)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "status", "history", "image", "a"]), inner)
    ),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(["hostedcluster-healthy", "nodepool-healthy", "configmap-healthy"]),
    field=st.sampled_from(["conditions", "version", "replicas", "nodesInfo"]),
    value=ANYTHING,
)
def test_whatever_a_status_holds_the_documents_can_be_written_and_read(
    kind: str, field: str, value: Any
) -> None:
    body = sample(kind)
    body["status"] = body.get("status", {}) | {field: value}
    files = documents(round_of([outcome(body)], [body]), None)
    assert read_fleet({"prod-fra1": files}).faults == ()
