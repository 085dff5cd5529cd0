"""Servers whose JSON some readers refuse, or read in one of two ways."""

# ruff: noqa: D102 - an overriding method is described by the one that it overrides

from __future__ import annotations

from ed_contract.mutants.words import mutant, mutants_in
from ed_contract.reference import Json, Reference


@mutant(breaks="response/well-formed")
class ByteOrderMark(Reference):
    """Begins each answer with a byte order mark."""

    def encode(self, document: Json) -> bytes:
        return b"\xef\xbb\xbf" + super().encode(document)


@mutant(breaks="response/well-formed")
class LivemodeTwice(Reference):
    """Writes `livemode` twice."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document).replace(b'"livemode": false', b'"livemode": false, "livemode": false')


@mutant(breaks="response/well-formed")
class MetadataOverItsDefault(Reference):
    """Writes metadata as it was before the create, and then as it is."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document).replace(b'"metadata": ', b'"metadata": {}, "metadata": ')


@mutant(breaks="response/well-formed")
class UrlTwiceWithin(Reference):
    """Writes the URL of a webhook endpoint twice."""

    def encode(self, document: Json) -> bytes:
        return super().encode(document).replace(b'"url": ', b'"url": null, "url": ')


MUTANTS = mutants_in(globals())
