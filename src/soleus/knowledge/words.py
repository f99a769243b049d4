"""Words: text as the words that search and comparison work with: small letters, no accents, endings taken off."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
SMALL_TALK = """
a about after all also am an and any are as at be because been but by can could did do does don for from get give had
has have he her him his how i if in into is isn it its just know knows ll m may me might more most much my no not of
off on one only or our out over re really s she should so some t than that the their them then there these they this
those to too up us ve was we were what when where which who whose why will with would you your yours
"""
STOP = frozenset(SMALL_TALK.split())
ENDINGS = ("ations", "ation", "ingly", "ments", "ment", "ness", "ings", "ing", "edly", "ied", "ies", "ers", "ed", "er",
           "es", "ly", "al", "ic", "s", "e", "y")  # fmt: skip
SHORTEST = 4  # letters that must be left


def words(text: str) -> list[str]:
    """The words of a text, in its order."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def telling(text: str) -> list[str]:
    """The words that tell something; all words, where every one of them is small talk."""
    found = words(text)
    return [word for word in found if word not in STOP] or found


def stem(word: str) -> str:
    """A word without its ending, so that cramps, cramped and cramping are one; crude, and the same for all."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
