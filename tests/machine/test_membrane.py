"""The membrane: nothing passes more easily than urea, and every small solute has its line."""

from dataclasses import fields

from soleus.machine.membrane import Membrane, solutes


def test_urea_passes_best_and_a_complex_worst():
    ratio = {name: r for name, (r, _) in solutes(Membrane()).items()}
    assert max(ratio, key=ratio.get) == "urea"
    assert min(ratio, key=ratio.get) == "CaCit"
    assert ratio["Na"] > ratio["creatinine"] > ratio["phosphate"] > ratio["citrate"]


def test_only_what_crosses_red_cells_leaves_them():
    share = {name: phi for name, (_, phi) in solutes(Membrane()).items()}
    assert share["urea"] > share["glucose"] > share["hco3"] > share["creatinine"] > 0
    outside = {"Na", "K", "citrate", "Ca", "CaCit", "Mg", "phosphate", "mannitol"}
    assert {name for name, phi in share.items() if phi == 0} == outside


def test_every_value_of_the_record_is_used():
    p = Membrane(**{field.name: object() for field in fields(Membrane)})
    used = {id(value) for pair in solutes(p).values() for value in pair}
    unused = {field.name for field in fields(Membrane) if id(getattr(p, field.name)) not in used}
    assert unused == {"rbc_water", "r_indoxyl"}, "these two the dialyzer reads itself"
