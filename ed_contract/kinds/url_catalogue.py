"""URLs that any server accepts, and URLs that trip parsers up, each named for what is unusual about it."""

from __future__ import annotations

from collections.abc import Iterator

from ed_contract.kinds import sizes
from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.spec import Value
from ed_contract.kinds.text_characters import named

# In the form in which every URL library leaves a URL: lower-case host, a path, no default port.
READABLE = (
    "https://example.com/",
    "https://example.com/Hook/a%20b?token=Ab3%2Fx%3D%3D&Sig=Zm9v",
    "https://example.net/Hooks/Orders_v2/In?Source=shop&id=042",
    "https://www.example.com/Events/%E2%9C%93/In.php?q=caf%C3%A9&X=1",
    "https://example.org/Hooks/Orders?team=Billing&retry=true",
    "https://example.com/my/hook/endpoint",
    "https://example.net/v1/events",
    "https://example.com/hooks/a%20b/%E2%9C%93?q=caf%C3%A9",
    "https://www.example.org/in.php?source=shop&id=42",
    "https://example.net/Hooks/Orders_v2/receive-events",
    "https://example.com/hook?token=Ab3%2Fx%3D%3D&sig=Zm9v",
    "https://www.example.net/a/b/c/d/?x=1&y=",
)

HARD: tuple[tuple[str, str], ...] = (
    ("plain http", "http://example.com/hook"),
    ("localhost", "https://localhost/hook"),
    ("an IPv4 address", "https://192.0.2.1/hook"),
    ("an IPv6 address", "https://[2001:db8::1]/hook"),
    ("rare characters", "https://example.com/a;b=c/~d/e+f/(g),h!/$i'*?q=j+k%2fl%7e&m=[n]|o"),
    ("letters beyond ASCII", "https://example.com/h\u00f6ren?q=\u00fc"),
    ("a fragment", "https://example.com/hook#part"),
    ("no host", "https://"),
    ("no URL", "not a url"),
    ("user information", "https://user@example.com/hook"),
    ("a host in capitals", "https://EXAMPLE.com/Hook"),
    ("a port", "https://example.com:8443/hook"),
    ("the default port", "https://example.com:443/hook"),
    ("no path", "https://example.com"),
    ("a trailing slash", "https://example.com/hook/"),
    ("dot segments", "https://example.com/a/../hook"),
    ("an escaped slash", "https://example.com/a%2Fb"),
    ("an empty query", "https://example.com/hook?"),
    ("an international host", "https://b\u00fccher.example/hook"),
    ("another scheme", "ftp://example.com/hook"),
    ("no characters", ""),
)

_FIRST = 8
_NO_HOSTS: tuple[tuple[str, str], ...] = (
    ("an open bracket", "https://[example.com/hook"),
    ("port 99999", "https://example.com:99999/hook"),
    ("a port of letters", "https://example.com:port/hook"),
    ("two dots in the host", "https://a..b/hook"),
    ("a label of 64 letters", f"https://{'a' * 64}.example.com/hook"),
    ("a closing bracket", "https://example.com]/hook"),
    ("an empty pair of brackets", "https://[]/hook"),
    ("letters in brackets", "https://[not-an-address]/hook"),
    ("an IPv6 address without brackets", "https://2001:db8::1/hook"),
    ("an IPv6 address with a zone", "https://[fe80::1%25eth0]/hook"),
    ("an IPv4 address in an IPv6 address", "https://[::ffff:192.0.2.1]/hook"),
    ("an IPv4 address as one number", "https://3221225985/hook"),
    ("an IPv4 address in hexadecimal", "https://0xc0000201/hook"),
    ("an IPv4 address with a part too large", "https://192.0.2.256/hook"),
    ("port 0", "https://example.com:0/hook"),
    ("port 65536", "https://example.com:65536/hook"),
    ("a negative port", "https://example.com:-1/hook"),
    ("a port of 20 digits", "https://example.com:12345678901234567890/hook"),
    ("digits of a port beyond ASCII", "https://example.com:\u0664\u0664\u0663/hook"),
    ("no port behind the colon", "https://example.com:/hook"),
    ("two ports", "https://example.com:80:81/hook"),
    ("a host of 260 characters", f"https://{'a.' * 124}example.com/hook"),
    ("a dot in front of the host", "https://.example.com/hook"),
    ("a dot behind the host", "https://example.com./hook"),
    ("a dash in front of the host", "https://-example.com/hook"),
    ("an underscore in the host", "https://a_b.example.com/hook"),
    ("a star in the host", "https://*.example.com/hook"),
    ("a percent escape in the host", "https://ex%61mple.com/hook"),
    ("a blank in the host", "https://exam ple.com/hook"),
    ("a host without a dot", "https://example/hook"),
    ("an emoji in the host", "https://\U0001f4e6.example/hook"),
    ("a host of full width", "https://\uff45xample.com/hook"),
    ("a sharp s in the host", "https://stra\u00dfe.example/hook"),
    ("an international host in ASCII", "https://xn--bcher-kva.example/hook"),
    ("a broken international host in ASCII", "https://xn--a.example/hook"),
    ("a soft hyphen in the host", "https://exam\u00adple.com/hook"),
    ("an international dot", "https://example\u3002com/hook"),
    ("a host of dots", "https://.../hook"),
    ("two at signs", "https://user@name@example.com/hook"),
    ("a password", "https://user:secret@example.com/hook"),
    ("user information that is empty", "https://@example.com/hook"),
    ("a user that looks like a host", "https://example.com:443@example.net/hook"),
)

_WRITINGS: tuple[tuple[str, str], ...] = (
    ("a scheme in capitals", "HTTPS://example.com/hook"),
    ("no scheme", "example.com/hook"),
    ("no scheme before the slashes", "//example.com/hook"),
    ("a path only", "/hook"),
    ("one slash behind the scheme", "https:/example.com/hook"),
    ("no slash behind the scheme", "https:example.com/hook"),
    ("three slashes behind the scheme", "https:///example.com/hook"),
    ("backslashes", "https:\\\\example.com\\hook"),
    ("two schemes", "https://https://example.com/hook"),
    ("a misspelt scheme", "htps://example.com/hook"),
    ("a scheme of scripts", "javascript:alert(1)"),
    ("a scheme of files", "file:///orders"),
    ("a scheme of data", "data:text/plain,orders"),
    ("a scheme of sockets", "wss://example.com/hook"),
    ("a padded URL", " https://example.com/hook "),
    ("a newline at the end", "https://example.com/hook\n"),
    ("a newline inside", "https://example.com/ho\nok"),
    ("a tab inside", "https://example.com/ho\tok"),
    ("a blank inside", "https://example.com/my hook?q=a b"),
    ("NUL", "https://example.com/ho\0ok"),
    ("a broken percent escape", "https://example.com/100%/%zz?q=%"),
    ("an escaped NUL", "https://example.com/ho%00ok"),
    ("an escaped newline", "https://example.com/ho%0D%0AX-Hook:%20new"),
    ("an escape of no text", "https://example.com/%FF%FE"),
    ("escapes of both cases", "https://example.com/%c3%A9?q=%C3%a9"),
    ("an escape of what needs none", "https://example.com/%41%7E?q=%62"),
    ("an escape twice", "https://example.com/a%2520b"),
    ("an escaped dot segment", "https://example.com/a/%2e%2e/hook"),
    ("a dot segment at the end", "https://example.com/hook/."),
    ("more dot segments than segments", "https://example.com/../../hook"),
    ("empty segments", "https://example.com//a//hook"),
    ("quotes", "https://example.com/\"hook\"?q='a'"),
    ("angle brackets and braces", "https://example.com/<hook>/{id}?q=<a>"),
    ("a backslash in the path", "https://example.com/a\\hook"),
    ("a caret and a backquote", "https://example.com/a^b`c"),
    ("two question marks", "https://example.com/hook?a=1?b=2"),
    ("one name twice in the query", "https://example.com/hook?id=2&id=1"),
    ("semicolons in the query", "https://example.com/hook?a=1;b=2"),
    ("a plus in the query", "https://example.com/hook?q=a+b%2Bc"),
    ("ampersands side by side", "https://example.com/hook?a=1&&b=2&"),
    ("a query out of order", "https://example.com/hook?b=2&a=1"),
    ("a URL in the query", "https://example.com/hook?to=https://example.org/?a=1&b=2"),
    ("a question mark in the fragment", "https://example.com/hook#a?b=1"),
    ("an empty fragment", "https://example.com/hook#"),
    ("a query and no path", "https://example.com?a=1"),
    ("a fragment and no path", "https://example.com#part"),
    ("combining characters", "https://example.com/cafe\u0301"),
    ("the astral plane", "https://example.com/\U0001f4e6?q=\U0001f680"),
    ("a no-break space", "https://example.com/a\u00a0b"),
    ("a direction override", "https://example.com/\u202ekooh"),
    ("a lone surrogate", "https://example.com/\ud83d"),
    ("an ampersand as an entity", "https://example.com/hook?a=1&amp;b=2"),
    ("a template", "https://example.com/${id}/{{id}}/%s"),
    ("a formula", "=1+1"),
    ("two URLs", "https://example.com/hook https://example.org/hook"),
    ("a URL in angle brackets", "<https://example.com/hook>"),
    ("a URL in quotes", '"https://example.com/hook"'),
    ("an e-mail address", "mailto:orders@example.com"),
    ("one letter", "x"),
    ("a blank", " "),
    ("the word null", "null"),
    ("digits only", "0042"),
)

_LENGTHS = (2048, 257, 256, 255, 501, 1025, 2049, 2084, 2083, 4097, 8193, 513, 1024, 2000, 4096, 8192, 16_385, 65_536)
_START = "https://example.com/"


def unusual() -> Iterator[Value]:
    """Yield unusual URLs: the most common ones first, then hosts, spellings and lengths in turn."""
    yield from named(HARD[:_FIRST])
    yield from round_robin(named(HARD[_FIRST:]), named(_NO_HOSTS[:_FIRST]))
    yield from round_robin(
        sizes.series("{:,} characters", _LENGTHS, lambda size: _START + "a" * (size - len(_START))),
        named(_NO_HOSTS[_FIRST:]),
        named(_WRITINGS),
        sizes.series(
            "{:,} characters of a query", (256, 1025, 2049, 8193), lambda size: f"{_START}?q=" + "a" * (size - 2)
        ),
        sizes.series("{} segments", (20, 100, 1000), lambda size: _START + "/".join("a" * size)),
        sizes.series(
            "{} parameters", (20, 101, 1001), lambda size: f"{_START}?" + "&".join(f"p{one}=1" for one in range(size))
        ),
    )
