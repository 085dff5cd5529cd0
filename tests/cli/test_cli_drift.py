"""`drift` prints how a document differs from an edition, and its exit code says whether it does."""

from __future__ import annotations

import json

import pytest
import yaml
from common.command import ed_contract

from ed_contract.contract import Contract

CREATE = "POST /v2/core/event_destinations"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The current folder, with the document of an edition."""
    monkeypatch.chdir(tmp_path)
    assert ed_contract("export", "openapi", "--edition", "2026-04", "-o", "theirs.yaml").returncode == 0
    return tmp_path


def test_a_document_that_does_not_differ_is_told():
    """With 0."""
    done = ed_contract("drift", "theirs.yaml", "--edition", "2026-04")
    assert (done.returncode, done.stdout, done.stderr) == (0, "84 requirements: 84 the same\n", "")


def test_each_difference_is_a_line_or_two(folder):
    """The edition's with a minus, the document's with a plus; counts at the end; and 1."""
    document = Contract.load("2024-10").document
    text = yaml.safe_dump(document).replace("no_aws_event_source_exists", "gone").replace("livemode", "live")
    (folder / "ours.yaml").write_text(text, encoding="utf-8")
    done = ed_contract("drift", "ours.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        f"--- 2024-10: {CREATE}\n"
        f"+++ ours.yaml: {CREATE}\n"
        "- response/livemode/required                    `livemode` is present.\n"
        "- response/livemode/type                        `livemode` is a boolean.\n"
        "- response/status_details.disabled.reason/enum  `status_details.disabled.reason` is one of "
        "`no_aws_event_source_exists`, `user`.\n"
        "+ response/status_details.disabled.reason/enum  `status_details.disabled.reason` is one of `gone`, `user`.\n"
        "+ response/live/required                        `live` is present.\n"
        "+ response/live/type                            `live` is a boolean.\n"
        "68 requirements: 63 the same, 1 different, 2 only in 2024-10, 2 only in ours.yaml\n"
    )


def test_differences_are_json_too():
    """With both sentences, null where there is none."""
    done = ed_contract("drift", "theirs.yaml", "--format", "json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert document["edition"] == {"name": "2024-10", "operation": CREATE}
    assert document["document"] == {"name": "theirs.yaml", "operation": CREATE}
    assert (document["same"], len(document["differences"])) == (61, 23)
    assert document["differences"][2] == {
        "row": "request/azure_event_grid/type",
        "edition": None,
        "document": "A create whose `azure_event_grid` is not an object is refused.",
    }


def test_a_document_with_other_names_is_compared(folder):
    """Its path and its operation are its own; one of several creates is named."""
    document = json.loads(json.dumps(Contract.load("2026-04").document))
    (node,) = document["paths"].values()
    create = node["post"] | {"operationId": "createHook"}
    document["paths"] = {"/hooks": {"post": create}, "/pings": {"post": create | {"operationId": "ping"}}}
    (folder / "hooks.json").write_text(json.dumps(document), encoding="utf-8")
    named = ed_contract("drift", "hooks.json", "--operation", "createHook", "--edition", "2026-04")
    assert (named.returncode, named.stdout) == (0, "84 requirements: 84 the same\n")
    assert "+++ hooks.json: POST /hooks\n" in ed_contract("drift", "hooks.json", "--operation", "createHook").stdout
    unnamed = ed_contract("drift", "hooks.json", "--edition", "2026-04")
    assert (unnamed.returncode, unnamed.stderr) == (
        2,
        "error: hooks.json: paths: 2 operations may be the create\n--operation takes one of createHook, ping.\n",
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "error: cannot read x.yaml: No such file or directory\ngive an OpenAPI document.\n"),
        (
            "swagger: '2.0'",
            "error: x.yaml is not an OpenAPI 3 document: there is no `openapi`\ngive one of version 3.0 or 3.1.\n",
        ),
        (
            "openapi: 3.1.0",
            "error: x.yaml: paths: no operations may be the create\ngive a document with a POST operation.\n",
        ),
    ],
)
def test_a_document_that_cannot_be_read_is_told(folder, text, told):
    """With 2."""
    if text is not None:
        (folder / "x.yaml").write_text(text, encoding="utf-8")
    done = ed_contract("drift", "x.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_an_invalid_schema_is_told(folder):
    """What would be compared has to be a schema; annotations are not looked at."""
    text = (folder / "theirs.yaml").read_text(encoding="utf-8")
    (folder / "x.yaml").write_text(text.replace("x-kind: url", "x-kind: address"), encoding="utf-8")
    assert ed_contract("drift", "x.yaml", "--edition", "2026-04").returncode == 0
    broken = text.replace("required:\n      - enabled_events", "required: true\n      zzz:\n      - enabled_events", 1)
    assert broken != text
    (folder / "x.yaml").write_text(broken, encoding="utf-8")
    done = ed_contract("drift", "x.yaml", "--edition", "2026-04")
    assert (done.returncode, done.stderr) == (
        2,
        "error: x.yaml: request.required: the schema is invalid: True is not of type 'array'\nexpected JSON Schema.\n",
    )
