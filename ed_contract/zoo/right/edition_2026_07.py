"""Right servers of the edition 2026-07, whose open enums have values that no page lists."""

from __future__ import annotations

from collections.abc import Collection

from ed_contract.reference import Destination, Json, Reference
from ed_contract.zoo.altering import altered, disabled, refusing, rendering
from ed_contract.zoo.bases import TakesAll
from ed_contract.zoo.predicates import unknown_include, unknown_type
from ed_contract.zoo.specimen import of_edition, right, right_in, right_of

EDITION = "2026-07"


@right()
class UnknownTypesTaken(TakesAll):
    """Accepts types that no page lists and returns them unchanged."""


@right()
class UnknownMembersShownAsNull(Reference):
    """Returns null for values of `include` that it does not know."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        shown = super().render_webhook(destination, include)
        return shown and {**dict.fromkeys(one.rpartition(".")[2] for one in include), **shown}


OPEN = right_of(
    (
        (
            "unknown-values-refused",
            "Refuses values of `type` and `include` that it does not know.",
            refusing(lambda params: unknown_type(params) or unknown_include(params)),
        ),
        (
            "disabled-for-a-new-reason",
            "Returns every destination as disabled for a reason that no page lists.",
            rendering(disabled("quota_exceeded")),
        ),
        (
            "azure-topic-suspended",
            "Returns a status of the partner topic that no page lists.",
            rendering(altered("azure_event_grid.azure_partner_topic_status", lambda _: "suspended")),
        ),
    )
)

RIGHT = of_edition(EDITION, (*right_in(globals()), *OPEN))
