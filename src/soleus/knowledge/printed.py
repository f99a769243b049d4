"""Printed: shelves, articles and what a search found, as text for a terminal and as plain values for JSON."""

import textwrap
from collections.abc import Sequence
from typing import Any

from . import library, markup
from .article import PLAIN, PROFESSIONAL, Article
from .claims import GRADES, Source
from .search import Hit

NOT_A_DEVICE = "This is general information and no substitute for your own care team, who know you and decide with you."
CALL = (
    "CALL AT ONCE: during dialysis call the nurse, elsewhere your emergency number (112 in Europe, 911 in North "
    "America, 999 in the United Kingdom, 000 in Australia), with any of these:"
)
RECALLED = "Addresses are from memory and were not opened; type them yourself, nothing here is a link."
LETTERS = "; ".join(f"{letter} {word}: {says}" for letter, (word, says) in GRADES.items()) + "; * from memory"


def article(one: Article, plain: bool = False) -> str:
    """One article: where it lies, what cannot wait, its parts, its references, and what to read next."""
    way = " > ".join(crumb.title for crumb in library.breadcrumbs(one))
    blocks = [way, one.title.upper(), _fill(one.front.summary), _fill(f"{one.front.authors}, {one.front.date}.")]
    if one.urgent:
        blocks.append("\n".join([_fill(CALL), *(_fill(f"  ! {sign.label}", "    ") for sign in one.urgent)]))
    blocks += [PLAIN.upper(), markup.text(one.plain)]
    if not plain:
        blocks += [PROFESSIONAL.upper(), markup.text(one.professional)]
        blocks += ["\n".join(["REFERENCES", *(_fill(source_text(s), "  ") for s in one.sources)])]
    blocks.append(_fill(f"Evidence: {LETTERS}."))
    next_ones = [f"  {r.article.slug}: {r.article.title}" for r in library.related(one.slug)]
    blocks += ["\n".join(["READ NEXT", *next_ones]), _fill(NOT_A_DEVICE)]
    return "\n\n".join(blocks)


def source_text(source: Source) -> str:
    """One reference, and whether what it is used for was seen or is recalled."""
    how = "recalled here" if source.recalled else "seen"
    return f"{source.reference.key} ({how}): {source.reference.text}"


def article_json(one: Article, plain: bool = False) -> dict[str, Any]:
    """The same as plain values; HTML is for a page to show."""
    parts = {"plain": one.plain} if plain else {"plain": one.plain, "professional": one.professional}
    return {
        "slug": one.slug,
        **one.front.model_dump(mode="json"),
        "breadcrumbs": [crumb._asdict() for crumb in library.breadcrumbs(one)],
        "urgent": [sign.label for sign in one.urgent],
        "parts": {name: {"markdown": text, "html": markup.html(text)} for name, text in parts.items()},
        "claims": [
            {"text": c.text, "level": c.level, "grade": c.mark.grade, "recalled": c.mark.recalled,
             "sources": list(c.mark.sources)}
            for c in one.claims
        ],
        "references": [
            {"key": s.reference.key, "recalled": s.recalled, "text": s.reference.text} for s in one.sources
        ],
        "pictures": [{"file": p.file, "alt": p.alt, "caption": p.caption} for p in one.pictures],
        "related": [r.article.slug for r in library.related(one.slug)],
    }  # fmt: skip


def shelves() -> str:
    """All articles, shelf by shelf."""
    lines: list[str] = []

    def put(shelf: library.Shelf, depth: int) -> None:
        lines.append(f"{'  ' * depth}{shelf.title.upper() if depth == 0 else shelf.title}")
        lines.extend(f"{'  ' * (depth + 1)}{one.slug}: {one.title}" for one in shelf.articles)
        for below in shelf.shelves:
            put(below, depth + 1)

    for shelf in library.tree():
        put(shelf, 0)
    return "\n".join([*lines, "", "soleus read NAME shows one, soleus read --search WORDS finds the right one."])


def shelves_json() -> dict[str, Any]:
    """The same as plain values."""

    def values(shelf: library.Shelf) -> dict[str, Any]:
        return {
            "path": shelf.path,
            "title": shelf.title,
            "articles": [{"slug": a.slug, "title": a.title, "summary": a.front.summary} for a in shelf.articles],
            "shelves": [values(below) for below in shelf.shelves],
        }

    return {"shelves": [values(shelf) for shelf in library.tree()]}


def hits(found: Sequence[Hit]) -> str:
    """What a search found, with the place; what was looked for stands between stars."""
    blocks = []
    for hit in found:
        place = " ".join(f"*{p.text}*" if p.found else p.text for p in hit.snippet)
        blocks.append(f"{hit.article.slug}: {hit.article.title}\n{_fill(f'  ... {place} ...', '  ')}")
    return "\n\n".join(blocks)


def hits_json(found: Sequence[Hit]) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "hits": [
            {"slug": h.article.slug, "title": h.article.title, "score": round(h.score, 6),
             "snippet": [p._asdict() for p in h.snippet]}
            for h in found
        ]
    }  # fmt: skip


def people() -> str:
    """Who can help with what, and official bodies by name."""
    kinds = [_fill(f"- {e.kind}: {e.ask_about}", "  ") for e in library.experts()]
    bodies = [_fill(f"- {r.name}: {r.what} ({r.address})", "  ") for r in library.resources()]
    return "\n".join(
        [
            "WHO CAN HELP WITH WHAT",
            *kinds,
            "",
            "OFFICIAL BODIES AND PATIENTS' ASSOCIATIONS",
            *bodies,
            "",
            _fill(RECALLED),
        ]
    )


def people_json() -> dict[str, Any]:
    """The same as plain values."""
    return {
        "experts": [e._asdict() | {"topics": sorted(e.topics)} for e in library.experts()],
        "resources": [r._asdict() for r in library.resources()],
        "note": RECALLED,
    }


def _fill(text: str, indent: str = "") -> str:
    return textwrap.fill(text, markup.WIDTH, subsequent_indent=indent)
