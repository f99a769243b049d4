"""Library: articles to read in the terminal, and the search for the right one."""

from typing import Annotated, Any

from cyclopts import Parameter

from ..errors import BadRecord
from ..screen import NOT_FOUND, SCHEMA_VERSION, USAGE, Stop, emit
from .app import app
from .asked import TEXT, Output

FEW = 8  # articles that a search shows


@app.command(sort_key=10)
def read(
    article: Annotated[str | None, Parameter(help="Its name; without one, all are listed.")] = None,
    /,
    *,
    search: Annotated[
        tuple[str, ...],
        Parameter(
            consume_multiple=True, negative="", show_default=False, help="Words, or a question as you would ask."
        ),
    ] = (),
    experts: Annotated[
        bool, Parameter(negative="", show_default=False, help="Who can help with what, and official bodies by name.")
    ] = False,
    plain: Annotated[bool, Parameter(negative="", show_default=False, help="The part in plain words alone.")] = False,
    out: Output = TEXT,
) -> None:
    """Articles on cramps, pressure, minerals and dialysis, in plain words and for professionals."""
    from ..knowledge import library, printed

    asked = " ".join(search).strip()
    chosen = [name for name, value in ((article, article), ("--search", asked), ("--experts", experts)) if value]
    if len(chosen) > 1:
        raise Stop(USAGE, f"{' and '.join(map(str, chosen))} are different questions: ask one at a time.")
    if experts:
        _answer(printed.people_json(), printed.people(), out)
    elif asked:
        hits = library.search(asked, FEW)
        if not hits:
            raise Stop(NOT_FOUND, "no article has these words. Try fewer or others; soleus read lists all articles.")
        _answer(printed.hits_json(hits), printed.hits(hits), out)
    elif article:
        try:
            one = library.article(article.removesuffix(".md"))
        except BadRecord as error:
            raise Stop(NOT_FOUND, f"{error} soleus read lists all.") from None
        _answer(printed.article_json(one, plain), printed.article(one, plain), out)
    else:
        _answer(printed.shelves_json(), printed.shelves(), out)


def _answer(values: dict[str, Any], text: str, out: Output) -> None:
    emit({"schema_version": SCHEMA_VERSION, **values} if out.json else text)
