"""Servers that break the edition 2026-04, which adds the type `azure_event_grid` and its configuration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from ed_contract.reference import Destination, Document, Json, Params, Reference
from ed_contract.zoo.altering import (
    Edit,
    altered,
    at,
    comparing,
    disabled,
    edited,
    overlooking,
    refusing,
    rendering,
    text_at,
    without,
)
from ed_contract.zoo.failing import failing_at_params
from ed_contract.zoo.predicates import SNAPSHOT, WEBHOOK, every_one, given, has
from ed_contract.zoo.specimen import Mutant, mutant, mutants_in, mutants_of, of_edition

EDITION = "2026-04"
_TYPE = "azure_event_grid"
_REGION, _GROUP, _SUBSCRIPTION = (
    f"{_TYPE}.{name}" for name in ("azure_region", "azure_resource_group_name", "azure_subscription_id")
)
_TOPIC, _TOPIC_STATUS = f"{_TYPE}.azure_partner_topic_name", f"{_TYPE}.azure_partner_topic_status"
_AZURE = has("type", _TYPE)


def _overlooked(place: str, rule: str) -> type[Reference]:
    return overlooking(lambda problem, _: (problem.place, problem.rule) == (place, rule))


TAKEN = (
    *(
        Mutant(name=f"{name}-optional", breaks=f"request/{place}/required", sentence=sentence, make=made)
        for name, place, sentence, made in (
            (
                "azure-region",
                _REGION,
                "Accepts Azure Event Grid destinations without a region.",
                _overlooked(_REGION, "required"),
            ),
            (
                "azure-resource-group",
                _GROUP,
                "Accepts Azure Event Grid destinations without a resource group.",
                _overlooked(_GROUP, "required"),
            ),
            (
                "azure-subscription",
                _SUBSCRIPTION,
                "Accepts Azure Event Grid destinations without a subscription id.",
                _overlooked(_SUBSCRIPTION, "required"),
            ),
        )
    ),
    Mutant(
        name="types-beyond-the-third",
        breaks="request/type/enum",
        sentence="Accepts types other than the three that are listed.",
        make=_overlooked("type", "enum"),
    ),
    *(
        Mutant(name=name, breaks=f"request/{place}/type", sentence=sentence, make=_overlooked(place, "type"))
        for name, place, sentence in (
            ("azure-region-of-any-type", _REGION, "Accepts an Azure region of any JSON type."),
            ("azure-resource-group-of-any-type", _GROUP, "Accepts an Azure resource group of any JSON type."),
            ("azure-subscription-of-any-type", _SUBSCRIPTION, "Accepts an Azure subscription id of any JSON type."),
            ("azure-configuration-of-any-type", _TYPE, "Accepts any JSON value as the Azure Event Grid configuration."),
        )
    ),
)


def keeping(place: str, change: Callable[[str], str]) -> type[Reference]:
    """Return the server that stores a changed value at a place of the configuration."""
    name = place.partition(".")[2]

    class Keeps(Reference):
        def make(self, account: str, params: Params) -> Destination:
            made = super().make(account, params)
            if made.type != _TYPE:
                return made
            changed: dict[str, Any] = {name: change(getattr(made, name))}
            return replace(made, **changed)

    return Keeps


_DISPLAYED = {"eastus": "East US", "westeurope": "West Europe", "japaneast": "Japan East", "westus2": "West US 2"}

ECHOED = (
    *mutants_of(
        f"echo/{_REGION}",
        (
            (
                "azure-region-displayed",
                "Returns Azure regions under their display names.",
                keeping(_REGION, lambda region: _DISPLAYED.get(region, region)),
            ),
            (
                "azure-region-without-number",
                "Drops the digits at the end of Azure regions.",
                keeping(_REGION, lambda region: region.rstrip("0123456789")),
            ),
        ),
    ),
    *mutants_of(
        f"echo/{_GROUP}",
        (
            ("azure-resource-group-folded", "Stores Azure resource groups in lower case.", keeping(_GROUP, str.lower)),
            (
                "azure-resource-group-as-path",
                "Returns Azure resource groups as paths.",
                keeping(_GROUP, lambda group: f"/resourceGroups/{group}"),
            ),
        ),
        also=("echo/normalised",),
    ),
    *mutants_of(
        f"echo/{_SUBSCRIPTION}",
        (
            (
                "azure-subscription-in-capitals",
                "Stores Azure subscription ids in capitals.",
                keeping(_SUBSCRIPTION, str.upper),
            ),
            (
                "azure-subscription-without-hyphens",
                "Drops the hyphens from Azure subscription ids.",
                keeping(_SUBSCRIPTION, lambda text: text.replace("-", "")),
            ),
        ),
        also=("echo/normalised",),
    ),
)


@mutant(breaks=f"echo/{_REGION}", also=(f"echo/{_GROUP}",))
class AzureRegionAndGroupSwapped(Reference):
    """Swaps the Azure region and the Azure resource group."""

    def make(self, account: str, params: Params) -> Destination:
        made = super().make(account, params)
        return replace(made, azure_region=made.azure_resource_group_name, azure_resource_group_name=made.azure_region)


def _renamed(place: str, name: str) -> Edit:
    def rename(document: Document) -> None:
        members = at(_TYPE, document)
        if isinstance(members, dict):
            members[name] = members.pop(place.partition(".")[2])

    return rename


_ABSENT = (
    (
        "azure-region-in-camel-case",
        _REGION,
        "Returns the Azure region as `azureRegion`.",
        _renamed(_REGION, "azureRegion"),
    ),
    (
        "azure-resource-group-renamed",
        _GROUP,
        "Returns the Azure resource group as `azure_resource_group`.",
        _renamed(_GROUP, "azure_resource_group"),
    ),
    (
        "azure-subscription-withheld",
        _SUBSCRIPTION,
        "Withholds the Azure subscription id as if it were a secret.",
        without(_SUBSCRIPTION),
    ),
    ("azure-topic-unnamed", _TOPIC, "Leaves out the name of the partner topic.", without(_TOPIC)),
    (
        "azure-topic-without-status",
        _TOPIC_STATUS,
        "Leaves out the status of the partner topic.",
        without(_TOPIC_STATUS),
    ),
)

_RETYPED: Iterable[tuple[str, str, str, str, Edit]] = (
    (
        "azure-type-in-words",
        "type/enum",
        "Returns the type `azure_event_grid` as `Azure Event Grid`.",
        "echo/type",
        altered("type", lambda chosen: "Azure Event Grid" if chosen == _TYPE else chosen),
    ),
    (
        "disabled-without-topic",
        "status_details.disabled.reason/enum",
        "Disables destinations for `no_partner_topic`, a reason that the page does not list.",
        "",
        disabled("no_partner_topic"),
    ),
    (
        "azure-region-as-object",
        f"{_REGION}/type",
        "Returns the Azure region as an object with a name.",
        f"echo/{_REGION}",
        altered(_REGION, lambda region: {"name": region}),
    ),
    (
        "azure-resource-group-in-array",
        f"{_GROUP}/type",
        "Returns the Azure resource group in an array.",
        f"echo/{_GROUP}",
        altered(_GROUP, lambda group: [group]),
    ),
    (
        "azure-subscription-as-number",
        f"{_SUBSCRIPTION}/type",
        "Returns the Azure subscription id as a number.",
        f"echo/{_SUBSCRIPTION}",
        altered(_SUBSCRIPTION, lambda text: int(text.replace("-", ""), 16)),
    ),
    (
        "azure-topic-null",
        f"{_TOPIC}/type",
        "Returns null as the name of the partner topic.",
        "",
        altered(_TOPIC, lambda _: None),
    ),
    (
        "azure-topic-status-in-capitals",
        f"{_TOPIC_STATUS}/enum",
        "Returns the status of the partner topic in capitals.",
        "",
        altered(_TOPIC_STATUS, str.upper),
    ),
    (
        "azure-topic-pending",
        f"{_TOPIC_STATUS}/enum",
        "Returns `pending`, a status of AWS event sources, as the status of the partner topic.",
        "",
        altered(_TOPIC_STATUS, lambda _: "pending"),
    ),
    (
        "azure-configuration-in-array",
        f"{_TYPE}/type",
        "Returns the Azure Event Grid configuration in an array.",
        "",
        altered(_TYPE, lambda members: members and [members]),
    ),
)

SHOWN = (
    *(
        Mutant(name=name, breaks=f"response/{place}/required", sentence=sentence, make=rendering(edit))
        for name, place, sentence, edit in _ABSENT
    ),
    *(
        Mutant(
            name=name,
            breaks=f"response/{row}",
            sentence=sentence,
            make=rendering(edit),
            also=(also,) if also else (),
        )
        for name, row, sentence, also, edit in _RETYPED
    ),
)

_EMPTY = {
    "azure_partner_topic_name": "",
    "azure_partner_topic_status": "unknown",
    "azure_region": "",
    "azure_resource_group_name": "",
    "azure_subscription_id": "",
}

MATCHED = mutants_of(
    "response/config-matches-type",
    (
        (
            "azure-configuration-null",
            "Returns null for the configuration of an Azure Event Grid destination.",
            rendering(altered(_TYPE, lambda _: None)),
        ),
        (
            "azure-configuration-empty-for-others",
            "Returns an empty Azure Event Grid configuration for the other types.",
            rendering(altered(_TYPE, lambda members: members or dict(_EMPTY))),
        ),
    ),
)


@mutant(breaks="response/config-matches-type", also=("include/webhook_endpoint.url",))
class AzureWithItsWebhook(Reference):
    """Returns the partner topic's URL as a webhook endpoint for Azure Event Grid destinations."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        if destination.type != _TYPE:
            return super().render_webhook(destination, include)
        return {"signing_secret": None, "url": f"https://{destination.azure_region}.eventgrid.example.com/"}


REFUSED = mutants_of(
    "request/valid",
    (
        ("azure-unknown", "Refuses the type `azure_event_grid`.", refusing(_AZURE)),
        (
            "azure-snapshots-refused",
            "Refuses Azure Event Grid destinations with snapshot payloads.",
            refusing(every_one(_AZURE, SNAPSHOT)),
        ),
        (
            "azure-regions-of-one-country",
            "Refuses Azure regions outside the United States.",
            refusing(lambda params: _AZURE(params) and not text_at(_REGION, params).endswith(("us", "us2"))),
        ),
        (
            "azure-resource-group-in-capitals-refused",
            "Refuses Azure resource groups with capital letters.",
            refusing(lambda params: text_at(_GROUP, params) != text_at(_GROUP, params).lower()),
        ),
    ),
)

CRASHING = mutants_of(
    "robustness/no-server-error",
    (
        (
            "azure-include-crashes",
            "Fails with 500 on an Azure Event Grid destination with `include`.",
            failing_at_params(every_one(_AZURE, given("include"))),
        ),
        (
            "webhook-with-azure-crashes",
            "Fails with 500 on a webhook endpoint with an Azure Event Grid configuration.",
            failing_at_params(every_one(WEBHOOK, given(_TYPE))),
        ),
        (
            "azure-without-configuration-crashes",
            "Fails with 500 on an Azure Event Grid destination without its configuration.",
            failing_at_params(lambda params: _AZURE(params) and params.get(_TYPE) is None),
        ),
    ),
)

_COMPARED = (
    ("azure-configuration", _TYPE, "Does not compare the Azure Event Grid configuration when a key is reused."),
    ("azure-region", _REGION, "Does not compare the Azure region when a key is reused."),
    ("azure-resource-group", _GROUP, "Does not compare the Azure resource group when a key is reused."),
    ("azure-subscription", _SUBSCRIPTION, "Does not compare the Azure subscription id when a key is reused."),
)

UNCOMPARED = mutants_of(
    "idempotency/conflict/every-parameter",
    (
        *(
            (f"{name}-not-compared", sentence, comparing(partial(edited, edit=without(place))))
            for name, place, sentence in _COMPARED
        ),
    ),
)

MUTANTS = of_edition(
    EDITION,
    (*TAKEN, *ECHOED, *mutants_in(globals()), *SHOWN, *MATCHED, *REFUSED, *CRASHING, *UNCOMPARED),
)
