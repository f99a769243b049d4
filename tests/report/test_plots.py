"""Plots: whole files of the right kind, the same every time, and text that does not run into other text."""

import itertools
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from soleus import case, causes, fit, plots, report
from soleus.errors import BadRecord
from soleus.plots import bars, look, panels, tree

LONG = "Wolfeschlegelsteinhausenbergerdorff $x^2$ [bold] " * 4


@pytest.fixture(scope="module")
def crowded(root):
    """An example with long names, many complaints, a dense monitor and a reading nobody believes."""
    e = case.load(root / "examples" / "low-sodium-high-gain.yaml").model_dump()
    e["patient"]["name"] = LONG[:190]
    session = e["sessions"][-1]
    session["pressures"][3] |= {"artefact": True, "systolic_mmhg": 210.0}
    for i in range(5):
        where = f"the whole left leg from the knee to the big toe, {i}"
        session["symptoms"].append({"minute": 100.0 + 12 * i, "what": "cramp", "where": where})
    session["blood_volume"] = [{"minute": float(i), "rbv_pct": -0.07 * i} for i in range(200)]
    return causes.explain(fit.fit(case.read(e)))


@pytest.fixture(scope="module")
def fallen(root):
    return causes.explain(fit.fit(case.load(root / "examples" / "pressure-fall.yaml")))


@pytest.fixture(scope="module")
def bare():
    """A session of which next to nothing is known."""
    told = {
        "patient": {"sex": "F", "age_y": 70, "target_weight_kg": 60.0},
        "prescription": {"hours": 3},
        "sessions": [{"date": date(2026, 1, 5), "pre_weight_kg": 61.0, "uf_l": 1.0}],
    }
    return causes.explain(fit.fit(case.read(told)))


@pytest.mark.parametrize("which", ["crowded", "fallen", "bare"])
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_figure_is_a_whole_file(which, kind, request, tmp_path):
    e, path = request.getfixturevalue(which), tmp_path / f"why.{kind}"
    plots.save(plots.explained(e), path)
    assert path.stat().st_size > 20_000
    if kind == "png":
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    else:
        assert ET.parse(path).getroot().tag.endswith("svg")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_figure_gives_the_same_file(fallen, kind, tmp_path):
    for name in ("a", "b"):
        plots.save(plots.explained(fallen), tmp_path / f"{name}.{kind}")
    assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_a_course_is_drawn_beside_the_one_it_was(fallen, tmp_path):
    now = report.rerun(fallen.twin, {"hours": 5})
    figure = plots.course(now, "hypotension", fallen.twin)
    plots.save(figure, tmp_path / "course.png")
    dashed = [line for panel in figure.axes for line in panel.lines if line.get_linestyle() == "--"]
    assert len(figure.axes) == len(panels.ALL)
    assert len(dashed) >= len(panels.HEIGHTS)


def test_the_chemistry_ends_at_the_twins_values_and_shows_the_laboratorys(root):
    twin = fit.fit(case.load(root / "examples" / "low-magnesium.yaml"))
    panel = next(x for x in plots.course(twin).axes if any("Chemistry" in t.get_text() for t in x.texts))
    said = {text.get_text() for text in panel.texts}
    level = {x.id.removesuffix("_mmol_l"): x for x in report.levels(twin)}
    for name, symbol, digits, _ in panels.SOLUTES:
        assert f"{symbol} {level[name].after.mean:.{digits}f}" in said
    marks = [line for line in panel.lines if line.get_marker() == "o"]
    known = [level["potassium"], level["magnesium"]]
    assert sorted(float(line.get_ydata()[0]) for line in marks) == pytest.approx(
        sorted(100 * x.known.after / x.before.mean for x in known)
    )


@pytest.mark.parametrize("wanted", [[50.0, 51.0, 120.0], [3.0, 2.0, 1.0], [5.0, 5.0, 5.0, 5.0], [10.0]])
def test_labels_keep_their_order_and_their_distance(wanted):
    placed = panels._apart(wanted, 10.0)
    assert sorted(range(len(wanted)), key=lambda i: wanted[i]) == sorted(range(len(placed)), key=lambda i: placed[i])
    assert all(b - a > 9.5 for a, b in itertools.pairwise(sorted(placed)))


def boxes(figure):
    """What each text says, and the pixels it takes; numbers on the axes left out."""
    with look.styled():
        figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [*figure.texts, *(text for panel in figure.axes for text in panel.texts)]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts if text.get_text().strip()]


@pytest.mark.parametrize("which", ["crowded", "fallen", "bare", "at_home", "course"])
def test_no_text_covers_another_and_none_leaves_the_figure(which, request):
    if which == "course":
        figure = plots.course(request.getfixturevalue("crowded").twin)
    else:
        e = request.getfixturevalue(which)
        figure = plots.at_home(e) if which == "at_home" else plots.explained(e)
    found = boxes(figure)
    pairs = itertools.combinations(found, 2)
    assert not [(a, b) for (a, box), (b, other) in pairs if box.padded(-1).overlaps(other.padded(-1))]
    width, height = figure.bbox.size
    assert not [text for text, box in found if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]


def test_every_cause_has_a_bar_and_every_link_its_band(crowded):
    drawn = bars.bars_of(crowded.cramp)
    assert [bar.label for bar in drawn][: len(crowded.cramp.causes)] == [c.label for c in crowded.cramp.causes]
    assert sum(bar.share for bar in drawn) == pytest.approx(1)
    flows = tree.flows_of(crowded.tree, ("cramp",))
    links = [link for link in crowded.tree if link.symptom == "cramp"]
    assert flows and {flow.symptom for flow in flows} == {"cramp"}
    for flow in flows:
        same = [link for link in links if (link.root_label, link.mechanism_label) == (flow.root, flow.way)]
        assert [(abs(x.share), x.share < 0, x.evidence) for x in same] == [(flow.width, flow.protects, flow.evidence)]


def test_what_rests_on_less_is_paler(at_home):
    flows = tree.flows_of(at_home.tree, ("twitch", "tetany"))
    assert {flow.symptom for flow in flows} == {"twitching", "tingling and spasm"}
    strong = tree.Flow("salt", "water", "cramp", 0.3, False, "A")
    assert all((flow.look[1] < strong.look[1]) == (flow.evidence in "CD") for flow in flows)
    assert all((flow.look[0] == look.PROTECTED) == flow.protects for flow in flows)


def test_hours_without_dialysis_are_drawn(at_home, tmp_path):
    plots.save(plots.at_home(at_home), tmp_path / "home.png")
    plots.save(plots.at_home(at_home._replace(tree=())), tmp_path / "bare.svg")
    assert ET.parse(tmp_path / "bare.svg").getroot().tag.endswith("svg")


def test_a_risk_without_levers_is_drawn_too(bare, tmp_path):
    none = bare._replace(
        tree=(), cramp=bare.cramp._replace(causes=()), hypotension=bare.hypotension._replace(causes=())
    )
    plots.save(plots.explained(none), tmp_path / "none.png")
    assert tree.flows_of((), ("cramp",)) == []


def test_a_file_that_cannot_be_is_refused_before_anything_is_drawn(tmp_path):
    with pytest.raises(BadRecord, match=r"\.png or \.svg"):
        plots.check(tmp_path / "why.pdf")
    with pytest.raises(BadRecord, match="no folder"):
        plots.check(tmp_path / "nowhere" / "why.png")


def test_nobody_elses_figures_are_touched(fallen, tmp_path):
    import matplotlib

    before = dict(matplotlib.rcParams)
    plots.save(plots.explained(fallen), tmp_path / "why.svg")
    assert dict(matplotlib.rcParams) == before
