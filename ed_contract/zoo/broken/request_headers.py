"""Servers that accept the headers of creates only as one client writes them."""

from __future__ import annotations

from werkzeug.wrappers import Request

from ed_contract.reference import Reference, RefusedError
from ed_contract.zoo.hosts import on_spelling, spelled
from ed_contract.zoo.specimen import mutant, mutants_in


@mutant(breaks="request/valid")
class CharsetRefused(Reference):
    """Refuses `application/json; charset=utf-8` with 415."""

    def check_media_type(self, request: Request) -> None:
        """Refuse any other media type."""
        if request.headers.get("Content-Type", "application/json") != "application/json":
            raise RefusedError(415, "unsupported_media_type", "The body must be application/json.")


@mutant(breaks="request/valid")
class AcceptWanted(Reference):
    """Refuses creates without an `Accept` header."""

    def check_media_type(self, request: Request) -> None:
        """Refuse those without one."""
        super().check_media_type(request)
        if "Accept" not in request.headers:
            raise RefusedError(400, "not_acceptable", "Say what you accept.")


@mutant(breaks="request/valid", sockets=True, host=on_spelling)
class MediaTypeByCase(Reference):
    """Reads the media type only from a header spelled exactly `Content-Type`."""

    def check_media_type(self, request: Request) -> None:
        """Refuse those without one."""
        super().check_media_type(request)
        if request.mimetype and not spelled(request, "Content-Type"):
            raise RefusedError(415, "unsupported_media_type", "The body must be application/json.")


MUTANTS = mutants_in(globals())
