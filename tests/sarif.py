"""The official JSON Schema of SARIF, which is no part of this repository."""

import json
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker

SCHEMA = Path(__file__).parents[1] / ".tools" / "sarif-schema-2.1.0.json"


@cache
def sarif_schema() -> Draft4Validator:
    """Validates logs. The test fails where `make sarif-schema` has not provided the schema."""
    if not SCHEMA.is_file():
        pytest.fail(f"there is no {SCHEMA}; `make sarif-schema` provides it")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft4Validator(schema, format_checker=FormatChecker())
