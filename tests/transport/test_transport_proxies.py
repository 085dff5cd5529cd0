"""Which proxy stands between us and a target, and what the environment may say of it."""

from __future__ import annotations

import os

import pytest
from common.servers import free_port, raw_server

from ed_contract.exceptions import UsageError
from ed_contract.interaction import Request
from ed_contract.transport import Target, Unreached
from ed_contract.transport.http import HttpTransport
from ed_contract.transport.proxies import Route, route_of

REQUEST = Request(method="POST", path="/", headers=(), body=b"{}")
PROXY = "http://127.0.0.1:3128"
SECRET = "hunter22"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    """The machine's own are of no interest."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("environment", "url", "route"),
    [
        ({}, "http://h", Route()),
        ({"HTTP_PROXY": PROXY}, "http://h", Route(proxy=PROXY, given_by="HTTP_PROXY")),
        ({"HTTP_PROXY": PROXY}, "https://h", Route()),
        ({"HTTPS_PROXY": PROXY, "http_proxy": "http://other"}, "https://h", Route(proxy=PROXY, given_by="HTTPS_PROXY")),
        ({"all_proxy": "127.0.0.1:3128"}, "http://h", Route(proxy=PROXY, given_by="all_proxy")),
        ({"HTTP_PROXY": "http://other", "http_proxy": PROXY}, "http://h", Route(proxy=PROXY, given_by="http_proxy")),
        ({"HTTP_PROXY": ""}, "http://h", Route()),
    ],
)
def test_the_proxy_is_that_of_the_environment(monkeypatch, environment, url, route):
    """By the URL's scheme, else for all; lower case before upper case."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert route_of(Target(url=url)) == route


def test_the_proxy_that_is_given_comes_first(monkeypatch):
    """Before the environment's, exceptions included."""
    monkeypatch.setenv("HTTP_PROXY", "http://other")
    monkeypatch.setenv("NO_PROXY", "*")
    assert route_of(Target(url="http://h", proxy=PROXY)) == Route(proxy=PROXY, given_by="--proxy")


@pytest.mark.parametrize(
    ("entries", "url", "direct"),
    [
        ("*", "http://h", True),
        ("h", "http://h", True),
        ("example.com", "http://api.example.com:8080", True),
        (".example.com", "http://api.example.com", True),
        ("*.example.com", "http://api.example.com", True),
        ("example.com", "http://myexample.com", False),
        ("h:80", "http://h", True),
        ("h:8080", "http://h", False),
        ("other, H ,", "http://h", True),
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.0.0.0/8", "http://ten.example", False),
        ("fe80::/10", "http://127.0.0.1", False),
        ("fe80::/10", "http://[fe80::1]", True),
        ("[::1]", "http://[::1]:8000", True),
        ("::1", "http://[::1]:8000", True),
        ("all://h", "http://h", True),
        ("https://h", "http://h", False),
    ],
)
def test_the_environment_may_except_hosts(monkeypatch, entries, url, direct):
    """Names with their subdomains, addresses, networks, with or without a port."""
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", entries)
    assert route_of(Target(url=url)) == (Route() if direct else Route(proxy=PROXY, given_by="HTTP_PROXY"))


@pytest.mark.parametrize("entry", ["fe80::/999", "10.0.0.0/33", "a b", "[::g]", "h:port", "gopher://h"])
def test_an_exception_that_cannot_be_read_is_ignored(monkeypatch, entry):
    """The others hold, and a run goes on."""
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", entry)
    assert route_of(Target(url="http://h")) == Route(proxy=PROXY, given_by="HTTP_PROXY", ignored=(entry,))
    monkeypatch.setenv("NO_PROXY", f"{entry},127.0.0.1")
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with raw_server(lambda connection: (connection.recv(65536), connection.sendall(answer))) as port:
        transport = HttpTransport(Target(url=f"http://127.0.0.1:{port}"))
        assert transport.send(REQUEST).status == 200
        transport.close()


INVALID = "invalid proxy in {}: expected a URL, e.g. http://127.0.0.1:3128\ncorrect it, or unset it."
SOCKS = "{} names a proxy of the unsupported kind socks5\ninstall httpx[socks], or exempt the target with NO_PROXY."


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ALL_PROXY", f"socks5://me:{SECRET}@127.0.0.1:1080", SOCKS),
        (
            "HTTP_PROXY",
            f"foo://me:{SECRET}@h",
            "{} names a proxy of the unsupported kind foo\n"
            "give an http proxy there, or exempt the target with NO_PROXY.",
        ),
        ("http_proxy", f"http://me:{SECRET}@", INVALID),
        ("HTTP_PROXY", f"http://me:{SECRET}@[::1", INVALID),
        ("HTTP_PROXY", f"http://me:{SECRET}@h:port", INVALID),
        ("HTTP_PROXY", f"http://me:{SECRET}@h\u0301{'a' * 80}.example", INVALID),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_by_its_variable(monkeypatch, name, value, message):
    """In two lines, without the password in it; a target that is excepted needs none."""
    monkeypatch.setenv(name, value)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError) as told:
        HttpTransport(Target(url="http://target.invalid"))
    assert str(told.value) == message.format(name)
    monkeypatch.setenv("NO_PROXY", "target.invalid")
    HttpTransport(Target(url="http://target.invalid")).close()


def test_what_is_shown_of_a_proxy_has_no_password():
    """It is named where it is dead."""
    assert Route(proxy=f"http://me:{SECRET}@h:1", given_by="HTTP_PROXY").shown == "http://h:1"


def test_a_proxy_that_refuses_to_connect_is_no_connection():
    """It says why."""

    def handle(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with raw_server(handle) as port:
        transport = HttpTransport(Target(url="https://target.invalid", proxy=f"http://127.0.0.1:{port}"))
        with pytest.raises(Unreached, match=r"^407 Proxy Authentication Required$"):
            transport.send(REQUEST)
        transport.close()


def test_a_dead_proxy_is_no_connection(monkeypatch):
    """As a dead target is."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    transport = HttpTransport(Target(url="http://target.invalid"))
    with pytest.raises(Unreached, match="refused"):
        transport.send(REQUEST)
    transport.close()
