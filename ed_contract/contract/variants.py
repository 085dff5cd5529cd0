"""Writes a choice between objects as one object, with what each of them asks for. Knows no requests.

The result has the members of all, so that walking a schema meets each; which of them belong together is stated beside
them under a keyword of ours. `exact` writes that as plain JSON Schema, for validation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ed_contract.contract.schemas import ANNOTATION, OF_NAMES, OF_VALUES, bare

Schema: TypeAlias = dict[str, Any]

VARIANTS = "$variants"
"""Our keyword: `own`, the members in which variants differ, and `each`, a condition and what follows."""
WORDS = {"title", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml", "$comment"}
WORDS |= {"discriminator", "readOnly", "writeOnly"}
"""The keywords that say nothing about validity."""


def as_one(branches: Sequence[Mapping[str, Any]], named: str) -> Schema:
    """Return the object with the members of all branches; those required in every branch are required.

    Args:
        branches: schemas of objects; a value satisfies one of them.
        named: the member that says which, if the document names one; else "".
    """
    names = dict.fromkeys(name for one in branches for name in one["properties"])
    conditions = list(_conditions(branches, named, tuple(names)))
    common = [name for name in names if all(name in one.get("required", ()) for one in branches)]
    members = {name: [one["properties"][name] for one in branches if name in one["properties"]] for name in names}
    whole: Schema = {
        "type": "object",
        "required": common,
        "properties": {name: _any_of(parts) for name, parts in members.items()},
        "x-realistic": {"allOf": _clauses(branches, conditions, names)},
        VARIANTS: {
            "own": [name for name, parts in members.items() if len(parts) < len(branches) or _differ(parts)],
            "each": [
                {"if": condition, "then": _asked(branches[number], but=common)} for number, condition in conditions
            ],
        },
    }
    if all(one.get("additionalProperties") is False for one in branches):
        whole["additionalProperties"] = False
    return whole


def _differ(parts: Sequence[Any]) -> bool:
    """Whether branches say different things about a member, beyond which enum values it may have."""
    return any(one != parts[0] for one in parts) and not all(map(_listed, parts))


def _conditions(
    branches: Sequence[Mapping[str, Any]], named: str, names: Sequence[str]
) -> Iterator[tuple[int, Schema]]:
    """Yield how an object shows which branch it is meant to be; nothing if it does not.

    It is the value of a member, or a member that no other branch requires.
    """
    selector = next((name for name in (named, *names) if _selects(name, branches, named)), "")
    if selector:
        for number, one in enumerate(branches):
            for value in _listed(one["properties"][selector]):
                yield number, {"properties": {selector: {"const": value}}, "required": [selector]}
        return
    needed = [one.get("required", ()) for one in branches]
    telling = [
        next(
            (name for name in mine if not any(name in others for others in (*needed[:place], *needed[place + 1 :]))), ""
        )
        for place, mine in enumerate(needed)
    ]
    for number, name in enumerate(telling if all(telling) else ()):
        others = [{"required": [other]} for other in telling if other != name]
        yield number, {"required": [name], "not": {"anyOf": others}}


def _clauses(
    branches: Sequence[Mapping[str, Any]], conditions: Sequence[tuple[int, Schema]], names: Mapping[str, None]
) -> list[Schema]:
    """Return what makes an object realistic: it is one of the recognisable branches, with nothing from the others."""
    if not conditions:
        return [_only(branches[0], names, but=())]
    needed = [condition["required"] for _, condition in conditions]
    any_of = [{"required": list(one)} for one in dict.fromkeys(map(tuple, needed))]
    first = any_of[0] if len(any_of) == 1 else {"oneOf": any_of}
    return [
        first,
        *(
            {"if": condition, "then": _only(branches[number], names, but=condition.get("properties", ()))}
            for number, condition in conditions
        ),
    ]


def _only(branch: Mapping[str, Any], names: Mapping[str, None], *, but: Mapping[str, Any] | Sequence[str]) -> Schema:
    """Return the schema of what belongs to one branch only."""
    members = {name: bare(branch["properties"].get(name, False)) for name in names if name not in but}
    return {**_beside(branch), "properties": members}


def _beside(branch: Mapping[str, Any]) -> Schema:
    """Return what a branch says about the object as a whole."""
    left_out = {"properties", "type", "additionalProperties", VARIANTS} | WORDS
    return {
        word: bare(said) for word, said in branch.items() if word not in left_out and not word.startswith(ANNOTATION)
    }


def _asked(branch: Mapping[str, Any], *, but: Sequence[str]) -> Schema:
    """Return what a branch requires, except for the members that all branches require."""
    found = {**_beside(branch), "properties": bare(branch["properties"])}
    found["required"] = [name for name in branch.get("required", ()) if name not in but]
    return found


def _listed(said: Any) -> list[Any]:  # noqa: ANN401 - any schema
    """Return the values that a schema lists."""
    if not isinstance(said, Mapping):
        return []
    return [said["const"]] if "const" in said else [one for one in said.get("enum", ()) if one is not None]


def _selects(name: str, branches: Sequence[Mapping[str, Any]], named: str) -> bool:
    """Whether a member says which branch an object is; `named` is the one that the document names for it."""
    values = [value for one in branches for value in _listed(one["properties"].get(name))]
    every = all(_listed(one["properties"].get(name)) for one in branches)
    every = every and (name == named or all(name in one.get("required", ()) for one in branches))
    return every and all(isinstance(one, str) for one in values) and len(set(values)) == len(values)


def _any_of(parts: Sequence[Any]) -> Any:  # noqa: ANN401 - any schema
    """Return the schema of a member that branches describe differently."""
    different = [part for place, part in enumerate(parts) if part not in parts[:place]]
    if len(different) == 1:
        return different[0]
    if all(map(_listed, different)):
        values = list(dict.fromkeys(value for part in different for value in _listed(part)))
        kind = {"type": "string"} if all(isinstance(one, str) for one in values) else {}
        return {**kind, "enum": values}
    if all(map(is_object, different)):
        return as_one(different, "")
    return {"anyOf": different}


def is_object(schema: Any) -> bool:  # noqa: ANN401 - any schema
    """Whether a schema describes the members of an object, and nothing else."""
    return isinstance(schema, Mapping) and "properties" in schema and schema.get("type", "object") == "object"


def exact(schema: Any) -> Any:  # noqa: ANN401 - any schema
    """Return a schema in which a member of one variant is validated only if that variant is meant."""
    if isinstance(schema, list):
        return [exact(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {word: _exact_at(word, said) for word, said in schema.items() if word != VARIANTS}
    variants = schema.get(VARIANTS)
    if variants:
        found["properties"] = found["properties"] | {name: {} for name in variants["own"]}
        each = [{"if": one["if"], "then": _own(exact(one["then"]), variants["own"])} for one in variants["each"]]
        found["allOf"] = [*found.get("allOf", ()), *each]
    return found


def _exact_at(word: str, said: Any) -> Any:  # noqa: ANN401 - any JSON
    if word in OF_NAMES and isinstance(said, Mapping):
        return {name: exact(child) for name, child in said.items()}
    return said if word in OF_VALUES else exact(said)


def _own(then: Schema, names: Sequence[str]) -> Schema:
    return {**then, "properties": {name: one for name, one in then["properties"].items() if name in names}}


def needed_by(schema: Mapping[str, Any], name: str) -> tuple[Schema, ...]:
    """Return the conditions under which an object needs an otherwise optional member."""
    each = schema.get(VARIANTS, {}).get("each", ())
    return tuple(one["if"] for one in each if name in one["then"]["required"] and name not in one["if"]["required"])


def needed_within(schema: Mapping[str, Any], name: str) -> dict[str, tuple[Schema, ...]]:
    """Return the members that an object in a member needs in some variants, each with the conditions of these."""
    found: dict[str, tuple[Schema, ...]] = {}
    for one in schema.get(VARIANTS, {}).get("each", ()):
        said = one["then"]["properties"].get(name)
        for inner in said.get("required", ()) if isinstance(said, Mapping) else ():
            found[inner] = (*found.get(inner, ()), one["if"])
    return found


def holds(condition: Schema, document: Mapping[str, Any]) -> bool:
    """Whether an object satisfies a condition of ours."""
    named = all(document.get(name) == said["const"] for name, said in condition.get("properties", {}).items())
    others = (one["required"][0] for one in condition.get("not", {"anyOf": ()})["anyOf"])
    return (
        named and all(map(document.__contains__, condition["required"])) and not any(one in document for one in others)
    )


def belongs(schema: Mapping[str, Any], name: str) -> tuple[Schema, ...]:
    """Return the conditions under which a member belongs to an object; none if it always does."""
    variants = schema.get(VARIANTS, {"own": (), "each": ()})
    if name not in variants["own"]:
        return ()
    return tuple(one["if"] for one in variants["each"] if name in one["then"]["properties"])


def where(conditions: Sequence[Schema], parent: str) -> str:
    """Return conditions as the end of a sentence, about an object at a dotted place (with a trailing dot), or ""."""
    told = [
        f"`{parent}{name}` is `{one['properties'][name]['const']}`"
        if "properties" in one
        else f"`{parent}{name}` is present"
        for one in conditions
        for name in one["required"]
    ]
    return f"if {' or '.join(told)}" if told else ""


def condition_of(schema: Mapping[str, Any], place: str) -> tuple[Schema | None, str]:
    """Return the schema of the documents in which a dotted place belongs to its object, and the same in words."""
    whens, words, parent = list[Schema](), list[str](), list[str]()
    for name in place.split("."):
        if conditions := belongs(schema, name):
            when: Schema = {"anyOf": list(conditions)}
            for above in reversed(parent):
                when = {"properties": {above: when}, "required": [above]}
            whens.append(when)
            words.append(where(conditions, "".join(f"{one}." for one in parent)))
        schema = schema.get("properties", {}).get(name, {})
        parent.append(name)
    return ({"allOf": whens} if whens else None), " and ".join(words)


def is_needed(schema: Mapping[str, Any], place: str) -> bool:
    """Whether a variant of the object that holds a dotted place needs it."""
    *parents, name = place.split(".")
    for one in parents:
        schema = schema.get("properties", {}).get(one, {})
    return bool(needed_by(schema, name))
