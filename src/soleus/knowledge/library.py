"""Library: all articles, and every way to one: by name, by shelf, by words, by what a reader is told to be the cause.

    library.article("target-weight")            one article
    library.search("why do my legs cramp")      best first
    library.related("sodium", {"target_weight": 0.4})
    library.tree(), library.breadcrumbs(article), library.quick_links(), library.experts(), library.resources()

Articles are read once, checked together, and kept. docs/use/library.md shows all of it.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from ..errors import BadRecord
from . import article as reading
from . import related as near
from . import vocabulary
from .article import Article
from .experts import Expert, Resource, experts, experts_for, resources
from .related import Nearness, Related
from .search import Hit, Index
from .vocabulary import Term, known_cause

__all__ = [
    "Crumb", "Expert", "QuickLink", "Resource", "Shelf", "about_cause", "about_symptom", "article", "articles",
    "breadcrumbs", "experts", "experts_for", "load", "nearness", "picture", "quick_links", "related", "resources",
    "search", "tree",
]  # fmt: skip

HERE = files(__package__)


class Shelf(NamedTuple):
    """A category: its path, what it is called, what lies in it, and the shelves below."""

    path: str
    title: str
    says: str
    articles: tuple[Article, ...]
    shelves: "tuple[Shelf, ...]"


class Crumb(NamedTuple):
    """One step of the way to an article."""

    path: str
    title: str


class QuickLink(NamedTuple):
    """What somebody in a hurry looks for, and the article that answers."""

    says: str
    article: Article


@cache
def articles() -> tuple[Article, ...]:
    """All articles, in the order of the shelves, then of their titles.

    Raises:
        BadRecord: when one of them is not as it should be.
    """
    return load(HERE.joinpath("articles"), HERE.joinpath("pictures"))


def load(folder: Traversable, pictures: Traversable) -> tuple[Article, ...]:
    """The articles of a folder, with links, pictures and titles checked against each other."""
    found = [
        reading.read(path.read_text(encoding="utf-8"), path.name.removesuffix(".md"))
        for path in folder.iterdir()
        if path.name.endswith(".md")
    ]
    names, titles = {a.slug for a in found}, [a.title for a in found]
    for one in found:
        for link in one.links:
            if link not in names:
                hint = get_close_matches(link, names, 1)
                raise BadRecord(f"{one.slug}.md links to {link}.md, which is not there.{_mean(hint)}")
        for picture in one.pictures:
            if not pictures.joinpath(picture.file).is_file():
                raise BadRecord(f"{one.slug}.md shows {picture.file}, which is not there. Draw it: docs/pictures.py.")
        if titles.count(one.title) > 1:
            raise BadRecord(f"{one.slug}.md and another article are both called {one.title!r}. Rename one.")
    order = list(vocabulary.categories())
    return tuple(sorted(found, key=lambda a: (order.index(a.front.category), a.title)))


def article(slug: str) -> Article:
    """One article by its name.

    Raises:
        BadRecord: when there is none of this name, with the nearest ones.
    """
    for one in articles():
        if one.slug == slug:
            return one
    hint = get_close_matches(slug.casefold().replace(" ", "-"), [a.slug for a in articles()], 3, 0.5)
    raise BadRecord(f"there is no article {slug[:60]!r}.{_mean(hint)}")


def _mean(names: Sequence[str]) -> str:
    return f" Did you mean {' or '.join(names)}?" if names else ""


@cache
def _index() -> Index:
    return Index(articles())


@cache
def _nearness() -> Nearness:
    return Nearness(articles())


def search(asked: str, limit: int = 10) -> list[Hit]:
    """Articles that answer these words, best first; none when no word is known."""
    return _index().search(asked, limit)


def related(slug: str, causes: Mapping[str, float] | None = None, limit: int = 5) -> list[Related]:
    """What to read next: articles about the reader's own causes first, then those nearest to this one.

    Args:
        slug: the article being read.
        causes: shares of the reader's risk by the ids of levers, as `causes.explain` gives them.
        limit: how many.
    """
    return near.related(article(slug), articles(), _nearness(), causes)[:limit]


def nearness(a: str, b: str) -> float:
    """How near two articles are, 0 to 1."""
    return _nearness().between(article(a), article(b))


def about_cause(cause: str) -> tuple[Article, ...]:
    """Articles about a lever, by its id: for everybody first, and the one that is mainly about it."""
    id = known_cause(cause)
    found = [a for a in articles() if id and id in a.front.causes]
    return tuple(sorted(found, key=lambda a: (a.front.readers, a.front.causes.index(id), len(a.front.causes))))


def about_symptom(symptom: str) -> tuple[Article, ...]:
    """Articles about a symptom, by its id: for everybody first, and the one that is mainly about it."""
    found = [a for a in articles() if symptom in a.front.symptoms]
    return tuple(sorted(found, key=lambda a: (a.front.readers, a.front.symptoms.index(symptom), len(a.front.symptoms))))


@cache
def tree() -> tuple[Shelf, ...]:
    """The shelves, with their articles."""
    return _below("")


def _below(path: str) -> tuple[Shelf, ...]:
    terms = [t for t in vocabulary.categories().values() if t.id.rpartition("/")[0] == path]
    return tuple(Shelf(t.id, t.label, t.says, _on(t), _below(t.id)) for t in terms)


def _on(term: Term) -> tuple[Article, ...]:
    return tuple(a for a in articles() if a.front.category == term.id)


def breadcrumbs(one: Article) -> tuple[Crumb, ...]:
    """The shelves on the way to an article, from the outermost."""
    steps = one.front.category.split("/")
    paths = ["/".join(steps[: i + 1]) for i in range(len(steps))]
    return tuple(Crumb(path, vocabulary.categories()[path].label) for path in paths)


def quick_links() -> tuple[QuickLink, ...]:
    """What people in a hurry look for, in the order of the shelves."""
    return tuple(QuickLink(a.front.quick, a) for a in articles() if a.front.quick)


def picture(file: str) -> bytes:
    """A picture of an article, as SVG.

    Raises:
        BadRecord: when no article shows it.
    """
    if file not in {p.file for a in articles() for p in a.pictures}:
        raise BadRecord(f"no article shows a picture {file[:60]!r}.")
    return HERE.joinpath("pictures", file).read_bytes()
