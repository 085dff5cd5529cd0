"""The plugin's options as data: what they are called, where they are read from, and what they may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option, `--ed-NAME` on the command line and `ed_name` in an ini file."""

    name: str
    help: str
    metavar: str = ""  # none: a flag
    many: bool = False
    kind: Callable[[str], Any] = str
    least: float = -math.inf
    most: float = math.inf
    env: str = ""
    ini: bool = True  # credentials and what belongs to one run have no place in a repository

    @property
    def attribute(self) -> str:
        """The name under which pytest keeps it, and the ini key."""
        return f"ed_{self.name.replace('-', '_')}"


OPTIONS = (
    Option(name="url", metavar="URL", env="ED_CONTRACT_URL", help="judge the server at URL: one test a requirement"),
    Option(name="app", metavar="MODULE:ATTR", help="judge an ASGI or WSGI application, in process, without a socket"),
    Option(name="api-key", metavar="KEY", env="ED_CONTRACT_API_KEY", ini=False, help="the credential"),
    Option(
        name="second-api-key",
        metavar="KEY",
        env="ED_CONTRACT_SECOND_API_KEY",
        ini=False,
        help="another account's credential, to judge that accounts are kept apart",
    ),
    Option(name="header", metavar="NAME:VALUE", many=True, help="sent with every request; repeatable"),
    Option(
        name="api-version",
        metavar="WORD",
        help="the Stripe-Version header (default: 2024-09-30.acacia; empty sends none)",
    ),
    Option(
        name="path",
        metavar="PATH",
        help="where creates are posted to, below URL (default: /v2/core/event_destinations)",
    ),
    Option(name="only", metavar="ID-GLOB", many=True, help="only requirements whose id matches; repeatable"),
    Option(name="skip", metavar="ID-GLOB", many=True, help="no requirement whose id matches; repeatable"),
    Option(name="phases", metavar="NAME,…", help="these phases only, e.g. smoke (default: all)"),
    Option(name="strict", help="findings of level SHOULD fail their tests too"),
    Option(name="waivers", metavar="FILE", help="a TOML file of findings that are known: their tests are xfailed"),
    Option(
        name="seed",
        metavar="N|random",
        ini=False,
        help="the same seed sends the same bytes (default: 0, with keys of this run alone)",
    ),
    Option(
        name="strength",
        metavar="2..4",
        kind=int,
        least=2,
        most=4,
        help="combine so many options in every way (default: 3)",
    ),
    Option(name="max-examples", metavar="N", kind=int, least=1, help="random cases in the phase fuzz (default: 56)"),
    Option(name="max-requests", metavar="N", kind=int, least=1, help="send no more than this (default: 900)"),
    Option(name="max-time", metavar="SECONDS", kind=float, least=0.001, help="send nothing more after this"),
    Option(
        name="key-age",
        metavar="SECONDS",
        kind=float,
        least=0,
        most=86400,
        help="how old keys are at least when they are asked for again at the end (default: 2)",
    ),
    Option(
        name="request-timeout",
        metavar="SECONDS",
        kind=float,
        least=0.001,
        most=3600,
        help="for one whole answer (default: 10)",
    ),
    Option(
        name="request-retries",
        metavar="N",
        kind=int,
        least=0,
        most=100,
        help="how often a request that is answered 429 or 503 is sent again (default: 5)",
    ),
    Option(name="rate-limit", metavar="N/s", help="send no more than so many requests, e.g. 20/s or 600/m"),
    Option(
        name="workers",
        metavar="N",
        kind=int,
        least=1,
        most=64,
        help="plain creates under way at once; they then arrive in any order (default: 1)",
    ),
    Option(
        name="tls-verify",
        metavar="yes|no|FILE",
        help="check certificates, or do not, or trust those in FILE (default: yes)",
    ),
    Option(name="proxy", metavar="URL", ini=False, help="an HTTP proxy, in the place of the environment's"),
    Option(name="allow-live", ini=False, help="take a live key: a run makes hundreds of destinations"),
    Option(name="cleanup", help="delete the destinations that the run made (DELETE …/{id})"),
    Option(
        name="max-destinations",
        metavar="N",
        kind=int,
        least=9,
        help="so many at a time; with --ed-cleanup the oldest make room, else the run ends",
    ),
    Option(name="restart-command", metavar="CMD", help="restarts the server, for idempotency/survives-restart"),
    Option(name="no-shrink", help="do not make findings smaller"),
    Option(name="report", metavar="FORMAT=PATH", many=True, ini=False, help="write a report too, e.g. json=ed.json"),
)
