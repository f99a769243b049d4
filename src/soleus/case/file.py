"""A case file as text: read as plain values only, with the line each one stands on, and nothing run or built.

Refused here: files too large, not text, empty, with YAML tags or aliases, too deep, or naming the same thing twice.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ..errors import BadRecord

LARGEST = 1_000_000  # bytes: months of sessions with a reading every minute are below this
DEEPEST = 12  # levels of nesting; a case file has 6

Place = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing wrong, and where it stands in the file."""

    place: Place
    text: str


class Written(NamedTuple):
    """What a file says, and on which line."""

    data: dict[str, Any]
    lines: dict[Place, int]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML's safe loader without its surprises: 12:30 is no number, 012 is not ten, and a date stays text."""


_SURPRISES = {f"tag:yaml.org,2002:{kind}" for kind in ("timestamp", "int", "float")}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in pairs if tag not in _SURPRISES]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(0|[1-9]\d{0,14})$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?\d+(\.\d*|(\.\d*)?[eE][-+]?\d+)$|^[-+]?\.(inf|nan)$"),
    list("-+.0123456789"),
)


def read_text(path: Path) -> str:
    """The text of a file, or BadRecord when it is missing, too large, empty or not text."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise BadRecord(f"{path} cannot be opened ({error.strerror}). Check the name and the folder.") from None
    if len(raw) > LARGEST:
        raise BadRecord(
            f"{path} is larger than {LARGEST / 1e6:g} MB; a case file is a few kB of text. "
            "Is it another kind of file? If it holds several patients, write one file for each."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadRecord(
            f"{path} is not a text file: it looks like a picture, a spreadsheet or a program (binary). "
            "Write the case as text (YAML) and save it as UTF-8."
        )
    return text


def parse(text: str, name: str) -> Written:
    """The plain values of a case file with their lines; `name` is what messages call the file."""
    problems: list[Problem] = []
    lines: dict[Place, int] = {}
    try:
        _refuse_tricks(text, name)
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                raise BadRecord(f"{name} is empty. Start from an example: examples/calf-cramps.yaml.")
            _walk(root, (), lines, problems)
            if problems:
                raise BadRecord(say(problems, lines, name))
            data = loader.construct_document(root)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise BadRecord(f"{name}: {_where(error)}") from None
    if not isinstance(data, dict):
        raise BadRecord(f"{name} holds no case: it should start with lines like 'patient:' and 'sessions:'.")
    return Written(data, lines)


def say(problems: list[Problem], lines: dict[Place, int], name: str) -> str:
    """All problems, one a line, in the order of the file."""
    located = [(line_of(p.place, lines), p) for p in problems]
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return "\n".join(
        [f"{name}: {count}"]
        + [
            f"  {f'line {line}, ' if line else ''}{path(p.place)}{' ' if p.place else ''}{p.text}"
            for line, p in sorted(located, key=lambda pair: pair[0])
        ]
    )


def path(place: Place) -> str:
    """A place as people write it: sessions[0].uf_l."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def line_of(place: Place, lines: dict[Place, int]) -> int:
    """The line of a place, or of the nearest thing around it; 0 when there is none."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 0)


def _refuse_tricks(text: str, name: str) -> None:
    """Tags can run code and aliases can grow a small file to gigabytes: no case file needs either."""
    tricks, depth = [], 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            tricks.append((line, "uses & or * to repeat a part. Write the values out."))
        if tag := getattr(event, "tag", None):
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            tricks.append(
                (
                    line,
                    f"has the tag {short[:60]}, which could run code. A case file holds plain values only: delete it.",
                )
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise BadRecord(
                    f"{name}: line {line} is nested more than {DEEPEST} levels deep. Check the indentation."
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    if tricks:
        found = "\n".join(f"  line {line} {text}" for line, text in dict.fromkeys(tricks))
        raise BadRecord(f"{name} is not read, because it holds more than plain values.\n{found}")


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], problems: list[Problem]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            _walk(item, (*place, i), lines, problems)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problems.append(Problem(place, "has a list where a field name belongs."))
                continue
            word, line = str(key.value), key.start_mark.line + 1
            if word in first:
                problems.append(
                    Problem((*place, word), f"is given twice, on lines {first[word]} and {line}. Keep one.")
                )
            first.setdefault(word, line)
            lines.setdefault((*place, word), line)
            _walk(value, (*place, word), lines, problems)


def _where(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        return (
            f"line {mark.line + 1} cannot be read ({error.problem or error.context}). "
            "Check the indentation (spaces, never tabs) and that every name is followed by a colon and a space."
        )
    return f"the text cannot be read ({str(error).splitlines()[0]}). Write the case as plain text (YAML)."
