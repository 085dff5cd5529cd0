"""Right servers of the edition 2026-09, which refuse what its prose forbids, each in another way."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ed_contract.reference import Destination, Json, Problem, Reference
from ed_contract.zoo.altering import altered, rendering
from ed_contract.zoo.bases import Live, TakesAll
from ed_contract.zoo.specimen import of_edition, right, right_in, right_of

EDITION = "2026-09"


@right()
class LiveWithHttpsOnly(Live):
    """Runs in live mode and refuses webhook URLs that are not https."""


@right()
class LiveRefusesWith422(Live):
    """Runs in live mode and refuses invalid parameters with 422."""

    invalid_status = 422


@right()
class SandboxWithHttp(TakesAll):
    """Runs as a sandbox that accepts any URL and refuses only `snapshot_api_version` with thin payloads."""

    def discretion(self, place: str, value: Json) -> Iterator[Problem]:
        return iter(()) if place else self.check_snapshot_api_version(value)


@right()
class WebhookEmptyUnlessIncluded(Reference):
    """Returns an empty webhook endpoint unless `include` asks for a field."""

    def render_webhook(self, destination: Destination, include: Collection[str]) -> Json:
        shown = super().render_webhook(destination, include)
        return shown and {name: value for name, value in shown.items() if f"webhook_endpoint.{name}" in include}


PROSE = right_of(
    (
        (
            "sources-in-alphabetical-order",
            "Sorts the values of `events_from`.",
            rendering(altered("events_from", sorted)),
        ),
    )
)

RIGHT = of_edition(EDITION, (*right_in(globals()), *PROSE))
