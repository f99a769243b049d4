"""Article: one page of the library, read from Markdown and checked whole before anybody sees it.

Below the front matter stand two parts, `## In plain words` and `## For professionals`. Links lead to other articles
(`target-weight.md`) and nowhere else; pictures are files of `pictures/` with words that replace them.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from ..errors import BadRecord
from . import claims, front, vocabulary
from .claims import Claim, Source
from .front import Front
from .vocabulary import Term

PLAIN, PROFESSIONAL = "In plain words", "For professionals"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LARGEST = 60_000  # characters; the longest article has a fifth of it
HEADING = re.compile(r"^## (.+?)\s*$", re.MULTILINE)
LINK = re.compile(r"(!?)\[((?:[^\[\]\\]|\\.)*)\]\(\s*<?([^)\s>]*)>?(?:\s+\"([^\"]*)\")?\s*\)")
ODD_LINK = re.compile(r"^\s*\[[^\]]+\]:|<[a-z]+:|\]\[|<[a-z/!]", re.MULTILINE | re.IGNORECASE)
ARTICLE_LINK = re.compile(r"([a-z0-9-]+)\.md")
PICTURE = re.compile(r"\.\./pictures/([a-z0-9]+(?:-[a-z0-9]+)*\.svg)")
LEAST_ALT = 40  # characters: what is to be seen must be said


@dataclass(frozen=True)
class Picture:
    """A picture of an article: its file, what is to be seen in it, and what stands below it."""

    file: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Article:
    """One article, checked."""

    slug: str
    front: Front
    plain: str  # Markdown
    professional: str  # Markdown

    @property
    def title(self) -> str:
        """What it is called."""
        return self.front.title

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What it says on which evidence, in the order of the text."""
        return claims.claims(self.plain, "plain") + claims.claims(self.professional, "professional")

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Its references, in the order of their first use."""
        return claims.sources(self.claims)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """Its pictures."""
        text = self.plain + self.professional
        return tuple(
            Picture(found[1], link[2], link[4] or "")
            for link in LINK.finditer(text)
            if link[1] and (found := PICTURE.fullmatch(link[3]))
        )

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The articles it leads to, each once."""
        found = (ARTICLE_LINK.fullmatch(link[3]) for link in LINK.finditer(self.plain + self.professional))
        return tuple(dict.fromkeys(link[1] for link in found if link))

    @property
    def urgent(self) -> tuple[Term, ...]:
        """Signs with which nobody should read on: those of every article for patients, then its own."""
        if self.front.readers != "everybody":
            return ()
        always = [sign for sign in vocabulary.signs().values() if sign.says == "always"]
        own = [vocabulary.signs()[id] for id in self.front.urgent]
        return tuple(dict.fromkeys([*own, *always]))


def read(text: str, slug: str) -> Article:
    """An article from its text; links to other articles are checked by the library, which knows them all.

    Raises:
        BadRecord: at the first thing that is not right, with a remedy.
    """
    name = f"{slug}.md"
    if not SLUG.fullmatch(slug):
        raise BadRecord(f"{name}: a file name has small letters, digits and hyphens. Rename it.")
    if len(text) > LARGEST:
        raise BadRecord(f"{name} has {len(text)} characters; an article has at most {LARGEST}. Make it two.")
    top, body = front.split(text.replace("\r\n", "\n"), name)
    plain, professional = _parts(body, name)
    claims.check(body, name)
    _check_links(body, name)
    article = Article(slug, top, plain, professional)
    if not any(claim.level == "professional" for claim in article.claims):
        raise BadRecord(f"{name}: no claim of its professional part has its evidence. Write {{B Key}} behind each.")
    if top.readers == "everybody" and not any(claim.level == "plain" for claim in article.claims):
        raise BadRecord(f"{name}: no claim of its plain part has its evidence. Write {{B Key}} behind the main ones.")
    return article


def _parts(body: str, name: str) -> tuple[str, str]:
    pieces = HEADING.split(body)
    if pieces[0].strip() or pieces[1::2] != [PLAIN, PROFESSIONAL]:
        raise BadRecord(
            f"{name}: below the front matter stand the headings '## {PLAIN}' and '## {PROFESSIONAL}', in this order, "
            f"and no other of that size; found {pieces[1::2] or 'none'}."
        )
    parts = pieces[2].strip(), pieces[4].strip()
    for title, part in zip((PLAIN, PROFESSIONAL), parts, strict=True):
        if len(part.split()) < 60:
            raise BadRecord(f"{name}: '{title}' has {len(part.split())} words; write at least 60.")
    return parts


def _check_links(body: str, name: str) -> None:
    if odd := ODD_LINK.search(body):
        raise BadRecord(f"{name}: {odd[0].strip()!r} is HTML or another kind of link. Write [words](article.md) alone.")
    for link in LINK.finditer(body):
        if link[1]:
            if not PICTURE.fullmatch(link[3]):
                raise BadRecord(f"{name}: the picture {link[3]!r} is not ../pictures/name.svg. Nothing else is shown.")
            if len(link[2]) < LEAST_ALT:
                raise BadRecord(f"{name}: {link[3]} needs words that replace it, {LEAST_ALT} characters or more.")
        elif not ARTICLE_LINK.fullmatch(link[3]):
            raise BadRecord(
                f"{name}: the link {link[3]!r} leads out of the library. Name an article (target-weight.md); an "
                "address of the web is written as plain text."
            )
