"""House rules: what base classes and reviewers would otherwise hold; why they are so is in docs/decisions."""

import ast
import dataclasses
import importlib
import inspect
import io
import re
import runpy
import statistics
import subprocess
import sys
import tokenize
import typing
from pathlib import Path

import pytest

from soleus.parameter import Status
from soleus.references import references
from soleus.units import dimension

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "soleus"
FILES = sorted(SOURCE.rglob("*.py"))
PARTS = [path for folder in ("body", "machine") for path in sorted((SOURCE / folder).glob("[a-z]*.py"))]
DECLARING = [path for path in FILES if re.search(r"\.(parameter|stated) import", path.read_text())]
WIRING = ("body.py", "anatomy.py")
ORGANS = [path for path in PARTS if path.parent.name == "body" and path.name not in WIRING]


def name_of(path):
    return path.relative_to(SOURCE).as_posix()


def module(path):
    return importlib.import_module("soleus." + name_of(path).removesuffix(".py").replace("/", "."))


def own_records(path):
    """The records a file defines, by name."""
    here = module(path)
    classes = {n: c for n, c in vars(here).items() if inspect.isclass(c) and c.__module__ == here.__name__}
    return {n: c for n, c in classes.items() if dataclasses.is_dataclass(c)}


def own_parameters():
    """Every parameter of every file that declares some: (name to show, value, meta)."""
    for path in DECLARING:
        for name, cls in own_records(path).items():
            for field in dataclasses.fields(cls):
                if "param" in field.metadata:
                    yield f"{name_of(path)} {name}.{field.name}", field.default, field.metadata["param"]


def every_file(paths):
    return pytest.mark.parametrize("path", paths, ids=name_of)


# Headers and names


@every_file([path for path in PARTS if path.name not in WIRING])
def test_the_header_says_what_is_assumed_and_where_it_holds(path):
    header = ast.get_docstring(ast.parse(path.read_text())) or ""
    missing = [word for word in ("Assumes", "Leaves out", "Holds for") if word not in header]
    assert not missing, f"{name_of(path)}: the header lacks {missing}"


@every_file(ORGANS)
def test_an_organ_has_its_names(path):
    records = own_records(path)
    organ = "".join(word.capitalize() for word in path.stem.split("_"))
    assert organ in records, f"{name_of(path)}: no record {organ} with its parameters"
    if "State" in records:
        assert "Inputs" in records, f"{name_of(path)}: a file with memory has State, Inputs and rates"
        assert callable(getattr(module(path), "rates", None)), f"{name_of(path)}: State without rates"


@every_file(PARTS)
def test_every_number_in_a_record_is_declared(path):
    for name, cls in own_records(path).items():
        hints = typing.get_type_hints(cls)
        for field in dataclasses.fields(cls):
            declared = {"param", "quantity"} & set(field.metadata)
            assert declared or hints[field.name] not in (typing.Any, float, int), (
                f"{name_of(path)} {name}.{field.name}: a number needs param(...) or quantity(...)"
            )


def test_every_quantity_has_a_unit_and_a_meaning():
    for path in DECLARING:
        for name, cls in own_records(path).items():
            for field in dataclasses.fields(cls):
                if said := field.metadata.get("quantity"):
                    dimension(said[0])
                    assert said[1].strip(), f"{name_of(path)} {name}.{field.name}: no meaning"


# Parameters


def faults(rule):
    """What a rule says against each parameter, all at once."""
    return [f"{where}: {said}" for where, value, meta in own_parameters() for said in rule(value, meta)]


def test_every_parameter_has_unit_range_and_meaning():
    def rule(value, meta):
        dimension(meta.unit)
        low, high = meta.within
        if not low <= value <= high or low == high:
            yield f"{value} {meta.unit} against its own range {meta.within}"
        if len(meta.meaning.split()) < 2:
            yield "say in words what it is"

    assert not faults(rule)


def test_every_parameter_has_a_known_source_and_a_status():
    def rule(_, meta):
        keys = meta.source.split()
        if not keys or set(keys) - set(references()):
            yield f"source {meta.source!r} is not in references.bib"
        if meta.status not in typing.get_args(Status):
            yield f"status {meta.status!r}"
        if meta.status == "seen" and {"GeneralKnowledge", "SoleusChoice"} & set(keys):
            yield "seen, but in which source?"
        if meta.status == "tuned" and "tuned to" not in meta.meaning:
            yield "say in its meaning what it was tuned to"

    assert not faults(rule)


def test_every_spread_between_patients_is_possible():
    def rule(value, meta):
        low, high = meta.within
        if meta.sd and meta.gsd != 1:
            yield "sd or gsd, not both"
        if not 0 <= meta.sd < high - low:
            yield f"sd {meta.sd} against the range {meta.within}"
        if not 1 <= meta.gsd < 3 or (meta.gsd > 1 and value <= 0):
            yield f"gsd {meta.gsd} of {value}"

    assert not faults(rule)


# Literal numbers

PLAIN = {*range(13), 0.5, 60, 100, 1000, 1440}  # counts, halves, and the factors between units
CITED = re.compile(r"#.*\[([\w ]+)\]")


def comments(text):
    """The comment of each line that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def bare_numbers(text):
    """(line, number) for each literal in a function that is neither plain nor cited on its line."""
    tree, said = ast.parse(text), comments(text)
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        for node in ast.walk(function):
            if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
                continue
            cited = CITED.search(said.get(node.lineno, ""))
            if cited and all(key == "algebra" or key in references() for key in cited[1].split()):
                continue
            if node.value not in PLAIN:
                yield node.lineno, node.value


@every_file(PARTS)
def test_a_number_in_an_equation_is_a_parameter_or_cited(path):
    found = [f"line {line}: {number}" for line, number in bare_numbers(path.read_text())]
    assert not found, (
        f"{name_of(path)}: {'; '.join(found)}. Make it a param(...), or end the line with '# [Key]' of references.bib, "
        "or '# [algebra]' where mathematics or rounding gives the number"
    )


@every_file(PARTS)
def test_a_named_number_says_why(path):
    text = path.read_text()
    said = comments(text)
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            parts = [node.value, *getattr(node.value, "elts", [])]
            if any(isinstance(p, ast.Constant) and type(p.value) in (int, float) for p in parts):
                assert node.lineno in said, f"{name_of(path)}, line {node.lineno}: say beside the number why it is so"


def test_the_rule_on_literals_catches_what_it_should():
    assert list(bare_numbers("def f(c):\n    return c + 0.001\n")) == [(2, 0.001)]
    assert list(bare_numbers("def f(c):\n    return c * 7.5  # [NobodyKnows]\n")) == [(2, 7.5)]
    assert not list(bare_numbers("def f(c):\n    return 2 * c[3] ** 3 / 60 + 0.03  # [Ursino2008]\n"))


# Size and shape


def test_files_functions_and_classes_are_small():
    long_files = [f"{name_of(p)}: {n} lines" for p in FILES if (n := len(p.read_text().splitlines())) > 400]
    long_functions, large_classes = [], []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > 50:
                    long_functions.append(f"{name_of(path)} {node.name}: {lines} lines")
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in node.body)
                if methods > 10:
                    large_classes.append(f"{name_of(path)} {node.name}: {methods} methods")
    assert not long_files + long_functions + large_classes


def test_the_whole_is_small():
    sizes = [len(path.read_text().splitlines()) for path in FILES if path.name != "__init__.py"]
    assert len(sizes) <= 400, f"{len(sizes)} files"  # one organ, lever, symptom, command, page or record a file
    assert statistics.median(sizes) <= 150, f"median file {statistics.median(sizes)} lines"


def test_the_tree_reads_like_the_clinic():
    plumbing = {"core", "base", "utils", "common", "helpers", "manager", "handler", "engine", "service", "config"}
    names = {part for path in FILES for part in path.relative_to(SOURCE).with_suffix("").parts}
    assert not names & plumbing


def test_no_file_imports_the_root():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            assert "soleus" not in names, f"{name_of(path)}, line {node.lineno}: name the file, not the package"


# Start-up


HEAVY = {"jax", "jaxlib", "numpy", "scipy", "matplotlib"}


def loaded_by(code):
    """The heavy libraries in memory after a fresh interpreter ran this."""
    code += f"\nimport sys; print('loaded:', *({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split("loaded:")[1].split())


def test_importing_soleus_loads_nothing_heavy():
    assert loaded_by("import soleus, soleus.errors, soleus.units, soleus.references") == set()


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_answers_without_loading_anything_heavy(option):
    if not (SOURCE / "cli.py").exists():
        pytest.skip("there is no command yet")
    code = f"import sys; sys.argv = ['soleus', {option!r}]\nfrom soleus.cli import main\n"
    assert loaded_by(code + "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code") == set()


# Pages


def test_the_glossary_says_what_the_code_says():
    page = ROOT / "GLOSSARY.md"
    written = runpy.run_path(str(ROOT / "docs" / "glossary.py"))["text"]()
    assert page.read_text(encoding="utf-8") == written, "run `nox -s glossary`"


def test_the_readme_is_short_and_gives_the_command_that_ci_runs():
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README yet")
    text = readme.read_text(encoding="utf-8")
    command = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line.endswith("nox")]
    assert len(text.splitlines()) <= 100
    assert len(command) == 1
    assert command[0] in text


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert all(page.name in index for page in folder.glob("[0-9]*.md"))


def test_every_file_that_is_named_is_there():
    """In pages and comments: a file that moved takes its name along."""
    told = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *FILES, *(ROOT / "tests").rglob("*.py")]
    named = re.compile(r"\b(?:src|tests|docs|bench|examples)/[\w./-]+\.(?:py|md|csv|yaml|json|html|svg|png|js|css)\b")
    found = {
        (page.relative_to(ROOT), path) for page in told for path in named.findall(page.read_text(encoding="utf-8"))
    }
    gone = [(str(page), path) for page, path in found if not (ROOT / path).exists()]
    assert not gone
