"""Nothing the evidence forbids is ever said: on the page, in the JSON, in any sentence of source and manual."""

import ast
import csv
import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

from soleus import case, causes, fit, home, letter, report
from soleus.advice import rescue as aid
from soleus.causes.home import HomeExplanation, explain_home
from soleus.fit import known
from soleus.letter.parts import values
from soleus.report import home as report_home
from soleus.report import known as report_known
from soleus.report import rescue as report_rescue

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
FEW = {"people": 64, "kept": 6}

DENIED = re.compile(
    r"\b(no|not|never|nobody|none|nothing|neither|nor|hardly|without|cannot|disputed|contradicts?|wrong|myth|less"
    r"|against what|believed|blamed|rather than|instead of|doubt\w*|unproven|did nothing)\b|n't\b", re.I,
)  # fmt: skip
FIRES = r"(fir(e|es|ed|ing)\b|excit\w+|discharg\w+|irritab\w+|hyperactiv\w+|twitchy)"
LOW_K = r"(low(er|ered)?|fall\w*|fell|drop\w*|declin\w*|loss of|lack of|little) (\w+ ){0,3}potassium|hypokal\w+" \
    r"|potassium (\w+ ){0,4}(low|fell|falls|fall|falling|dropp\w+|declin\w+)"  # fmt: skip
BONE = r"(phosphate|phosphorus|parathyroid\w*|\bPTH|vitamin D|calcitriol|toxins?|uremic|years (on|of)|vintage)"
CAUSED = r"(caus(e|es|ed|ing)|brought|brings|led to|leads to|made|makes|produc(e|es|ed)|trigger\w*|is why|was why)"
CRAMP = r"(cramps?|cramping|cramped)"
FORBIDDEN = {  # what is never said: the rule, and any sentence that fits it without denying it
    "low potassium made the nerve fire": rf"(?=.*({LOW_K}))(?=.*\b(nerve|muscle|axon|motor|fiber)s?\b)(?=.*{FIRES})",
    "a bath was the cause": rf"\b(calcium|magnesium)\b.*\b(is|was) the (only |sole |one )?cause\b.*{CRAMP}"
    rf"|\bthe (only |sole )?cause of (the|this|one|his|her|your) {CRAMP} (is|was)\b",
    "minerals, toxins or years made a session cramp": rf"{BONE}.*\b{CAUSED}\b.*(this|the|your|her|his) {CRAMP}"
    rf"|(this|the|your|her|his) {CRAMP}.*\b(caused|brought) by\b.*{BONE}",
    "an absolute minute": rf"{CRAMP}\W+(\w+\W+){{0,3}}(will|must|would|is going to) (come|begin|start|happen|occur)\w*"
    rf"\W+(\w+\W+){{0,3}}(minute|hour)|(will|would|must) cramp (at|after|in) (minute|hour|\d)",
    "a rate of fluid removal above which muscles cramp": rf"(above|over|beyond|exceed\w*|more than|up to|below|under"
    rf"|threshold|limit)\D{{0,30}}\d+(\.\d)? ?mL/kg/h.*{CRAMP}|{CRAMP}.*(above|over|beyond|more than|threshold)"
    rf"\D{{0,30}}\d+(\.\d)? ?mL/kg/h",
    "relief proves the cause": r"(relie\w+|eased|better|went away|stopp?ed|passed)\W.*(bolus|saline|salt|glucose)?"
    r".*\b(prov(e|es|ed|ing)|confirm(s|ed)?|demonstrat\w+)\b.*(cause|deplet\w+|reason)",
    "a treatment is safe": r"\b(is|are|was|were|be|been|remains?|entirely|perfectly|completely) (quite |very )?safe\b"
    r"|\bsafely\b|\bno (risk|danger)\b|\brisk.free\b|\bharmless\b",
    "a cure": rf"\b(miracle|guarante\w+|sure cure)\b|\b(cures?|cured|heals?|ends?|prevents?) (all|every|your) {CRAMP}"
    rf"|{CRAMP} (can|will) be cured",
    "quinine": r"\bquinine\b.*\b(helps?|works?|effective|an option|eases?|relieves?)\b|\b(take|try) quinine\b",
    "stop a medicine alone": r"\b(stop|skip|halve|leave out|come off)\b (\w+ ){0,4}(yourself|on your own|at once)\b",
    "restless legs by the nerve": r"restless legs.*(because|caused by|due to|from|by) (\w+ ){0,3}(nerve|axon|margin)",
}  # fmt: skip
NEVER = re.compile(r"#+ .*\bnever\b", re.I)  # the heading of a list of what is never said
NOT_A_CLAIM = {"a treatment is safe": re.compile(r"\bno (risk|danger)\b", re.I)}  # a denial of its own


def sentences(text):
    """The sentences of a text, white space and line breaks made one."""
    return [s for s in re.split(r"(?<=[.!?;])\s+|\n\s*\n", re.sub(r"[ \t]*\n(?!\s*\n)[ \t]*", " ", text)) if s.strip()]


def said(text):
    """Every forbidden thing that a text says, with the sentence that says it."""
    found = []
    for sentence in sentences(text):
        for rule, pattern in FORBIDDEN.items():
            claim = re.search(pattern, sentence, re.I)
            allowed = DENIED.search(sentence) and not (NOT_A_CLAIM.get(rule) and NOT_A_CLAIM[rule].search(sentence))
            if claim and not allowed:
                found.append((rule, sentence))
    return found


def strings(value):
    """Every text in plain values."""
    if isinstance(value, dict):
        return [s for item in value.values() for s in strings(item)]
    if isinstance(value, list | tuple):
        return [s for item in value for s in strings(item)]
    return [value] if isinstance(value, str) else []


def report_of(e):
    """What writes the page and the JSON of an answer, on dialysis or without."""
    return report_home if isinstance(e, HomeExplanation) else report


def page_of(e):
    """The page as a reader sees it, each paragraph on one line of its own."""
    out = io.StringIO()
    Console(file=out, width=4000).print(report_of(e).page(e))
    return re.sub(" {2,}", "  ", out.getvalue()).replace("\n", "\n\n")


def answered(told):
    """The answer to a case, on dialysis or without."""
    return causes.explain(fit.fit(told, **FEW)) if told.on_dialysis else explain_home(home.fit(told, **FEW))


@pytest.fixture(scope="module")
def explained():
    """The explanation of a case, made once."""
    made = {}

    def get(name, told):
        if name not in made:
            made[name] = answered(told)
        return made[name]

    return get


def late(steep):
    """The first example on a bath that takes potassium late: from 3.5 to 0.5 mmol/L, after a low level before."""
    told = case.load(ROOT / "examples" / "calf-cramps.yaml")
    order = told.prescription.model_copy(
        update={"potassium_profile": case.Profile(linear=[3.5, 0.5]), "reason": "a test"}
    )
    labs = [lab.model_copy(update={"potassium_mmol_l": 3.9}) if lab.when == "pre" else lab for lab in told.labs]
    if steep:
        bath = told.prescription.dialysate.model_copy(update={"potassium_mmol_l": 0.5})
        order = told.prescription.model_copy(update={"dialysate": bath, "reason": "a test"})
    return told.model_copy(update={"prescription": order, "labs": labs})


CASES = {"falls late": lambda: late(False), "half a millimole in the bath": lambda: late(True)} | {
    path.stem: (lambda path=path: case.load(path)) for path in EXAMPLES
}


@pytest.mark.parametrize("name", CASES)
def test_an_explanation_says_nothing_forbidden(name, explained):
    e = explained(name, CASES[name]())
    assert not said(page_of(e))
    told = json.loads(json.dumps(report_of(e).as_json(e)))
    assert not [found for text in strings(told) for found in said(text)]


@pytest.mark.parametrize("name", CASES)
def test_a_letter_says_nothing_forbidden(name, explained):
    e = explained(name, CASES[name]())
    told = values(letter.letter(letter.made(e, None, letter.Address(), "both")))
    assert not [found for text in strings(told) if not text.startswith("<?xml") for found in said(text)]


@pytest.mark.parametrize("path", [p for p in EXAMPLES if case.load(p).on_dialysis], ids=lambda p: p.stem)
def test_a_fit_says_nothing_forbidden(path):
    found = report_known.findings(known.know(case.load(path), people=48))
    out = io.StringIO()
    Console(file=out, width=4000).print(report_known.page(found))
    assert not said(re.sub(" {2,}", "  ", out.getvalue()).replace("\n", "\n\n"))
    assert not [x for text in strings(report_known.as_json(found)) for x in said(text)]


@pytest.mark.parametrize("complaint", [None, "fainting"])
@pytest.mark.parametrize("name", ["potassium-1-bath", "pressure-fall"])
def test_first_aid_says_nothing_forbidden(name, complaint):
    told = case.load(ROOT / "examples" / f"{name}.yaml")
    now = aid.Now(complaint=complaint)
    known_then, here, about = aid.as_of(told, aid.running(told), 150.0, 8.0, None, now)
    found = aid.rescue(fit.fit(known_then, here, **FEW), 150.0, 8.0, about, now)
    out = io.StringIO()
    Console(file=out, width=4000).print(report_rescue.page(found))
    assert not said(re.sub(" {2,}", "  ", out.getvalue()).replace("\n", "\n\n"))
    assert not [x for text in strings(report_rescue.as_json(found)) for x in said(text)]


@pytest.mark.parametrize("name", ["falls late", "half a millimole in the bath", "potassium-1-bath"])
def test_potassium_falls_low_and_nothing_makes_it_excite_the_nerve(name, explained):
    """The case is what the rule is about, and no branch of the answer goes from potassium through the nerve."""
    e = explained(name, CASES[name]())
    K = e.twin.course.moments(e.twin.patient).seen.potassium.K_p
    assert K[-1].mean() < 3.6 and K[-1].mean() < K[len(K) // 2].mean()
    for split in (e.cramp, e.hypotension):
        ways = [way for c in split.causes if c.id == "dialysate_potassium" for way in c.mechanisms]
        assert not [way for way in ways if way.id == "nerve" and way.share > 0]
    assert not [link for link in e.tree if link.root == "dialysate_potassium" and link.mechanism == "nerve"]
    assert e.about != "cramp" or "does not make it fire" in page_of(e)


def literals(path):
    """Texts of a source file that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in node.values)


SOURCES = sorted((ROOT / "src" / "soleus").rglob("*.py"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "use").glob("*.md"))]
ARTICLES = sorted((ROOT / "src" / "soleus" / "knowledge" / "articles").glob("*.md"))
TABLES = sorted((ROOT / "src" / "soleus").rglob("*.csv"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_sentence_of_the_source_is_forbidden(path):
    assert not [found for text in literals(path) for found in said(text)]


@pytest.mark.parametrize("path", PAGES + EXAMPLES + ARTICLES, ids=lambda p: p.name)
def test_no_page_and_no_example_says_what_is_forbidden(path):
    text = re.sub(r"(?m)^(asked|quick): .*$", "", path.read_text(encoding="utf-8"))  # what is asked claims nothing
    parts = re.split(r"(?m)^(?=#+ )", text)
    assert not [found for part in parts if not NEVER.match(part) for found in said(part)]


@pytest.mark.parametrize("path", TABLES, ids=lambda p: p.name)
def test_no_table_says_what_is_forbidden(path):
    with path.open(encoding="utf-8") as file:
        assert not [found for row in csv.reader(file) for cell in row for found in said(cell)]


WRONG = {
    "low potassium made the nerve fire": (
        "The falling potassium made the motor nerve fire late in the session.",
        "Hypokalemia excites the muscle.",
        "The nerve became more excitable because of the low potassium.",
    ),
    "a bath was the cause": ("A bath magnesium of 0.5 was the cause of this cramp.",
                             "The cause of her cramp was the calcium of the bath."),
    "minerals, toxins or years made a session cramp": (
        "Her phosphate of 2.4 caused this cramp.",
        "The cramp was brought by PTH and uremic toxins.",
        "Ten years on dialysis made the cramps worse and led to the cramp.",
    ),
    "an absolute minute": ("The cramp will come at minute 187.", "You will cramp after 3 hours."),
    "a rate of fluid removal above which muscles cramp": (
        "Above 10 mL/kg/h muscles cramp.", "Cramps come when more than 13 mL/kg/h is taken."),
    "relief proves the cause": ("It stopped after saline, which proves that depletion was the cause.",),
    "a treatment is safe": ("Quinine is safe at this dose.", "The bath can safely be raised.",
                            "There is no risk in a higher target."),
    "a cure": ("This is a sure cure for cramps.", "Magnesium ends all cramps.", "Her cramps can be cured."),
    "quinine": ("Quinine works for many.", "Take quinine at night."),
    "stop a medicine alone": ("Stop the statin on your own.", "You can skip your water pill yourself."),
    "restless legs by the nerve": ("His restless legs come from the nerve margin.",),
}  # fmt: skip
RIGHT = (
    "There is no sure cure, and quinine is not to be used.",
    "Do not stop it on your own.",
    "After dialysis the nerve is nearer to normal, not more excitable: a low potassium does not make it fire late.",
    "Limits of 10 and 13 mL/kg/h are lines of mortality; no study that was read gives cramps by that rate.",
    "The largest part of the risk, 21%, came from the target weight: 62 kg as it was, 63 kg as it should be.",
    "Likely minute 187, between 95 and 232.",
    "That a cramp passed after saline does not prove that depletion was its cause.",
)


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_the_guard_catches_what_it_should(rule):
    assert WRONG.keys() == FORBIDDEN.keys()
    for sentence in WRONG[rule]:
        assert rule in [found for found, _ in said(f"All is well. {sentence} More follows.")], sentence


@pytest.mark.parametrize("sentence", RIGHT)
def test_the_guard_lets_pass_what_is_true(sentence):
    assert not said(sentence)


def with_caveat(e, sentence):
    """The same answer, its first cause with another caveat."""
    split = e.splits[e.about] if isinstance(e, HomeExplanation) else e.cramp
    first, *others = split.causes
    split = split._replace(causes=(first._replace(caveat=sentence), *others))
    return e._replace(splits=e.splits | {e.about: split}) if isinstance(e, HomeExplanation) else e._replace(cramp=split)


@pytest.mark.parametrize("name", ["calf-cramps", "ckd4-twitching"])
@pytest.mark.parametrize("rule", FORBIDDEN)
def test_a_forbidden_sentence_on_the_page_is_seen(rule, name, explained):
    """A mutation: one caveat of a real answer is replaced, and page and JSON are caught saying it."""
    e = explained(name, CASES[name]())
    for sentence in WRONG[rule]:
        changed = with_caveat(e, sentence)
        assert rule in [found for found, _ in said(page_of(changed))]
        assert rule in [found for text in strings(report_of(e).as_json(changed)) for found, _ in said(text)]
