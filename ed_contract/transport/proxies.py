"""Finds the proxy between us and a target: the one that was given, else the environment's, as other clients do."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

from ed_contract.exceptions import UsageError
from ed_contract.transport.target import Target

_PORTS = {"http": 80, "https": 443}
_ENTRY = re.compile(r"\*?\.?(?P<host>[^\s:/*\[\]]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How a target is reached: directly, or by a proxy; and what of the environment was not understood on the way."""

    proxy: str | None = None  # its URL, which may hold a password
    given_by: str = ""  # the option or the variable that names it
    ignored: tuple[str, ...] = ()  # entries of NO_PROXY that cannot be read

    @property
    def shown(self) -> str:
        """The proxy without its user and password."""
        parts = urlsplit(self.proxy or "")
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def route_of(target: Target) -> Route:
    """Return how `target` is reached.

    Raises:
        UsageError: the proxy's URL is invalid, or of a kind that we do not speak.
    """
    if target.app is not None:
        return Route()
    if target.proxy is not None:
        return Route(proxy=target.proxy, given_by="--proxy")
    url = urlsplit(target.endpoint)
    known = getproxies()
    for scheme in (url.scheme, "all"):
        if proxy := known.get(scheme):
            break
    else:
        return Route()
    entries = [one.strip() for one in known.get("no", "").split(",") if one.strip()]
    readings = {one: _excepts(one, url) for one in entries}
    ignored = tuple(one for one, reading in readings.items() if reading is None)
    if any(readings.values()):
        return Route(ignored=ignored)
    name = _variable(scheme)
    return Route(proxy=_checked(proxy if "://" in proxy else f"http://{proxy}", name), given_by=name, ignored=ignored)


def is_direct(target: Target) -> bool:
    """Whether we have connections to `target` itself, neither to an application in process nor to a proxy."""
    return target.app is None and route_of(target).proxy is None


def _variable(scheme: str) -> str:
    """Return the name of the variable that is meant; the one in lower case has precedence."""
    names = [name for name in os.environ if name.lower() == f"{scheme}_proxy"]
    return max(names, key=str.islower, default="the proxy of the system's settings")


def invalid(name: str) -> str:
    """Return what is wrong with the proxy that is named so."""
    return f"invalid proxy in {name}: expected a URL, e.g. http://127.0.0.1:3128\ncorrect it, or unset it."


def _checked(proxy: str, name: str) -> str:
    """Return the proxy's URL; errors do not repeat it, since it may hold a password."""
    try:
        parts = urlsplit(proxy)
        valid = bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or any(ord(char) <= 32 for char in proxy):  # noqa: PLR2004 - blanks and controls
        raise UsageError(invalid(name))
    if parts.scheme in {"http", "https"}:
        return proxy
    if parts.scheme in {"socks5", "socks5h"}:
        if importlib.util.find_spec("socksio") is not None:
            return proxy
        hint = "install httpx[socks], or exempt the target with NO_PROXY."
    else:
        hint = "give an http proxy there, or exempt the target with NO_PROXY."
    raise UsageError(f"{name} names a proxy of the unsupported kind {parts.scheme}\n{hint}")


def _excepts(entry: str, url: SplitResult) -> bool | None:
    """Whether an entry of NO_PROXY (a host with its subdomains, an address, a network) excepts a URL; None: invalid."""
    if entry == "*":
        return True
    scheme, separator, rest = entry.rpartition("://")
    if separator and scheme not in {"all", url.scheme}:
        return False if scheme in _PORTS else None
    host = (url.hostname or "").lower()
    try:
        network = ipaddress.ip_network(rest.strip("[]"), strict=False)
    except ValueError:
        pass
    else:
        return any(address in network for address in _address(host))
    found = _ENTRY.fullmatch(rest)
    if found is None:
        return None
    name, port = found["host"].strip("[]").lower().rstrip("."), found["port"]
    if port is not None and int(port) != (url.port or _PORTS[url.scheme]):
        return False
    return host == name or host.endswith(f".{name}")


def _address(host: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        yield ipaddress.ip_address(host)
    except ValueError:
        return
