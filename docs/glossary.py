"""Write GLOSSARY.md from the metadata of parameters and quantities: `nox -s glossary`.

The tables are read from the code. Only the words of the ward, in `WARD`, are kept by hand; each must name something
that exists, and `tests/test_house.py` compares the whole page with what the code would write now.
"""

import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import soleus

PAGE = Path(__file__).parent.parent / "GLOSSARY.md"

# What the ward says, the name in code, and the LOINC code where there is one.
WARD = [
    ("dry weight, target weight", "body.fluid.Fluid.dry_weight", "8341-0"),
    ("body weight", "body.body.Seen.weight", "29463-7"),
    ("systolic pressure", "body.circulation.Seen.SBP", "8480-6"),
    ("diastolic pressure", "body.circulation.Seen.DBP", "8462-4"),
    ("mean arterial pressure", "body.circulation.Seen.MAP", ""),
    ("heart rate, pulse", "body.circulation.Seen.HR", "8867-4"),
    ("cardiac output", "body.circulation.Seen.CO", ""),
    ("access flow", "body.circulation.Seen.Q_access", ""),
    ("sodium", "body.sodium.Seen.Na_p", "2951-2"),
    ("urea, before and after", "body.body.Seen.urea_e", "22664-7"),
    ("total protein", "body.protein.Seen.c_pl", ""),
    ("haematocrit", "body.blood.Seen.hct", "4544-3"),
    ("blood volume", "body.blood.Seen.BV", ""),
    ("temperature", "body.heat.State.T_c", "8310-5"),
    ("muscle oxygen (near infrared)", "body.muscle.State.S", ""),
    ("residual function", "body.kidney.Kidney.gfr", ""),
    ("urine", "body.kidney.Seen.urine", ""),
    ("blood flow, pump speed", "machine.dialyzer.Settings.Q_b", ""),
    ("dialysate flow", "machine.dialyzer.Settings.Q_d", ""),
    ("ultrafiltration rate", "machine.dialyzer.Taken.uf", ""),
    ("dialysate sodium, conductivity", "machine.dialyzer.Settings.Na_0", ""),
    ("bath temperature", "machine.dialyzer.Settings.T_0", ""),
    ("KoA, size of the dialyzer", "machine.dialyzer.Dialyzer.KoA_urea", ""),
    ("recirculation", "machine.access.Access.recirculation", ""),
]


def modules() -> Iterator[ModuleType]:
    """Every module of Soleus that declares parameters or quantities, in the order of their names."""
    folder = Path(soleus.__path__[0])
    for path in sorted(folder.rglob("*.py")):
        if re.search(r"\.(parameter|stated) import", path.read_text(encoding="utf-8")):
            name = path.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
            yield importlib.import_module(f"soleus.{name}")


def records(module: ModuleType) -> Iterator[type]:
    """The records a module defines, as they stand in the file."""
    own = [
        cls
        for cls in vars(module).values()
        if inspect.isclass(cls) and cls.__module__ == module.__name__ and dataclasses.is_dataclass(cls)
    ]
    yield from sorted(own, key=lambda cls: inspect.getsourcelines(cls)[1])


def rows(module: ModuleType) -> Iterator[str]:
    """One line of the table for each parameter and quantity."""
    for cls in records(module):
        for field in dataclasses.fields(cls):
            name = f"`{cls.__name__}.{field.name}`"
            if meta := field.metadata.get("param"):
                low, high = meta.within
                number = f"{field.default:g} | {low:g} to {high:g} | {meta.status} | {meta.source}"
                yield f"| {name} | {meta.unit} | {meta.meaning} | {number} |"
            elif said := field.metadata.get("quantity"):
                yield f"| {name} | {said[0]} | {said[1]} | | | | |"


def unit_of(name: str) -> str:
    """The unit of what a name of `WARD` stands for."""
    path, cls, field = name.rsplit(".", 2)
    metadata = getattr(importlib.import_module(f"soleus.{path}"), cls).__dataclass_fields__[field].metadata
    return str(metadata["param"].unit if "param" in metadata else metadata["quantity"][0])


def text() -> str:
    """The whole page."""
    lines = [
        "# Glossary",
        "",
        "Written by `nox -s glossary` from the code: do not edit. Units are those inside Soleus. A line with numbers",
        "is a parameter (typical value, range, how sure, source for `soleus cite`); the others change with time.",
        "",
        "## Words of the ward",
        "",
        "| the ward says | in code | unit | LOINC |",
        "|---|---|---|---|",
        *(f"| {said} | `{name}` | {unit_of(name)} | {code} |" for said, name, code in WARD),
    ]
    for module in modules():
        table = list(rows(module))
        if table:
            headline = (module.__doc__ or "").partition("\n")[0]
            lines += ["", f"## {module.__name__.removeprefix('soleus.')}", "", headline, ""]
            lines += [
                "| name | unit | meaning | typical | range | how sure | source |",
                "|---|---|---|---|---|---|---|",
            ]
            lines += table
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"{PAGE.name}: {len(text().splitlines())} lines")
