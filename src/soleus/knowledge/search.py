"""Search: articles that answer some words, best first, with the place where they do.

An index in memory (SQLite's FTS5), weighed by where a word stands. What is typed is taken apart into words, each
quoted, so that nothing of it is a command of the index. A word that no article holds is taken as the beginning of
one, or as a slip for the nearest ones (haemodialysis, potasium).
"""

import re
import sqlite3
import threading
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from .article import Article
from .claims import bare
from .words import SHORTEST, stem, telling, words

# How much a word counts in each column, in the order of `COLUMNS`.
COLUMNS = {"title": 8.0, "asked": 8.0, "summary": 4.0, "plain": 1.5, "professional": 1.0}
TOKENS = "porter unicode61 remove_diacritics 2"  # endings and accents do not matter
MOST_WORDS, LONGEST = 24, 40  # of a question, and letters of a word: more is no question
HEAD = 2.0  # how much more an article counts whose title, questions and summary hold all that was asked
NEAREST, ALIKE = 3, 0.78  # slips: how many words are tried, and how alike they must be
AROUND = 14  # words of the place that is shown, on either side of the first found


class Piece(NamedTuple):
    """Some words of an article, and whether they are what was looked for."""

    text: str
    found: bool


class Hit(NamedTuple):
    """An article that was found: how well it fits (higher is better), and where."""

    article: Article
    score: float
    snippet: tuple[Piece, ...]


class Index:
    """All articles, ready to be searched; may be used from several threads."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = list(articles)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(f"CREATE VIRTUAL TABLE page USING fts5({', '.join(COLUMNS)}, tokenize='{TOKENS}')")
        self._db.executemany(
            f"INSERT INTO page(rowid, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})",
            ((i, *_columns(article)) for i, article in enumerate(articles, start=1)),
        )
        self._heads = [{stem(w) for column in _columns(a)[:3] for w in words(column)} for a in articles]
        self._texts = [[Running.of(text) for text in (*_columns(a)[3:], a.front.summary)] for a in articles]
        self._known = sorted({w for a in articles for column in _columns(a) for w in words(column) if len(w) > 2})

    def search(self, asked: str, limit: int = 10) -> list[Hit]:
        """Articles that fit, best first; none when no word of the question is known."""
        terms = list(dict.fromkeys(word[:LONGEST] for word in telling(asked)))[:MOST_WORDS]
        with self._lock:
            groups = [group for term in terms if (group := self._meant(term))]
            if not groups or limit < 1:
                return []
            query = " OR ".join(_quoted(word) for group in groups for word in group)
            weights = ", ".join(str(w) for w in COLUMNS.values())
            rows = self._db.execute(
                f"SELECT rowid, -bm25(page, {weights}) FROM page WHERE page MATCH ?", (query,)
            ).fetchall()
        scored = [(score * (1 + HEAD * self._covers(row - 1, groups)), row - 1) for row, score in rows]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        wanted = [word if word.endswith("*") else stem(word) for group in groups for word in group]
        return [Hit(self._articles[i], score, snippet(self._texts[i], wanted)) for score, i in scored[:limit]]

    def _covers(self, i: int, groups: Sequence[Sequence[str]]) -> float:
        """The share of what was asked that title, questions and summary of an article hold."""
        held = sum(any(_in(word, self._heads[i]) for word in group) for group in groups)
        return held / len(groups)

    def _meant(self, word: str) -> list[str]:
        """What to look for: the word itself, words that begin so, or the nearest ones."""
        if self._holds(word):
            return [word]
        for other in dict.fromkeys((word.replace("ae", "e").replace("oe", "e"), word.replace("our", "or"))):
            if other != word and self._holds(other):
                return [other]
        if len(word) >= 3 and self._holds(word + "*"):
            return [word + "*"]
        return get_close_matches(word, self._known, NEAREST, ALIKE) if len(word) >= SHORTEST else []

    def _holds(self, word: str) -> bool:
        found = self._db.execute("SELECT 1 FROM page WHERE page MATCH ? LIMIT 1", (_quoted(word),))
        return found.fetchone() is not None


def _in(word: str, stems: set[str]) -> bool:
    """Whether these stems hold a word, or, where it ends in a star, a word that begins so."""
    return any(s.startswith(word[:-1]) for s in stems) if word.endswith("*") else stem(word) in stems


def _quoted(word: str) -> str:
    """A word as the index takes it literally; a star at its end stands for any end."""
    return f'"{word.rstrip("*")}"' + ("*" if word.endswith("*") else "")


def _columns(article: Article) -> tuple[str, ...]:
    top = article.front
    return top.title, " . ".join(top.asked), top.summary, flat(article.plain), flat(article.professional)


def flat(markdown: str) -> str:
    """Markdown as running words."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", bare(markdown))
    return re.sub(r"[*_#|`>]+|-{3,}", " ", text)


class Running(NamedTuple):
    """A text word by word, and the stems of each, made once."""

    tokens: tuple[str, ...]
    stems: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, text: str) -> "Running":
        """The words of a text."""
        tokens = tuple(text.split())
        return cls(tokens, tuple(frozenset(map(stem, words(token))) for token in tokens))

    def found(self, wanted: Sequence[str]) -> list[str]:
        """For each word the stem that was looked for, or nothing; a stem that ends in a star may go on."""
        whole = {term for term in wanted if not term.endswith("*")}
        begun = tuple(term[:-1] for term in wanted if term.endswith("*"))
        return [
            next(iter(stems & whole), "") or (next((s for s in stems if s.startswith(begun)), "") if begun else "")
            for stems in self.stems
        ]


def snippet(texts: Sequence[Running], wanted: Sequence[str]) -> tuple[Piece, ...]:
    """The place where most of the words stand, a later text only if it has more; else the beginning of the last."""
    best, place = -len(texts), (texts[-1], [""] * len(texts[-1].tokens), slice(0, 3 * AROUND))
    for later, text in enumerate(texts):
        marks = text.found(wanted)
        for i in (i for i, mark in enumerate(marks) if mark):
            window = slice(max(i - AROUND // 2, 0), i + AROUND + AROUND // 2)
            count = len(set(marks[window]) - {""}) - later
            if count > best:
                best, place = count, (text, marks, window)
    text, marks, window = place
    pieces: list[Piece] = []
    for token, mark in zip(text.tokens[window], marks[window], strict=True):
        if pieces and pieces[-1].found == bool(mark):
            pieces[-1] = Piece(f"{pieces[-1].text} {token}", bool(mark))
        else:
            pieces.append(Piece(token, bool(mark)))
    return tuple(pieces)
