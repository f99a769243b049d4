"""Experts and resources: kinds and bodies by name, nothing that loads anything, topics that exist."""

import re

from soleus.knowledge import library, vocabulary


def test_experts_are_kinds_and_not_persons():
    found = library.experts()
    assert len({e.id for e in found}) == len(found) >= 12
    for expert in found:
        assert not re.search(r"\b(Dr|Prof|Mr|Mrs|Ms)\b\.?", f"{expert.kind} {expert.ask_about}")
        assert expert.topics <= {*vocabulary.causes(), *vocabulary.symptoms()}


def test_everything_a_reader_may_have_has_somebody_to_ask():
    for topic in (*vocabulary.causes(), *vocabulary.symptoms()):
        assert library.experts_for(topic)
    assert [e.id for e in library.experts_for("nothing")] == ["nurse"]
    assert library.experts_for("drug")[0].id in {"pharmacist", "family-doctor"}
    assert library.experts_for("fluid_gain", "thirsty")[0].id == "dietitian"


def test_addresses_are_plain_text_that_nothing_follows():
    found = library.resources()
    assert len(found) >= 10
    for resource in found:
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", resource.address)
        assert "://" not in resource.name + resource.what
