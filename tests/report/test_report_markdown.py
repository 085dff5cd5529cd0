"""Text of others in Markdown, as GitHub's own parser reads it: it is shown, and nothing else becomes of it."""

from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ed_contract.report.markdown import code, folded, plain
from ed_contract.report.text import printable

MARKS = [
    "http://a.b",
    "www.a.b",
    "](",
    "[a]: b",
    "[^1]",
    "<b>",
    "<!--",
    "**",
    "~~",
    "a_b",
    "``",
    "|",
    "\\",
    "&amp;",
    "#",
]
TEXTS = st.one_of(
    st.lists(st.sampled_from([*MARKS, "1.", "12)", "- ", "> ", "+ ", "= ", "    ", "x", " ", "_", "$"])).map("".join),
    st.text(st.sampled_from("[](){}<>*_`~|\\!#+-.:/&;=^$@ abw123\"'")),
    st.text(),
)
PLACES = {
    "{}": ["p"],
    "- {}": ["ul", "li"],
    "## {}": ["h2"],
    "| |\n|---|\n| {} |": ["table", "thead", "tr", "th", "tbody", "tr", "td"],
}


class Shown(HTMLParser):
    """What GitHub makes of Markdown: the elements, but for links of addresses that mails go to, and the text."""

    def __init__(self, markdown):
        super().__init__()
        self.elements, self._texts = [], []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(f"{markdown}\n"))
        self.close()

    def handle_starttag(self, tag, attrs):
        """Keep an element."""
        if not dict(attrs).get("href", "").startswith("mailto:"):
            self.elements.append(tag)

    def handle_data(self, data):
        """Keep text."""
        self._texts.append(data)

    @property
    def text(self):
        """The text, in which a browser would show every blank as one."""
        return " ".join("".join(self._texts).split())


@pytest.mark.parametrize("place", PLACES)
@given(text=TEXTS)
@settings(max_examples=300)
@example(text="[x](http://y) <b> `c` | ~d~ $a$ **e** _f_ &lt; http://g www.h.i\\")
@example(text="1. #")
def test_text_is_shown_as_it_is(place, text):
    """In a paragraph, a list, a heading or a cell: no element is added, and no letter is lost."""
    expected = " ".join(printable(text).split())
    shown = Shown(place.format(plain(text)))
    assert shown.elements == PLACES[place] or not expected
    assert shown.text == expected


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("request/type/enum [upper case]: 200", "request/type/enum [upper case]: 200"),
        ("event_destinations, 1.5 s - (x) + 2 = 3! {a} @me #1", "event_destinations, 1.5 s - (x) + 2 = 3! {a} @me #1"),
        (r"\x1b and a \ b", r"\x1b and a \ b"),
        ("http://a.b/c_d", r"http\://a.b/c_d"),
        ("`name` | <b> *c* _d_ ~e~ $f$", r"\`name\` \| \<b> \*c\* \_d\_ \~e\~ \$f\$"),
    ],
)
def test_only_what_github_acts_on_has_a_backslash(text, escaped):
    """The rest is read as it was written."""
    assert plain(text) == escaped


def test_a_block_is_folded_below_its_title():
    """Whose marks of HTML are escaped, and which is no Markdown."""
    assert folded("1. a [<b> & *c*]", code("d\n```")) == (
        "<details><summary>1. a [&lt;b&gt; &amp; *c*]</summary>\n\n````text\nd\n```\n````\n\n</details>"
    )
