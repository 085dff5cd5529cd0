"""The document of 2026-03 with a third type, as somebody would write it who knows the document and no code."""

from __future__ import annotations

from importlib.resources import files

import yaml

from ed_contract import contract

AZURE = "azure_event_grid"
REGION, GROUP, SUBSCRIPTION = (f"azure_{one}" for one in ("region", "resource_group_name", "subscription_id"))
FIELDS = {
    REGION: {
        "type": "string",
        "description": "The Azure region of the partner topic.",
        "x-kind": "token",
        "x-realistic": {"enum": ["eastus", "westeurope", "japaneast"]},
        "x-values": ["eastus", "westeurope", "japaneast"],
    },
    GROUP: {
        "type": "string",
        "description": "The Azure resource group of the partner topic.",
        "x-kind": "token",
        "x-realistic": {"maxLength": 60, "pattern": "^[A-Za-z][A-Za-z0-9_-]*[A-Za-z0-9]$"},
        "x-values": ["orders", "rg-orders-prod", "Events_01"],
    },
    SUBSCRIPTION: {
        "type": "string",
        "description": "The Azure subscription.",
        "x-kind": "token",
        "x-realistic": {"pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"},
        "x-values": ["5f2d8f6a-7c1b-4c54-9a0e-3b1d2f4e6a70", "0b6e3c1d-92a4-4f07-8d35-c1e09b7a2f48"],
    },
}
TOPIC = {
    "azure_partner_topic_name": {"type": "string", "description": "The name of the partner topic at Azure."},
    "azure_partner_topic_status": {
        "enum": ["activated", "deleted", "never_activated", "unknown"],
        "description": "The state of the partner topic.",
    },
}
OTHERS = ("webhook_endpoint", "amazon_eventbridge")


def with_azure() -> str:
    """Return the text of the document: the edition's, read, with the new type and its object, and written again."""
    text = files(contract).joinpath("editions", "2026-03.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    request, response = (
        document["components"]["schemas"][one] for one in ("CreateEventDestination", "EventDestination")
    )
    for schema in (request, response):
        schema["properties"]["type"]["enum"].append(AZURE)
        del schema["properties"]["type"]["x-later"]
    request["properties"]["type"]["x-selects"][AZURE] = AZURE
    request["x-realistic"]["allOf"] = [
        *(
            {**one, "then": _without(one["then"])} if "type" in one["if"]["properties"] else one
            for one in request["x-realistic"]["allOf"]
        ),
        {
            "if": {"properties": {"type": {"const": AZURE}}},
            "then": {"required": [AZURE], "properties": dict.fromkeys((*OTHERS, "include"), False)},
        },
    ]
    request["properties"][AZURE] = {
        "type": "object",
        "description": "Configuration of an Azure Event Grid partner topic.",
        "required": list(FIELDS),
        "properties": FIELDS,
    }
    response["properties"][AZURE] = {
        "type": ["object", "null"],
        "description": "Configuration of an Azure Event Grid partner topic.",
        "required": [*TOPIC, *FIELDS],
        "properties": TOPIC
        | {
            name: {"type": "string", "description": field["description"], "x-echo": "exact"}
            for name, field in FIELDS.items()
        },
    }
    reason = response["properties"]["status_details"]["properties"]["disabled"]["properties"]["reason"]
    reason["enum"].append("no_azure_partner_topic_exists")
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _without(then: dict) -> dict:
    return {**then, "properties": {**then["properties"], AZURE: False}}
