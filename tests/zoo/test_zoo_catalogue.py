"""The zoo is a catalogue: names, sentences and requirements are well-formed."""

from __future__ import annotations

import re
from collections import Counter

from ed_contract.reference import SEED, Reference
from ed_contract.zoo import MUTANTS, RIGHT, Mutant, RightServer, broken, mutant, right, specimen

ZOO = (*MUTANTS, *RIGHT)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERB = re.compile(r"(Does not|Has|Never [a-z]+s|Sometimes [a-z]+s|[A-Z][a-z-]+s),? ")
STUMBLING = re.compile(r"none of them|\b(is|are) (no|none)\b|\b(alone|at once|told|of its own|so many|for ever)\b")
REQUIREMENT = re.compile(r"(request|response|echo|include|idempotency|robustness|auth)(/[a-z0-9._-]+){1,2}")


def test_there_are_enough_of_them():
    """At least 150 broken servers and 30 right ones."""
    assert len(MUTANTS) >= 150
    assert len(RIGHT) >= 30


def test_a_name_means_one_server():
    """Mutants and right servers share one space of names, since `serve --mutant NAME` runs either."""
    counted = Counter(one.name for one in ZOO)
    assert {name: count for name, count in counted.items() if count > 1} == {}


def test_names_are_in_kebab_case():
    """They appear in commands, file names and test ids."""
    assert [one.name for one in ZOO if not NAME.fullmatch(one.name)] == []


def test_sentences_are_one_sentence():
    """Each begins with a capital, ends with a full stop, has no second one, and fits in a line."""
    one_sentence = re.compile(r"(?!.*[.!?] [A-Z])[A-Z].{1,118}\.")
    assert [one.sentence for one in ZOO if not one_sentence.fullmatch(one.sentence)] == []


def test_sentences_say_what_a_server_does():
    """Each begins with a verb in the third person."""
    assert [one.sentence for one in ZOO if not VERB.match(one.sentence)] == []


def test_sentences_are_plain_english():
    """No phrases that make a reader stumble, no double blanks, no unbalanced backticks."""
    assert [one.sentence for one in ZOO if STUMBLING.search(one.sentence)] == []
    assert [one.sentence for one in ZOO if one.sentence.count("`") % 2 or one.sentence.split(" ").count("")] == []


def test_mutants_name_requirements():
    """The one that each breaks, and further ones, each once, that the same fault breaks."""
    named = {one.name: (one.breaks, *one.also) for one in MUTANTS}
    assert [(name, one) for name, ids in named.items() for one in ids if not REQUIREMENT.fullmatch(one)] == []
    assert [name for name, ids in named.items() if len({*ids}) < len(ids)] == []


def test_a_mutant_stands_in_the_module_of_its_area():
    """The module is named for the area of the requirement that it breaks, and for a concept if the area has several.

    Mutants of a later edition of the page are in that edition's module.
    """
    placed = [(one, module.__name__.rpartition(".")[2]) for module in broken.MODULES for one in module.MUTANTS]
    meant = {
        one.name: one.breaks.partition("/")[0] if one.edition == SEED else f"edition_{one.edition.replace('-', '_')}"
        for one in MUTANTS
    }
    assert [(one.name, module) for one, module in placed if not module.startswith(meant[one.name])] == []


def test_no_two_servers_say_the_same():
    """Each sentence is unique in the zoo."""
    counted = Counter(one.sentence for one in ZOO)
    assert {sentence: count for sentence, count in counted.items() if count > 1} == {}


def test_a_class_is_declared_by_its_name_and_docstring():
    """Digits and initialisms become separate words."""
    namespace = {"__name__": __name__}

    @mutant(breaks="response/created/format", also=("echo/name",), sockets=True)
    class WritesHTTPDates2(Reference):
        """Writes dates as HTTP does.

        More is not shown.
        """

    @right(should=("robustness/error-envelope",), inconclusive=True)
    class Answers201Twice(Reference):
        """Answers 201."""

    namespace |= {"a": WritesHTTPDates2, "b": Answers201Twice, "c": Reference, "d": 1}
    (broken,), (correct,) = specimen.mutants_in(namespace), specimen.right_in(namespace)
    assert broken == Mutant(
        name="writes-http-dates-2",
        breaks="response/created/format",
        sentence="Writes dates as HTTP does.",
        make=WritesHTTPDates2,
        also=("echo/name",),
        sockets=True,
    )
    assert correct == RightServer(
        name="answers-201-twice",
        sentence="Answers 201.",
        make=Answers201Twice,
        should=("robustness/error-envelope",),
        inconclusive=True,
    )


def test_a_module_declares_its_own_classes_alone():
    """An imported mutant is not declared twice."""

    @mutant(breaks="echo/name")
    class Elsewhere(Reference):
        """Is elsewhere."""

    assert specimen.mutants_in({"__name__": "another.module", "a": Elsewhere}) == ()
