"""Validates reports against the published schemas of their formats."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jsonschema import Draft4Validator, Draft7Validator, Draft202012Validator
from xmlschema import XMLSchema

SCHEMAS = Path(__file__).resolve().parents[1] / "report" / "schemas"
OURS = files("ed_contract.report").joinpath("report.schema.json")


def problems(form: str, text: str) -> list[str]:
    """Return a line for each rule of the format's schema that a report breaks."""
    if form == "junit":
        return [str(error.reason) for error in _junit().iter_errors(text)]
    return [f"{error.json_path}: {error.message}" for error in _validator(form).iter_errors(json.loads(text))]


@lru_cache
def _validator(form):
    match form:
        case "sarif":
            return Draft4Validator(json.loads(SCHEMAS.joinpath("sarif-2.1.0-rtm.5.json").read_bytes()))
        case "ctrf":
            schema = json.loads(SCHEMAS.joinpath("ctrf-schema-0.0.json").read_bytes())
            return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
        case _:
            return Draft202012Validator(json.loads(OURS.read_bytes()))


@lru_cache
def _junit():
    return XMLSchema(str(SCHEMAS / "junit-10.xsd"))
