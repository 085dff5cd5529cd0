"""Texts with one odd character, of one script, or in another normal form; whole classes, not a list."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from ed_contract.kinds.choosing import round_robin
from ed_contract.kinds.spec import Value

SCRIPTS: tuple[tuple[str, str], ...] = (
    ("Arabic", "الطلبات الجديدة"),
    ("Hebrew", "הזמנות חדשות"),
    ("Devanagari", "नए ऑर्डर"),
    ("Thai", "คำสั่งซื้อใหม่"),
    ("Chinese", "新訂單"),
    ("Japanese", "新しいオーダー"),
    ("Korean", "새로운 주문"),
    ("Greek", "Νέες παραγγελίες"),
    ("Cyrillic", "Новые заказы"),
    ("Vietnamese", "Đơn đặt hàng mới"),
    ("Turkish", "\u0131\u011fd\u0131r İLİ siparişleri"),
    ("Persian", "سفارش‌های جدید"),
    ("Urdu", "نئے آرڈرز"),
    ("Bengali", "নতুন অর্ডার"),
    ("Tamil", "புதிய ஆர்டர்கள்"),
    ("Telugu", "కొత్త ఆర్డర్లు"),
    ("Gujarati", "નવા ઓર્ડર"),
    ("Punjabi", "ਨਵੇਂ ਆਰਡਰ"),
    ("Malayalam", "പുതിയ ഓർഡറുകൾ"),
    ("Sinhala", "නව ඇණවුම්"),
    ("Burmese", "အော်ဒါအသစ်များ"),
    ("Khmer", "ការបញ្ជាទិញថ្មី"),
    ("Lao", "ຄໍາສັ່ງໃຫມ່"),
    ("Tibetan", "མངགས་ཉོ་གསར་པ།"),
    ("Georgian", "ახალი შეკვეთები"),
    ("Armenian", "Նոր պատվերներ"),
    ("Ethiopic", "አዳዲስ ትዕዛዞች"),
    ("Cherokee", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ"),
    ("Mongolian", "ᠰᠢᠨᠡ ᠵᠠᠬᠢᠶᠠᠯᠭᠠ"),
    ("Gothic", "𐌲𐌿𐍄𐌹𐍃𐌺"),
    ("rare Chinese", "𠮷野家 𩸽"),
    ("Braille", "⠕⠗⠙⠑⠗⠎"),
    ("two directions", "Orders הזמנות 42 طلبات new"),
)
"""A text in each script, named after it."""

FORMS: tuple[tuple[str, str], ...] = (
    ("letters that decompose", "Orders of 5 \u212b and 3 \u2126"),
    ("Hangul in pieces", "\u110c\u116e\u1106\u116e\u11ab"),
    ("marks in another order", "Orders a\u0323\u0302 a\u0302\u0323"),
    ("a mark without a letter", "\u0301Orders"),
    ("letters of full width", "\uff2f\uff52\uff44\uff45\uff52\uff53"),
    ("katakana of half width", "\uff75\uff70\uff80\uff9e\uff70"),
    ("a letter in a circle", "\u24c4\u24e1\u24d3\u24d4\u24e1\u24e2"),
    ("a Roman number", "Orders \u2167"),
    ("an abbreviation in one letter", "\u2116 7, \u2122, \u33a5, \u00bc"),
    ("a long s and a final sigma", "\u017ftra\u00dfe \u03c3\u03c2"),
    ("letters of another script that look alike", "\u041erd\u0435rs"),
    ("a composition exclusion", "\u0958 \ufb2a \u2adc"),
    ("a letter of two code points", "\u01c5ungla \u01c4UNGLA"),
    ("an ideograph of compatibility", "\uf900 \ufa0e"),
    ("emoji of skin and flag", "\U0001f44d\U0001f3fd \U0001f1ea\U0001f1fa \U0001f3f4\U000e0067\U000e0062\U000e007f"),
    ("a variation", "\u2764\ufe0f \u2764\ufe0e"),
    ("a digit in a key", "1\ufe0f\u20e3"),
    ("a heap of marks", "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e"),
)
"""Texts whose normal forms differ, or that look like another text."""

BROKEN: tuple[tuple[str, str], ...] = (
    ("a lone second surrogate", "Orders \udc00"),
    ("surrogates in reverse", "Orders \udca6\ud83d"),
    ("a lone surrogate in front", "\ud83dOrders"),
    ("a replacement character", "Orders \ufffd"),
    ("a character of private use", "Orders \ue000"),
    ("a character of private use beyond the first plane", "Orders \U000f0000"),
    ("an unassigned character", "Orders \u0378"),
    ("the last character", "Orders \U0010ffff"),
    ("a noncharacter in the middle", "Orders\ufdd0new"),
    ("a byte order mark the other way round", "\ufffeOrders"),
    ("a byte order mark in the middle", "Orders\ufeffnew"),
    ("NUL in front", "\0Orders"),
    ("NUL at the end", "Orders\0"),
    ("a newline in front", "\nOrders"),
    ("a newline at the end", "Orders\n"),
    ("a carriage return alone", "Orders\rand returns"),
    ("a newline before a carriage return", "Orders\n\rand returns"),
    ("two newlines", "Orders\n\nand returns"),
    ("a blank in front", " Orders"),
    ("a blank at the end", "Orders "),
    ("a tab at the end", "Orders\t"),
    ("a no-break space around it", "\u00a0Orders\u00a0"),
    ("a zero-width space only", "\u200b"),
    ("a newline only", "\n"),
    ("a no-break space only", "\u00a0"),
    ("marks of direction", "Orders \u200enew\u200f \u061cold"),
    ("an isolate that does not end", "Orders \u2067new"),
    ("a soft hyphen", "Or\u00adders"),
    ("a joiner at the end", "Orders\u200d"),
    ("many blanks", "Orders" + " " * 40 + "new"),
)
"""Texts with characters that are not text, or that are trimmed at the ends."""

# Controls, blanks of every width, separators, and invisible formatting characters.
_ODD = (
    *range(0x01, 0x20),
    *range(0x7F, 0xA1),
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x1680, 0x17B4, 0x180B, 0x180E),
    *range(0x2000, 0x2010),
    *range(0x2028, 0x2030),
    *range(0x205F, 0x2065),
    *range(0x2066, 0x2070),
    *(0x2800, 0x3000, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0),
    *range(0xFFF9, 0x10000),
    *(0x110BD, 0x1D173, 0x1D17A, 0x1FFFE, 0xE0001, 0xE0020, 0xE0100, 0x10FFFE),
)


def of_characters() -> Iterator[Value]:
    """Yield texts of each class in turn: scripts, forms, broken texts, and each odd character in a text."""
    return round_robin(
        named(SCRIPTS, "{} letters"),
        named(FORMS),
        named(BROKEN),
        (Value(name=f"the character U+{code:04X}", value=f"Orders{chr(code)}new") for code in _ODD),
    )


def named(pairs: Iterable[tuple[str, str]], name: str = "{}") -> Iterator[Value]:
    """Yield the values of a table."""
    return (Value(name=name.format(what), value=value) for what, value in pairs)


def without_accent(text: str) -> str:
    """Return `text` without the accent of its first accented letter, if there is one."""
    for place, letter in enumerate(text):
        plain = "".join(char for char in unicodedata.normalize("NFD", letter) if not unicodedata.combining(char))
        if plain != letter and len(plain) == 1 and plain.isalpha():
            return f"{text[:place]}{plain}{text[place + 1 :]}"
    return text
