"""What a record says about its target so far, folded from its interactions one by one. Judges nothing.

All of it has a constant size or is indexed by a digest: no look-up goes through everything that was sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ed_contract.case import Credential, Expectation, Params
from ed_contract.contract.schemas import member
from ed_contract.excerpt import Long, bounded
from ed_contract.interaction import PROBE, Glimpse, Interaction, Response
from ed_contract.record.answers import is_about_room, refuses, turns_away
from ed_contract.record.key_forms import is_of_another_form
from ed_contract.record.values import canonical

FIRST_KEPT, LAST_KEPT = 4, 64  # of those that share a digest; a burst has fewer


@dataclass(slots=True)
class Few:
    """The first and the last interactions that share a digest, in order."""

    first: list[Interaction] = field(default_factory=list)
    last: list[Interaction] = field(default_factory=list)

    def add(self, interaction: Interaction) -> None:
        """Keep one more."""
        if len(self.first) < FIRST_KEPT:
            self.first.append(interaction)
        else:
            self.last.append(interaction)
            del self.last[:-LAST_KEPT]

    def before(self, interaction: Interaction) -> list[Interaction]:
        """Return those that came before an interaction, in order."""
        return [one for one in (*self.first, *self.last) if one.number < interaction.number]


class Facts:
    """Which creates the target accepted, showed and left unanswered, and when it got a plain create."""

    def __init__(self) -> None:
        self.probes: list[Interaction] = []  # the valid creates that checked whether the target still serves
        self.unanswered: list[Interaction] = []
        self.asked_again: list[Interaction] = []  # the same requests, resent later
        self.drops = False  # a case stayed unanswered while a plain create was answered
        self.refuses_again = False  # a valid create that was accepted before was refused, and none accepted since
        self.failing = False  # the target failed on the page's own example, and has accepted nothing since
        self.creates = False  # any create was answered with 2xx and an object
        self.takes = False  # and one of them did not have to be refused
        self.forms_taken: set[str] = set()  # templates of unusual keys under which a create was accepted
        self.served: Interaction | None = None  # the last one answered, and not with 5xx
        self.failed_since: Interaction | None = None  # the first after it
        self._silent = False  # nothing has been answered since a case stayed unanswered
        self._accepted: dict[str | None, Interaction] = {}  # the last valid create of each type that was accepted
        self._refused: set[str | None] = set()  # the types whose valid creates under fresh keys were refused
        self._full: set[str | None] = set()  # the types whose plain creates are now refused, but were accepted before
        self._bodies: set[int] = set()  # hashes of the valid creates that were accepted
        self._keyless: dict[int, int] = {}  # by params, the number of the first that was created without a key
        self._turned_away: dict[Credential, Interaction] = {}  # the last one refused under a key nobody had used
        self._let_in: set[Credential] = set()  # those that created something under such a key
        self._phase = ""  # of the last one that was not a probe
        self._may_be_full = False  # whether anything was created, or a valid create refused, in that phase
        self._before: Interaction | None = None  # the last interaction
        self._with_id: defaultdict[str | Long | int, Few] = defaultdict(Few)
        self._with_secret: defaultdict[str | Long, Few] = defaultdict(Few)
        self._sent: defaultdict[Hashable, Few] = defaultdict(Few)  # those that created something, by place and value
        self._defaults: defaultdict[Hashable, Few] = defaultdict(Few)  # those that show a value that was not sent

    def add(self, interaction: Interaction, *, fresh: bool, unused: bool) -> None:
        """Fold in one interaction; `fresh`: its account did not use its key before; `unused`: nobody did."""
        if interaction.is_probe:
            self.probes.append(interaction)
            self.drops = self.drops or (self._silent and interaction.status is not None)
        if interaction.is_asked_again:
            self.asked_again.append(interaction)
        elif interaction.is_unanswered and not interaction.is_probe:
            self.unanswered.append(interaction)
        if interaction.is_unanswered or interaction.status is not None:
            self._silent = interaction.is_unanswered and not interaction.refusal_lost
        self._add_room(interaction)
        if interaction.case.expectation is Expectation.ACCEPT and interaction.request.credential is Credential.FIRST:
            self._add_valid(interaction, interaction.status or 0, fresh=fresh)
        if unused:
            self._add_credential(interaction)
        self._add_served(interaction)
        form = interaction.form
        if interaction.created is not None and form is not None and is_of_another_form(form):
            self.forms_taken.add(form.template)
        if interaction.created is not None:
            self._add_created(interaction, interaction.created, fresh=fresh)
        self._before = interaction

    def _add_room(self, interaction: Interaction) -> None:
        """Note whether plain creates that were accepted before are refused, twice in a row."""
        if not interaction.is_probe:
            if interaction.phase != self._phase:
                self._phase, self._may_be_full = interaction.phase, False
            valid = interaction.case.expectation is Expectation.ACCEPT
            self._may_be_full |= interaction.created is not None or (valid and refuses(interaction))
            return
        asked = self._before
        again = asked is not None and asked.is_probe and asked.request.body == interaction.request.body
        refused = again and asked is not None and all(map(_refuses_plainly, (asked, interaction)))
        # After a hostile phase in which nothing was created, what was sent is to blame.
        by_chance = interaction.phase == PROBE or self._may_be_full or is_about_room(interaction)
        # A server that was never seen to accept any may have been full before, and says so.
        if refused and by_chance and (self.accepts or is_about_room(interaction)):
            self._full.add(interaction.chosen)

    def _add_valid(self, interaction: Interaction, status: int, *, fresh: bool) -> None:
        body = hash(interaction.request.body)
        if 200 <= status < 300:  # noqa: PLR2004 - the class of statuses
            self._accepted[interaction.chosen] = interaction
            self._bodies.add(body)
            self._full.discard(interaction.chosen)
            self.refuses_again = False
        elif 400 <= status < 500 and status != 429 and fresh:  # noqa: PLR2004 - the same, less what says nothing
            self._refused.add(interaction.chosen)
            self.refuses_again = self.refuses_again or body in self._bodies

    def _add_credential(self, interaction: Interaction) -> None:
        credential, answer = interaction.request.credential, interaction.answer
        if isinstance(answer, Response) and answer.refused and not answer.says_nothing:
            self._turned_away[credential] = interaction
        elif interaction.created is not None:
            self._let_in.add(credential)

    def _add_served(self, interaction: Interaction) -> None:
        answer = interaction.answer
        if isinstance(answer, Glimpse):
            return
        failed = isinstance(answer, Response) and answer.failed
        if interaction.created is not None:
            self.failing = False
        elif interaction.is_probe or (interaction.number == 1 and interaction.case.expectation is Expectation.ACCEPT):
            self.failing = failed
        if interaction.is_unanswered or failed:
            self.failed_since = self.failed_since or interaction
        else:
            self.served, self.failed_since = interaction, None

    def _add_created(self, interaction: Interaction, document: dict[str, Any], *, fresh: bool) -> None:
        self.creates = True
        self.takes = self.takes or interaction.case.expectation is not Expectation.REJECT
        if isinstance(identifier := bounded(interaction.id), str | Long | int):
            self._with_id[identifier].add(interaction)
        if (secret := interaction.secret) is not None:
            self._with_secret[bounded(secret)].add(interaction)
        params = interaction.case.params
        if params is None:
            return
        if interaction.key is None:
            self._keyless.setdefault(_digest(params), interaction.number)
        requested = interaction.contract.request_schema.get("properties", {})
        for place, value in _places(params, requested):
            self._sent[place, _digest(value)].add(interaction)
        if fresh and interaction.burst is None and interaction.case.expectation is not Expectation.REJECT:
            for place, value in _places(document, requested):
                if value is not None and member(params, place) is None:
                    self._defaults[place, _digest(value)].add(interaction)

    @property
    def accepts(self) -> bool:
        """Whether any valid create was accepted."""
        return bool(self._accepted)

    @property
    def full(self) -> bool:
        """Whether plain creates of any type are refused now that were accepted before."""
        return bool(self._full)

    def is_full_for(self, interaction: Interaction) -> bool:
        """Whether plain creates are refused now, of the interaction's type or of the page's example's."""
        return bool(self._full) and not self._full.isdisjoint({interaction.chosen, self.probes[0].chosen})

    def accepted_of(self, kind: str | None) -> Interaction | None:
        """Return the last valid create of a type of destination that was accepted, or None."""
        return self._accepted.get(kind)

    def turned_away(self, credential: Credential) -> Interaction | None:
        """Return the last create with a credential that was refused under a key nobody had used, or None."""
        return self._turned_away.get(credential)

    def lets_in(self, credential: Credential) -> bool:
        """Whether a create with a credential created something under a key nobody had used."""
        return credential in self._let_in

    def refuses(self, kind: str | None) -> bool:
        """Whether valid creates of a type of destination were refused, and none was accepted."""
        return kind in self._refused and kind not in self._accepted

    def with_id(self, identifier: str, before: Interaction) -> list[Interaction]:
        """Return earlier 2xx interactions whose answer has an id, in order; of very many, the first and last."""
        return self._with_id.get(bounded(identifier), Few()).before(before)

    def with_secret(self, secret: str | Long, before: Interaction) -> list[Interaction]:
        """Return earlier 2xx interactions whose answer has a signing secret, as `with_id` does."""
        return self._with_secret.get(bounded(secret), Few()).before(before)

    def that_sent(self, place: str, value: object, before: Interaction) -> list[Interaction]:
        """Return earlier 2xx interactions whose request had this value at a place, as `with_id` does."""
        return self._sent.get((place, _digest(value)), Few()).before(before)

    def default_shown(self, place: str, value: object, key: str | None) -> bool:
        """Whether a fresh destination, created under another key, shows a value at a place where none was sent."""
        shown = self._defaults.get((place, _digest(value)), Few())
        return any(one.key != key for one in (*shown.first, *shown.last))

    def made_without_key(self, params: Params | None, before: Interaction) -> bool:
        """Whether an earlier create with these parameters and without a key created something."""
        return params is not None and self._keyless.get(_digest(params), before.number) < before.number


def _refuses_plainly(interaction: Interaction) -> bool:
    return refuses(interaction) and not turns_away(interaction)


def _places(document: Params, requested: Params) -> Iterator[tuple[str, Any]]:
    """Yield the parameters that a create, or a destination, holds, and those within the objects among them."""
    for name, schema in requested.items():
        if name not in document:
            continue
        value = document[name]
        if isinstance(value, dict) and "properties" in schema:
            yield from ((f"{name}.{inner}", value[inner]) for inner in schema["properties"] if inner in value)
        else:
            yield name, value


def _digest(value: object) -> int:
    """Return a hash of a JSON value; lists count as sets, since the page compares some of them so."""
    value = bounded(sorted(value, key=canonical) if isinstance(value, list | tuple) else value)
    return hash(canonical(value))
