"""Markup: an article's Markdown as HTML that a page can show without a thought, and as text for a terminal.

HTML of the author is off, links are those that `article` has checked, and every mark of evidence becomes a small link
to its reference (`#ref-Key`). Nothing is loaded from anywhere but the pictures' own folder.
"""

import re
import textwrap
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .article import ARTICLE_LINK, PICTURE
from .claims import GRADES, MARK, mark_of

WIDTH = 92  # columns of a terminal


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    return reader.disable(["autolink", "html_inline", "html_block", "reference"])


def html(text: str, links: str = "/library/", pictures: str = "/library/pictures/") -> str:
    """The HTML of one part of an article.

    Args:
        text: Markdown, as `Article.plain` holds it.
        links: what stands before the name of another article.
        pictures: what stands before the file name of a picture.
    """
    reader = _reader()
    tokens = reader.parse(text)
    for i, token in enumerate(tokens):
        if token.type == "inline":
            token.children = [piece for child in token.children or [] for piece in _inline(child, links, pictures)]
            if len(token.children) == 1 and token.children[0].type == "figure":
                tokens[i - 1].hidden = tokens[i + 1].hidden = True  # a figure stands in no paragraph
        if token.type == "heading_open":
            token.attrSet("id", anchor(tokens[i + 1].content))
        if token.type == "table_open":
            token.attrSet("class", "facts")
    return _rendered(reader, tokens)


def anchor(heading: str) -> str:
    """The name under which a heading can be linked to."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.casefold()))


def _rendered(reader: MarkdownIt, tokens: Sequence[Token]) -> str:
    renderer: Any = reader.renderer
    renderer.rules["mark"] = renderer.rules["figure"] = lambda tokens, i, *_: tokens[i].content
    return str(renderer.render(tokens, reader.options, {}))


def _inline(child: Token, links: str, pictures: str) -> list[Token]:
    """A piece of a line, with its link, picture or marks as a page shows them."""
    if child.type == "text":
        return _marked(child)
    if child.type == "link_open" and (found := ARTICLE_LINK.fullmatch(str(child.attrGet("href")))):
        child.attrSet("href", links + found[1])
    if child.type == "image" and (found := PICTURE.fullmatch(str(child.attrGet("src")))):
        return [Token("figure", "", 0, content=_figure(pictures + found[1], child.content, child.attrGet("title")))]
    return [child]


def _figure(file: str, alt: str, caption: Any) -> str:
    below = f"<figcaption>{escape(str(caption))}</figcaption>" if caption else ""
    return f'<figure><img src="{escape(file)}" alt="{escape(alt)}" loading="lazy" decoding="async">{below}</figure>'


def _marked(child: Token) -> list[Token]:
    """Text and marks in turn."""
    tokens, end = [], 0
    for found in MARK.finditer(child.content):
        tokens.append(Token("text", "", 0, content=child.content[end : found.start()].rstrip(" ")))
        tokens.append(Token("mark", "", 0, content=_mark(found)))
        end = found.end()
    return [*tokens, Token("text", "", 0, content=child.content[end:])] if tokens else [child]


def _mark(found: re.Match[str]) -> str:
    mark = mark_of(found)
    word, says = GRADES[mark.grade]
    memory = ", from memory" if mark.recalled else ""
    label = f"Evidence {mark.grade}, {word}: {says}{memory} ({', '.join(mark.sources)})"
    return (
        f'<sup class="grade grade-{mark.grade.lower()}"><a href="#ref-{mark.sources[0]}" title="{escape(label)}" '
        f'aria-label="{escape(label)}">{mark.grade}{"*" if mark.recalled else ""}</a></sup>'
    )


def text(markdown: str, width: int = WIDTH) -> str:
    """One part of an article as text, wrapped for a terminal; marks as [B], [B*] where from memory."""
    blocks: list[str] = []
    lead: list[str] = []  # what stands before the next line: bullet, number or nothing
    depth, row, rows = 0, list[str](), list[list[str]]()
    tokens = _reader().parse(markdown)
    for i, token in enumerate(tokens):
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open", "blockquote_open"):
            depth += 1
        elif kind in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            depth -= 1
        elif kind == "list_item_open":
            lead = [f"{token.info}. " if token.info else "- "]
        elif kind == "tr_open":
            row = []
        elif kind == "tr_close":
            rows.append(row)
        elif kind == "table_close":
            blocks.append(_table(rows, width))
            rows = []
        elif kind == "inline" and tokens[i - 1].type in ("th_open", "td_open"):
            row.append(words_of(token))
        elif kind == "inline":
            heading = tokens[i - 1].type == "heading_open"
            said = words_of(token).upper() if heading else words_of(token)
            first = "  " * max(depth - 1, 0) + (lead.pop() if lead else "  " if depth else "")
            blocks.append(textwrap.fill(said, width, initial_indent=first, subsequent_indent=" " * len(first)))
    return _joined(blocks)


def _joined(blocks: list[str]) -> str:
    """Blocks with an empty line between them, but items of a list close together."""
    out = ""
    for block, before in zip(blocks, ["", *blocks], strict=False):
        item = re.match(r"\s*(-|\d+\.) ", block) and re.match(r"\s*(-|\d+\.) ", before)
        out += ("\n" if item else "\n\n") * bool(out) + block
    return out


def words_of(token: Token) -> str:
    """The words of a line, without what only a page can show."""
    out = ""
    for child in token.children or []:
        if child.type == "image":
            out += f"[Picture: {child.content}]"
        elif child.type in ("softbreak", "hardbreak"):
            out += " "
        else:
            out += child.content
    return MARK.sub(lambda m: f"[{m[1]}{'*' if m[2] else ''}]", out)


def _table(rows: list[list[str]], width: int) -> str:
    """A table as lines of its own: first cell, then what stands under each head."""
    heads, lines = rows[0], []
    for row in rows[1:]:
        named = len(heads) > 2  # with one column beside the first its head says nothing new
        told = [f"{h}: {c}" if h and named else c for h, c in zip(heads[1:], row[1:], strict=False) if c]
        lines.append(textwrap.fill(f"- {row[0]}: {'; '.join(told)}", width, subsequent_indent="  "))
    return "\n".join(lines)
