"""Forms: what a page lets a person fill in and follow, read from the page itself, so that none is forgotten."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

IDS = (("[0-9a-f]{16}", "ID"), (r"\d{4}-\d{2}-\d{2}", "DAY"), (r"/library/[\w-]+", "/library/ARTICLE"))
OURS = ("/static/", "/library/pictures/")
LIKE = 2  # pages of one kind that are opened
ELSEWHERE = re.compile(r"/static/|/export$|/letter|/docs/api|/library/pictures|^#|^/login/sso|^mailto:")


class Form:
    """One form."""

    def __init__(self, told, page, fields=()):
        self.method = told.get("method", "get").upper()
        self.action = told.get("action") or page
        self.files = told.get("enctype") == "multipart/form-data"
        self.fields = dict(fields)  # name: what stands in it

    def filled(self, text, only=None):
        """Every field with this text, or only one of them; the token stays."""
        told = {name: text if only in (None, name) else value for name, value in self.fields.items()}
        return told | ({"csrf": self.fields["csrf"]} if "csrf" in self.fields else {})


class Page(HTMLParser):
    """A page as a browser takes it apart."""

    def __init__(self, path, text):
        super().__init__()
        self.path, self.links, self.forms, self.runs = path, [], [], []
        self.select = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        self._look(tag, told)
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag == "form":
            self.forms.append(Form(told, self.path))
        elif tag == "button" and "formaction" in told:  # a form that leads to two places
            here = self.forms[-1]
            self.forms.append(Form({"method": here.method, "action": told["formaction"]}, self.path, here.fields))
            self.links.append(f"{told['formaction']}?{urlencode(here.fields)}")
        elif tag in ("input", "textarea", "select") and "name" in told and told.get("type") != "file":
            self.forms[-1].fields[told["name"]] = told.get("value", "")
            self.select = told["name"] if tag == "select" else None
        elif tag == "option" and self.select and ("selected" in told or not self.forms[-1].fields[self.select]):
            self.forms[-1].fields[self.select] = told.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None

    def _look(self, tag, told):
        """Whether anything here would run that is not ours."""
        ours = told.get("src", told.get("href", "")).startswith(OURS)
        if (tag in ("script", "img", "iframe", "object", "embed", "link", "base") and not ours) or tag == "style":
            self.runs.append((tag, told))
        acts = [name for name in told if name.startswith("on") or name in ("style", "srcdoc")]
        leads = [value for value in told.values() if value.strip().lower().startswith(("javascript:", "data:"))]
        if acts or (leads and tag in ("a", "form", "button", "area")):
            self.runs.append((tag, told))


def pages(visitor, start):
    """Every kind of page that one comes to by links from here."""
    todo, seen, found = [start], set(), Counter()
    while todo:
        path = todo.pop(0)
        plain = path.partition("#")[0]
        kind = urlsplit(plain).path
        for like, name in IDS:
            kind = re.sub(like, name, kind)
        if plain in seen or not plain or ELSEWHERE.search(plain) or found[kind] >= LIKE:
            continue
        seen.add(plain)
        found[kind] += 1
        answer = visitor.get(plain)
        assert answer.status_code < 500, plain
        if answer.headers.get("content-type", "").startswith("text/html"):
            page = Page(plain, answer.text)
            todo += [link for link in page.links if link.startswith("/")]
            yield page


def send(visitor, form, told):
    """Send a filled form."""
    if form.method == "GET":
        return visitor.get(form.action, params=told)
    if form.files:
        return visitor.ask("POST", form.action, data=told, files={"file": ("case.yaml", b"patient: 1\n")})
    return visitor.ask("POST", form.action, data=told)
