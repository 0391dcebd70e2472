"""Normal forms of text: one for storing what people type, and one for searching it.

`tidy` is what is stored, from files and forms alike: it changes nothing visible. `folded` is what is compared: a name is
found whichever apostrophe, accent, hyphen, case or space was typed. The database has the same function (`core_folded`, see
its migration), on which the indexes are built.
"""

from __future__ import annotations

import re
import unicodedata

#: Line breaks of every kind; and spaces within a line: no-break, thin, figure and ideographic ones, tabs.
BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
SPACES = re.compile(r"[^\S\n]+")
UNSEEN = frozenset({"Cc", "Cf", "Cs"})

#: Left out in searches: apostrophes and their substitutes, accents, and invisible characters.
APOSTROPHES = "'`´‘’‛′ʹʻʼʽʾʿˈꞌ＇"
MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
LEFT_OUT_FIRST = re.compile(f"[{APOSTROPHES}{INVISIBLE}]")
LEFT_OUT = re.compile(f"[{MARKS}]")
HYPHENS = "‐‑‒–—―−⁃"
#: Letters without a removable accent, and letters of two other alphabets, without their case.
LETTERS = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h", "ı": "i", "ŧ": "t",
           "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ς": "σ"}  # fmt: skip
LETTERS |= {
    chr(code): chr(code).lower()
    for code in (*range(0x391, 0x3AA), *range(0x402, 0x430))
    if chr(code).isupper()
}
PAIRS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
SINGLE = str.maketrans(
    dict.fromkeys(HYPHENS, "-")
    | LETTERS
    | PAIRS
    | {chr(code): chr(code + 32) for code in range(65, 91)}
)
ANY_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2028\u2029]+")


def tidy(text: str) -> str:
    """Return the text trimmed, composed (NFC), with spaces of every kind as one and without invisible characters; lines
    stay.

    Apostrophes, accents and case stay as written.
    """
    if text.isprintable() and "  " not in text:
        return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
    text = BREAKS.sub("\n", text)
    seen = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in UNSEEN
    )
    return SPACES.sub(" ", unicodedata.normalize("NFC", seen)).strip()


def folded(text: str) -> str:
    """Return the form in which names, numbers and codes are compared: no apostrophes, accents or case, one kind of hyphen
    and space.
    """
    if not text.isascii():
        text = LEFT_OUT.sub("", unicodedata.normalize("NFKD", LEFT_OUT_FIRST.sub("", text)))
        return ANY_SPACE.sub(" ", text.translate(SINGLE)).strip(" ")
    return ANY_SPACE.sub(" ", text.replace("'", "").replace("`", "").lower()).strip(" ")


def sought(text: str) -> list[str]:
    """Return the words of a search, each to be found anywhere in a folded text."""
    return folded(text).split()
