"""Write what README.md shows of the program's own results: `python docs/readme.py`, a minute or two.

The picture, the numbers and the sentence beside it are what this version of Soleus says. The numbers are kept in
`docs/results.json`, from which the part of README.md between the marks is written; a test compares the two.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE, RESULTS = ROOT / "README.md", ROOT / "docs" / "results.json"
EXAMPLE, PICTURE = "examples/calf-cramps.yaml", "docs/images/calf-cramps.png"
BEGIN, END = "<!-- written by docs/readme.py: {} -->", "<!-- end -->"
GROUPS = (
    "sodium", "urea", "volume", "protein", "pressure", "temperature", "muscle", "symptoms", "potassium",
    "acid and base", "calcium", "magnesium", "phosphate", "glucose", "toxins", "hormones",
)  # fmt: skip


def ask(*words: str) -> dict[str, Any]:
    """What the installed program answers, as JSON."""
    command = [str(Path(sys.executable).with_name("soleus")), *words, "--json", "--quiet"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def results() -> dict[str, Any]:
    """The example's answer (its picture is drawn on the way) and the summary of the studies."""
    (ROOT / PICTURE).parent.mkdir(exist_ok=True)
    found = ask("explain", EXAMPLE, "--plot", PICTURE)
    return {"soleus": found["soleus"], "answer": found["answer"], "studies": ask("validate")["summary"]}


def sections(found: dict[str, Any]) -> dict[str, str]:
    """The parts of README.md that hold results."""
    return {"example": f"*{found['answer']}* (An invented patient.)", "studies": studies(found["studies"])}


def studies(summary: dict[str, Any]) -> str:
    """A table of how far the twin is from published figures."""
    everything = summary["figures"]
    met = everything["median_abs_z"] <= 0.5 and everything["share_within_1"] >= 0.8
    rows = [
        (f"all figures (the bar is 0.5 and 80%: {'met' if met else '**missed**'})", everything),
        ("those whose study prints a spread", summary["grade_a_b_with_printed_spread"]),
        *((f"- {g}", summary["groups"].get(g)) for g in GROUPS),
    ]
    rows.append(("differences between arms", summary["contrasts"]))
    lines = [
        f"{summary['studies']} published studies; distance from the measured mean in standard deviations between "
        f"patients, or in tenths of the value where a study prints no spread:",
        "",
        "| | figures | median distance | within 1 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {row['count']} | {row['median_abs_z']:.2f} | {100 * row['share_within_1']:.0f}% |"
        for name, row in rows
        if row and row["count"]
    ]
    return "\n".join(lines)


def written(page: str, found: dict[str, Any]) -> str:
    """The page with its sections as these results make them."""
    for name, text in sections(found).items():
        begin = BEGIN.format(name)
        head, _, rest = page.partition(begin)
        _, _, tail = rest.partition(END)
        page = f"{head}{begin}\n{text}\n{END}{tail}"
    return page


if __name__ == "__main__":
    answers = results()
    RESULTS.write_text(json.dumps(answers, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), answers), encoding="utf-8")
