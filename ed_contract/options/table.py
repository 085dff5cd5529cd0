"""The one table of options, and the record of what they say: an option is a field of `Settings`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ed_contract.options import values
from ed_contract.options.option import (
    ACTION,
    CASES,
    DISPLAY,
    EVERYWHERE,
    LIMITS,
    OF_COMMAND,
    OF_ONE_CALL,
    PRIVATE,
    PROCESS,
    REPORTS,
    SELECTION,
    TARGET,
    Option,
)
from ed_contract.options.values import FLAG, Value
from ed_contract.shard import Shard


def _option(
    help_: str,
    value: Value,
    group: str,
    *,
    name: str = "",
    default: Any = None,  # noqa: ANN401 - of the field's type
    **more: Any,  # noqa: ANN401 - other fields of Option
) -> Any:  # noqa: ANN401 - a field
    """Return the field of Settings that an option is."""
    metadata = {"name": name, "help": help_, "value": value, "group": group, **more}
    return field(default=default, metadata=metadata, repr=not more.get("secret", False))


def _flag(help_: str, group: str, **more: Any) -> Any:  # noqa: ANN401 - a field
    return _option(help_, FLAG, group, default=more.pop("default", False), **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a run, with their defaults; raises UsageError for an invalid value."""

    url: str | None = _option(
        "The base URL of the server to judge.",
        values.text("URL", example="http://127.0.0.1:8000"),
        TARGET,
        doors=EVERYWHERE | {ACTION},
    )
    app: str | None = _option(
        "An ASGI or WSGI application to judge instead of a URL; it is called in process.",
        values.APPLICATION,
        TARGET,
        doors=EVERYWHERE | {ACTION},
    )
    api_key: str | None = _option(
        "The credential. Prefer $ED_CONTRACT_API_KEY.",
        values.text("KEY", example="sk_test_a"),
        TARGET,
        doors=PRIVATE | {ACTION},
        secret=True,
        needs_target=True,
    )
    second_api_key: str | None = _option(
        "Another account's credential, to judge whether accounts are isolated.",
        values.text("KEY", example="sk_test_b"),
        TARGET,
        doors=PRIVATE | {ACTION},
        secret=True,
        needs_target=True,
    )
    replicas: tuple[str, ...] = _option(
        "The base URL of another node of the same service, to judge whether nodes share keys. Repeatable.",
        values.text("URL", example="http://127.0.0.1:8001"),
        TARGET,
        name="replica",
        default=(),
        many=True,
        needs_target=True,
    )
    credential_command: str | None = _option(
        "A shell command that prints a fresh credential; run at the start and whenever the credential expires.",
        values.text("CMD", example="'vault read -field=key shop'"),
        TARGET,
        needs_target=True,
    )
    auth_header: str | None = _option(
        "The header that carries the credential, without a scheme unless it is Authorization.",
        values.text("NAME", example="X-Api-Key"),
        TARGET,
        shown_default="Authorization, or what the contract names",
        needs_target=True,
        shapes=True,
    )
    headers: tuple[tuple[str, str], ...] = _option(
        "A header to send with every request. Repeatable.",
        values.HEADER,
        TARGET,
        name="header",
        default=(),
        many=True,
        short="H",
        secret=True,
        needs_target=True,
    )
    api_version: str | None = _option(
        "The API version to send; an empty value sends none.",
        values.text("WORD", example="2024-09-30.acacia"),
        TARGET,
        shown_default="that of the contract's example",
        needs_target=True,
        shapes=True,
    )
    path: str | None = _option(
        "The path of creates, below the URL.",
        values.text("PATH", example="/v2/things"),
        TARGET,
        shown_default="that of the contract",
        needs_target=True,
        shapes=True,
    )
    key_format: str | None = _option(
        "The form of idempotency keys, for servers that accept only one form.",
        values.KEY_FORMAT,
        TARGET,
        shown_default="UUIDs, or what the contract says",
        needs_target=True,
        shapes=True,
    )
    request_timeout: float = _option(
        "The time limit for one complete answer.",
        values.seconds(3600),
        TARGET,
        default=10.0,
        needs_target=True,
        shapes=True,
    )
    tls_verify: bool | str = _option(
        "Whether to verify certificates, or a file or folder of those to trust.",
        values.TRUST,
        TARGET,
        default=True,
        shown_default="yes",
        needs_target=True,
    )
    cert: str | None = _option(
        "A client certificate, for servers that require one: a PEM file.",
        values.text("FILE", example="client.pem"),
        TARGET,
        needs_target=True,
    )
    cert_key: str | None = _option(
        "The key of the client certificate, if in a separate file.",
        values.text("FILE", example="client.key"),
        TARGET,
        needs_target=True,
    )
    proxy: str | None = _option(
        "An HTTP proxy to use instead of the environment's.",
        values.text("URL", example="http://127.0.0.1:3128"),
        TARGET,
        doors=PRIVATE,
        secret=True,
        needs_target=True,
    )
    allow_live: bool = _flag("Accept live keys, which are refused otherwise.", TARGET, doors=PRIVATE, needs_target=True)

    edition: str | None = _option(
        "The edition of the page.",
        values.text("EDITION", example="2026-04"),
        SELECTION,
        shapes=True,
        shown_default="that of the API version, if one is set, else 2024-10",
    )
    contract: str | None = _option(
        "The OpenAPI document of your own create, to judge instead of an edition of the page.",
        values.PATH,
        SELECTION,
        shapes=True,
    )
    operation: str | None = _option(
        "The operationId of the create, if the document has several creates.",
        values.text("ID", example="createPayment"),
        SELECTION,
        shapes=True,
    )
    only: tuple[str, ...] = _option(
        "Only requirements whose id matches. Repeatable.",
        values.text("ID-GLOB", example="'echo/*'"),
        SELECTION,
        default=(),
        many=True,
    )
    skip: tuple[str, ...] = _option(
        "Leave out requirements whose id matches. Repeatable.",
        values.text("ID-GLOB", example="'auth/*'"),
        SELECTION,
        default=(),
        many=True,
    )
    phases: tuple[str, ...] | None = _option(
        "Run only these phases, e.g. smoke.", values.PHASE_NAMES, SELECTION, doors=EVERYWHERE | {ACTION}
    )
    strict: bool = _flag("Let SHOULD findings fail the run too.", SELECTION, doors=EVERYWHERE | {ACTION})
    waivers: str | None = _option(
        "A TOML file of known findings, which do not fail the run.",
        values.text("FILE", example="waivers.toml"),
        SELECTION,
        doors=EVERYWHERE | {ACTION},
    )
    waivers_update: bool = _flag(
        "Update the waivers file from this run, and exit 0 if it could judge.", SELECTION, doors=OF_ONE_CALL
    )
    fail_on_incomplete: bool = _flag("Exit 2 unless every MUST requirement was judged.", SELECTION)
    clock_skew: float = _option(
        "How far the clocks of two records may differ.",
        values.seconds(3600, zero=True),
        SELECTION,
        default=2.0,
        doors=OF_COMMAND,
    )

    seed: int | None = _option(
        "The same seed sends the same bytes.",
        values.SEED,
        CASES,
        doors=PRIVATE | {ACTION},
        shown_default="0, with fresh keys",
    )
    shard: Shard | None = _option(  # noqa: RUF009 - it is immutable
        "Send only part I of the N parts of this run; `merge` judges the records of all. All need the same --seed.",
        values.SHARD,
        CASES,
        doors=OF_COMMAND,
        needs_target=True,
    )
    strength: int = _option(
        "Cover every combination of any N options.", values.whole(2, 4), CASES, default=3, shapes=True
    )
    max_examples: int = _option(
        "How many random cases the fuzz phase sends.", values.whole(1), CASES, default=56, short="n", shapes=True
    )
    key_age: float | None = _option(
        "The minimum age of keys when they are reused at the end.",
        values.seconds(86400, zero=True),
        CASES,
        shown_default="2",
    )
    workers: int = _option(
        "How many sequences of requests are sent concurrently; they then arrive in any order.",
        values.WORKERS,
        CASES,
        default=1,
        short="w",
    )
    request_retries: int = _option(
        "How often to retry a request answered 429 or 503.", values.whole(0, 100), CASES, default=5
    )

    max_requests: int = _option(
        "Send at most this many requests, not counting deletions.", values.whole(1), LIMITS, default=900
    )
    shrink_requests: int = _option(
        "Reserve this many requests for shrinking once there is a finding, at the expense of random cases.",
        values.whole(0),
        LIMITS,
        default=60,
    )
    max_time: float | None = _option("Stop sending after this time.", values.seconds(86400 * 7), LIMITS)
    rate_limit: float | None = _option("The maximum request rate, e.g. 20/s or 600/m.", values.RATE, LIMITS)
    cleanup: bool = _flag("Delete the destinations that the run created (DELETE …/{id}).", LIMITS)
    max_destinations: int | None = _option(
        "Have at most this many destinations at a time; with --cleanup the oldest are deleted, else the run ends.",
        values.whole(9),
        LIMITS,
    )
    fail_fast: bool = _flag("Stop at the first finding.", LIMITS, doors=OF_COMMAND, short="x")
    max_findings: int | None = _option(
        "Stop after this many findings.", values.whole(1), LIMITS, name="maxfail", doors=OF_COMMAND
    )

    require_target: bool = _flag(
        "Refuse to judge the bundled server: for CI gates, where a missing URL is a mistake.", PROCESS, doors=OF_COMMAND
    )
    server_command: str | None = _option(
        "A shell command that starts the server, which is always stopped afterwards.",
        values.text("CMD", example="'python -m shop'"),
        PROCESS,
        doors=OF_COMMAND | {ACTION},
        needs_target=True,
    )
    server_wait: float = _option(
        "How long that server may take to accept connections.",
        values.seconds(3600),
        PROCESS,
        default=30.0,
        doors=OF_COMMAND | {ACTION},
    )
    restart_command: str | None = _option(
        "A shell command that restarts the server, for idempotency/survives-restart.",
        values.text("CMD", example="'systemctl restart shop'"),
        PROCESS,
        needs_target=True,
        shapes=True,
    )

    shrink: bool = _flag("Do not shrink findings.", REPORTS, name="no-shrink", default=True, negates=True)
    reports: tuple[tuple[str, str], ...] = _option(
        "Write a report: json, html, junit, sarif, ctrf, github or badge; - is stdout. Repeatable.",
        values.REPORT,
        REPORTS,
        name="report",
        default=(),
        many=True,
        doors=PRIVATE,
    )
    sarif_location: str | None = _option(
        "The repository file that the results of a SARIF report point to.",
        values.SOURCE,
        REPORTS,
        shown_default="the settings file, else that of --app, else ed_contract.toml",
    )
    record: str | None = _option(
        "Write the requests and answers to FILE; `ed-contract judge FILE` judges them again.",
        values.RECORD,
        REPORTS,
        shown_default=".ed_contract/last.ndjson",
        doors=PRIVATE,
    )
    keep_record: bool = _flag(
        "Do not keep a record of this run.", REPORTS, name="no-record", default=True, negates=True
    )

    dry_run: bool = _flag("Say what would be sent, and send nothing.", DISPLAY, doors=OF_ONE_CALL)
    card: bool = _flag(
        "Print the behaviour card after the summary: what the server does where the page is silent.",
        DISPLAY,
        doors=OF_COMMAND,
    )
    quiet: bool = _flag("Print only the verdict and the reports written.", DISPLAY, doors=OF_COMMAND, short="q")
    verbose: bool = _flag(
        "Print a line for each request, and for each requirement not exercised, with the reason.",
        DISPLAY,
        doors=OF_COMMAND,
        short="v",
    )
    no_color: bool = _flag("Print without colours, as when NO_COLOR is set.", DISPLAY, doors=OF_COMMAND)

    def __post_init__(self) -> None:
        """Check what Python gave; what a door has read is known to be right."""
        for option in OPTIONS:
            given = getattr(self, option.attribute)
            if type(given) is not type(option.default) or given != option.default:  # True is 1, and not a number
                one = not given if option.negates else given
                object.__setattr__(self, option.attribute, option.read(one, option.attribute))

    @property
    def kept_for_shrinking(self) -> int:
        """How many requests are kept for shrinking: half of all at most."""
        return min(self.shrink_requests, self.max_requests // 2) if self.shrink else 0

    @property
    def findings_at_most(self) -> int | None:
        """After how many findings the run stops; None for no limit."""
        return 1 if self.fail_fast else self.max_findings


def _of(one: dataclasses.Field[Any]) -> Option:
    more = {**one.metadata}
    name = more.pop("name") or one.name.replace("_", "-")
    return Option(name=name, attribute=one.name, default=one.default, **more)


OPTIONS: tuple[Option, ...] = tuple(map(_of, dataclasses.fields(Settings)))
"""Every option, in the order in which help shows them."""
BY_NAME: Mapping[str, Option] = MappingProxyType({option.name: option for option in OPTIONS})
DEFAULTS = Settings()


def at(door: str) -> tuple[Option, ...]:
    """Return the options that a door has."""
    return tuple(option for option in OPTIONS if door in option.doors)
