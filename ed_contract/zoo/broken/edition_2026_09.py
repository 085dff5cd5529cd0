"""Servers that do what the edition 2026-09 forbids in prose."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.reference import Params, Problem, Reference
from ed_contract.zoo.bases import Live
from ed_contract.zoo.specimen import mutant, mutants_in, of_edition

EDITION = "2026-09"


@mutant(breaks="request/snapshot_api_version/not-for-thin")
class VersionTakenForThin(Reference):
    """Accepts `snapshot_api_version` with thin payloads."""

    def check_snapshot_api_version(self, params: Params) -> Iterator[Problem]:
        return iter(())


@mutant(breaks="request/webhook_endpoint.url/https-in-live-mode")
class HttpTakenInLiveMode(Live):
    """Accepts http URLs of webhook endpoints in live mode."""

    def check_url(self, text: str) -> Iterator[Problem]:
        return Reference.check_url(self, text)


MUTANTS = of_edition(EDITION, mutants_in(globals()))
