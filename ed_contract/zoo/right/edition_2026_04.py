"""Right servers of the edition 2026-04, which adds the type `azure_event_grid`."""

from __future__ import annotations

from ed_contract.zoo.altering import altered, refusing, rendering
from ed_contract.zoo.bases import TakesAll
from ed_contract.zoo.predicates import every_one, given, has
from ed_contract.zoo.specimen import of_edition, right, right_in, right_of

EDITION = "2026-04"
_TYPE = "azure_event_grid"
_STATUS, _TOPIC = f"{_TYPE}.azure_partner_topic_status", f"{_TYPE}.azure_partner_topic_name"


@right()
class LenientAboutThreeTypes(TakesAll):
    """Accepts every value that the page with three types does not forbid."""


SHOWN = right_of(
    (
        (
            "azure-topic-activated",
            "Returns `activated` as the status of the partner topic.",
            rendering(altered(_STATUS, lambda _: "activated")),
        ),
        (
            "azure-topic-without-name",
            "Returns an empty string as the name of the partner topic.",
            rendering(altered(_TOPIC, lambda _: "")),
        ),
        (
            "azure-left-out-for-others",
            "Leaves out the Azure Event Grid configuration for the other types.",
            rendering(lambda document: document[_TYPE] or document.pop(_TYPE)),
        ),
        (
            "azure-include-refused",
            "Refuses `include` for Azure Event Grid destinations.",
            refusing(every_one(has("type", _TYPE), given("include"))),
        ),
    )
)

RIGHT = of_edition(EDITION, (*right_in(globals()), *SHOWN))
