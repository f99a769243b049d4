"""References: every entry can be cited, says what was read of it, and a wrong key is answered with the near ones."""

import re

import pytest

from soleus.errors import BadRecord
from soleus.references import cite, find, read, references


def test_every_entry_can_be_cited_and_says_what_was_read():
    for key, entry in references().items():
        assert "note" in entry.fields, f"{key}: say in `note` what was read and what is recalled"
        assert cite(key).endswith(f"[{entry.fields['note']}]")
        assert "  " not in cite(key), key


def test_entries_hold_only_what_was_seen():
    for key, entry in references().items():
        fields = entry.fields
        assert set(fields) <= {
            "author", "year", "title", "journal", "volume", "pages", "doi", "pmid", "pmc", "url", "note", "study",
        }, key  # fmt: skip
        assert all(fields.values()), key
        assert re.fullmatch(r"(1[89]|20)\d\d", fields.get("year", "2000")), key
        assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1000/none")), key
        assert re.fullmatch(r"\d+", fields.get("pmid", "0")), key
        assert re.fullmatch(r"PMC\d+", fields.get("pmc", "PMC0")), key


def test_identifiers_are_not_given_twice():
    for name in ("doi", "pmid", "pmc", "study"):
        given = [e.fields[name] for e in references().values() if name in e.fields]
        assert len(given) == len(set(given)), name


def test_a_recalled_source_says_so():
    assert "recalled" in cite("Watson1980")
    assert find("Watson1980")[0].recalled
    assert not find("Moret2002")[0].recalled


def test_a_citation_reads_like_one():
    assert cite("Kuipers2016").startswith("Kuipers J, Oosterhuis JK, Krijnen WP, et al (2016). Prevalence of")
    assert "BMC Nephrol 17:21. doi:10.1186/s12882-016-0231-9." in cite("Kuipers2016")
    assert "year not seen" in cite("Mitsides")


def test_keys_come_as_one_string_or_many():
    assert [e.key for e in find("Moret2002 Selby2006")] == ["Moret2002", "Selby2006"]
    assert find("Moret2002 Selby2006") == find(["Moret2002", "Selby2006"])
    assert find("") == []


def test_a_wrong_key_is_answered_with_the_near_ones():
    with pytest.raises(BadRecord, match="Moret2002"):
        cite("Moret2003")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = {A}", "line 1"),
        ("@article{A,\n  title = {A},\n  oops\n}", "line 3"),
        ("@article{A,\n}\n@article{A,\n}", "once"),
        ("@article{A,\n  title = {A},", "ends with"),
    ],
)
def test_a_broken_bibliography_is_refused_at_its_line(text, says):
    with pytest.raises(BadRecord, match=says):
        read(text)
