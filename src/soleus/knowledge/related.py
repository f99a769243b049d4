"""Related: which articles belong together, computed from what they say and what they are about.

    alike(a, b) = TEXT cosine of their words, weighed by how few articles use each (TF-IDF)
                + CAUSES shared causes over all causes of both + SYMPTOMS the same of symptoms,
                  OTHERS times that where one is for professionals alone and the other is not

It is the same from a to b and from b to a. Where a reader's own causes are known, articles about these come first, the
one about the largest share before the others; an article about few causes says more of each.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .article import Article
from .claims import bare
from .vocabulary import known_cause
from .words import stem, telling

TEXT, CAUSES, SYMPTOMS = 0.7, 0.2, 0.1  # weights; they add up to one
OTHERS = 0.5
TITLE = 3  # times that a word of title, summary or what is asked counts
LEAST_SHARE = 0.03  # of the risk, below which a cause is not a reader's own
MAIN, BESIDE = 1.0, 0.5  # how much an article is about its first cause, and about each further one


class Related(NamedTuple):
    """An article to read next, how near it is (0 to 1), and which of the reader's causes it is about."""

    article: Article
    near: float
    own: tuple[str, ...]


class Nearness:
    """How near all articles of a library are to each other."""

    def __init__(self, articles: Sequence[Article]) -> None:
        counts = {a.slug: Counter(_terms(a)) for a in articles}
        used = Counter(term for count in counts.values() for term in count)
        rare = {term: math.log((1 + len(articles)) / (1 + n)) for term, n in used.items()}
        self._vectors = {slug: _unit(count, rare) for slug, count in counts.items()}

    def between(self, a: Article, b: Article) -> float:
        """How near two articles are, 0 to 1."""
        u, v = self._vectors[a.slug], self._vectors[b.slug]
        small, large = (u, v) if len(u) < len(v) else (v, u)
        cosine = math.fsum(sorted(x * large[term] for term, x in small.items() if term in large))
        near = (
            TEXT * cosine
            + CAUSES * _shared(a.front.causes, b.front.causes)
            + SYMPTOMS * _shared(a.front.symptoms, b.front.symptoms)
        )
        return near if a.front.readers == b.front.readers else OTHERS * near


def related(
    article: Article, others: Sequence[Article], near: Nearness, causes: Mapping[str, float] | None = None
) -> list[Related]:
    """All other articles, those about the reader's own causes first.

    Args:
        article: the one being read.
        others: all articles; itself is left out.
        near: how near they are.
        causes: shares of the reader's risk by the ids of levers; only what raises it counts.
    """
    mine = own_causes(causes or {})
    found = []
    for other in others:
        if other.slug != article.slug:
            own = tuple(id for id in other.front.causes if id in mine)
            found.append((about(other, mine), Related(other, near.between(article, other), own)))
    found.sort(key=lambda pair: (-pair[0], -pair[1].near, pair[1].article.slug))
    return [item for _, item in found]


def own_causes(causes: Mapping[str, float]) -> dict[str, float]:
    """Shares by the ids that articles use, of what raises a reader's risk noticeably; several of a family add up."""
    found: dict[str, float] = {}
    for id, share in causes.items():
        name = known_cause(id)
        if name and math.isfinite(share) and share >= LEAST_SHARE:
            found[name] = found.get(name, 0.0) + share
    return found


def about(article: Article, mine: Mapping[str, float]) -> float:
    """How much an article is about these causes: its first in full, others by half; many share one article."""
    weights = (MAIN if i == 0 else BESIDE for i in range(len(article.front.causes)))
    most = max((mine.get(id, 0.0) * w for id, w in zip(article.front.causes, weights, strict=True)), default=0.0)
    return 2 * most / (1 + len(article.front.causes))


def _terms(article: Article) -> list[str]:
    top = f"{article.title} {article.front.summary} {' '.join(article.front.asked)}"
    text = bare(f"{article.plain} {article.professional}")
    return [stem(word) for word in telling(top) * TITLE + telling(text) if len(word) > 1 and not word.isdigit()]


def _unit(count: Counter[str], rare: Mapping[str, float]) -> dict[str, float]:
    vector = {term: (1 + math.log(n)) * rare[term] for term, n in count.items() if rare[term] > 0}
    length = math.sqrt(math.fsum(x * x for x in vector.values())) or 1.0
    return {term: x / length for term, x in vector.items()}


def _shared(a: Sequence[str], b: Sequence[str]) -> float:
    both = set(a) | set(b)
    return len(set(a) & set(b)) / len(both) if both else 0.0
