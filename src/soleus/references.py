"""References: where every number comes from, read from `references.bib`, and how far it was checked.

The note of an entry says what was read (abstract, table, code) and which part of the citation is only recalled; a
formatted citation always carries it. Nothing here loads JAX or NumPy, so `soleus cite` answers at once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import NoReturn

from .errors import BadRecord

_START = re.compile(r"@(\w+)\{([\w:-]+),")
_FIELD = re.compile(r"(\w+)\s*=\s*\{(.*)\},?")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One entry of the bibliography."""

    key: str
    kind: str
    fields: dict[str, str] = field(hash=False)

    @property
    def recalled(self) -> bool:
        """Whether some of it is from memory and not yet checked."""
        return "recalled" in self.fields.get("note", "")

    @property
    def text(self) -> str:
        """Authors (year). Title. Journal volume:pages. Address. [what was read]"""
        f = self.fields
        paper = self.kind == "article"
        who = f.get("author", "Authors not seen" if paper else "")
        year = f.get("year", "year not seen" if paper else "")
        who = f"{who} ({year})" if year else who
        where = f.get("journal", "")
        if "volume" in f:
            where += f" {f['volume']}"
        if "pages" in f:
            where += f":{f['pages']}" if "volume" in f else f" {f['pages']}"
        parts = [who, f.get("title", "Title not seen"), where, *addresses(f)]
        note = f" [{f['note']}]" if "note" in f else ""
        return ". ".join(part.rstrip(".") for part in parts if part) + "." + note


def addresses(fields: dict[str, str]) -> list[str]:
    """The identifiers of an entry, as a reader would type them."""
    forms = (("doi", "doi:{}"), ("pmid", "PMID {}"), ("pmc", "{}"), ("url", "{}"))
    return [form.format(fields[name]) for name, form in forms if name in fields]


def read(text: str, name: str = "references.bib") -> dict[str, Reference]:
    """Parse a bibliography that has one `field = {value},` a line and `}` alone at the end of an entry.

    Raises:
        BadRecord: at the first line that is none of these, or when a key stands twice.
    """
    found: dict[str, Reference] = {}
    entry: Reference | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if entry is None and (start := _START.fullmatch(line)):
            entry = Reference(key=start[2], kind=start[1], fields={})
        elif entry is None:
            if line and not line.startswith("%"):
                _refuse(name, number, line, "an entry begins with '@kind{Key,'")
        elif line == "}":
            if entry.key in found:
                _refuse(name, number, entry.key, "each key may stand once")
            found[entry.key] = entry
            entry = None
        elif pair := _FIELD.fullmatch(line):
            entry.fields[pair[1]] = pair[2]
        else:
            _refuse(name, number, line, "a field is 'name = {value},' on one line")
    if entry is not None:
        _refuse(name, number, entry.key, "an entry ends with '}' on its own line")
    return found


@cache
def references() -> dict[str, Reference]:
    """The whole bibliography, by key."""
    return read(files("soleus").joinpath("references.bib").read_text(encoding="utf-8"))


def find(keys: str | Iterable[str]) -> list[Reference]:
    """The entries of these keys, in their order; a string holds keys separated by spaces, as in `param(source=...)`.

    Raises:
        BadRecord: for a key that is not in the bibliography.
    """
    known = references()
    wanted = keys.split() if isinstance(keys, str) else list(keys)
    for key in wanted:
        if key not in known:
            near = get_close_matches(key, known, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`soleus cite` lists all keys."
            raise BadRecord(f"source {key!r} is not in references.bib. {hint}")
    return [known[key] for key in wanted]


def cite(key: str) -> str:
    """One citation as text, with what was read of it.

    Raises:
        BadRecord: for a key that is not in the bibliography.
    """
    return find([key])[0].text


def _refuse(name: str, number: int, what: str, rule: str) -> NoReturn:
    raise BadRecord(f"{name}, line {number}: {what[:60]!r}; {rule}")
