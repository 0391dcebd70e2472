"""The form in which names and references are looked up, as a function that columns and indexes may stand on.

`pqip.core.words.folded` says the same in Python; a test holds the two equal for every character. Whoever changes it adds a
migration with the function anew, and has the columns that stand on it written again.
"""

from django.db import migrations

GONE = (
    r"\0027\0060\00B4\2018\2019\201B\2032\02B9\02BB\02BC\02BD\02BE\02BF\02C8\A78C\FF07\00AD\200B\200C\200D\200E\200F"
    r"\202A\202B\202C\202D\202E\2060\2061\2062\2063\2064\2065\2066\2067\2068\2069\206A\206B\206C\206D\206E\206F\FEFF"
)
HYPHENS = "‐‑‒–—―−⁃"
SINGLE = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h", "ı": "i",
          "ŧ": "t", "Ŧ": "t", "ŋ": "n", "Ŋ": "n", "ς": "σ", "ẞ": "ß", "Æ": "æ", "Œ": "œ", "Þ": "þ"}  # fmt: skip
SINGLE |= {chr(code): chr(code).lower() for code in (*range(0x391, 0x3AA), *range(0x402, 0x430)) if chr(code).isupper()}

SPACES = r"[\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029]+"
MARKS = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"

#: Plain ASCII, as nearly every name is, goes a shorter way: a long translation takes 20 times as long.
FOLDED = f"""
CREATE OR REPLACE FUNCTION core_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(lower(
        CASE WHEN octet_length(said) = char_length(said) THEN translate(said, U&'\\0027\\0060', '')
        ELSE replace(replace(replace(replace(
            translate(
                regexp_replace(normalize(translate(said, U&'{GONE}', ''), NFKD), '{MARKS}', '', 'g'),
                '{HYPHENS}{"".join(SINGLE)}', '{"-" * len(HYPHENS)}{"".join(SINGLE.values())}'),
            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
        END COLLATE "C"), '{SPACES}', ' ', 'g'), ' ')
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FOLDED, "DROP FUNCTION core_folded(text)")]
