"""Photograph every page of the demonstration: `python docs/screens.py [NAME ...]`, some minutes; needs chromium.

Each page becomes one sheet in docs/screens: phone, tablet and desk in the light above, the same in the dark below, and
docs/use/screens.md shows them all. What is seen is what `soleus serve --demo` shows on the day they are taken.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
FOLDER, PAGE = ROOT / "docs" / "screens", ROOT / "docs" / "use" / "screens.md"
STYLE = ROOT / "src" / "soleus" / "web" / "static" / "soleus.css"
WIDTHS, HEIGHT, LIGHTS = (390, 768, 1440), 1000, ("light", "dark")
SCALE, GAP, COLORS = 0.55, 12, 64  # of a photograph on its sheet; px between two; half of a sheet's
PATIENCE = 240_000  # ms: the twin compiles on a new machine
WAITS = "[data-progress]:not([data-stay])"
WHO = "tr:has-text('Paula Patient')"
TRIED = "hours=4.5&temperature_c=36"  # what is tried with the sliders
WHY = f"{WHO} >> text=Why the cramp?"


class Shot(NamedTuple):
    """A page: who sees it, and the way there from where logging in leads, by addresses or by what is clicked."""

    name: str
    title: str
    role: str
    way: tuple[str, ...] = ()


SHOTS = (
    Shot("login", "The way in", ""),
    Shot("ward", "The ward", "Nurse"),
    Shot("patient", "A patient", "Nurse", ("a:has-text('Paula Patient')",)),
    Shot("session", "A session: why, and what to change", "Nurse", (WHY,)),
    Shot("what-if", "What if it had been treated otherwise", "Clinician", (WHY, f"?/what-if?{TRIED}")),
    Shot("suggest", "What was tried, sent to whoever decides", "Nurse", (WHY, f"?/suggest?{TRIED}")),
    Shot("suggestion", "A suggestion, where it is decided", "Clinician", ("a:has-text('Paula Patient')",)),
    Shot("live", "A running session", "Nurse", (f"{WHO} >> a.run",)),
    Shot("live-begin", "A session that begins to be watched", "Nurse",
         ("a:has-text('Ines Invented')", "text=Watch the running session")),
    Shot("enter", "A session entered at the chair", "Nurse", ("a:has-text('Paula Patient')", "text=Enter a session")),
    Shot("upload", "Case files and readings uploaded", "Nurse", ("/upload",)),
    Shot("library", "The library", "", ("/library",)),
    Shot("article", "An article, on two levels", "", ("/library/target-weight",)),
    Shot("experts", "Experts and resources", "", ("/library/experts",)),
    Shot("account", "Your account", "Researcher", ("/account",)),
    Shot("my", "A patient's day", "Patient"),
    Shot("diary", "A patient's diary", "Patient", ("/my/diary",)),
    Shot("my-why", "Why I cramp, for the patient", "Patient", ("/my/why",)),
    Shot("my-messages", "Questions to the team", "Patient", ("/my/messages",)),
    Shot("messages", "The inbox", "Nurse", ("/messages",)),
    Shot("thread", "A question and its answer", "Nurse", ("/messages", "text=again")),
    Shot("ask", "Visitors ask", "", ("/ask",)),
    Shot("urgent", "What cannot wait", "", ("/urgent",)),
    Shot("admin", "Accounts and units", "Admin"),
    Shot("equipment", "A unit's baths, times and machines", "Admin", ("text=baths and machines",)),
    Shot("audit", "The audit", "Admin", ("/admin/audit",)),
    Shot("api", "The API described", "Researcher", ("/docs/api",)),
)  # fmt: skip


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a demonstration of its own."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("soleus")), "serve", "--demo", "--port", str(port)]
        server = subprocess.Popen(command, env=os.environ | {"SOLEUS_DATA_DIR": folder}, stderr=subprocess.DEVNULL)
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"http://localhost:{port}/health").close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(30)


def photograph(browser: Browser, url: str, shot: Shot) -> None:
    """One page in every width and light, on one sheet."""
    taken = [list(_row(browser, url, shot, light)) for light in LIGHTS]
    sheet = Image.new(
        "RGB", (sum(i.width for i in taken[0]) + 2 * GAP, sum(row[0].height for row in taken) + GAP), "#888"
    )
    y = 0
    for row in taken:
        x = 0
        for image in row:
            sheet.paste(image, (x, y))
            x += image.width + GAP
        y += row[0].height + GAP
    FOLDER.mkdir(exist_ok=True)
    _few(sheet).save(FOLDER / f"{shot.name}.png", optimize=True)


def _few(sheet: Image.Image) -> Image.Image:
    """The same in few colors: those of the style and of every surface exactly, what lies between them nearly."""
    named = re.findall("#([0-9a-f]{6})", STYLE.read_text(encoding="utf-8"))
    own = [int(name[i : i + 2], 16) for name in dict.fromkeys(named) for i in (0, 2, 4)]
    often = sorted(sheet.getcolors(sheet.width * sheet.height) or [], reverse=True)[:COLORS]
    between = sheet.quantize(COLORS, dither=Image.Dither.NONE).getpalette() or []
    surfaces = [part for _, color in often for part in color]  # type: ignore[union-attr]
    palette = Image.new("P", (1, 1))
    palette.putpalette((own + surfaces + between[: 3 * COLORS])[: 3 * 256])
    return sheet.quantize(palette=palette, dither=Image.Dither.NONE)


def _row(browser: Browser, url: str, shot: Shot, light: Any) -> Iterator[Image.Image]:
    """One page in every width."""
    context = browser.new_context(viewport={"width": WIDTHS[-1], "height": HEIGHT}, color_scheme=light)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}/login")
    if shot.role:
        page.click(f"button:has-text('{shot.role}')")
        page.wait_for_selector("text=Log out")
    for step in shot.way:
        _go(page, url, step)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            print(f"{shot.name} is {wide} px too wide at {width} px")
        image = Image.open(BytesIO(page.screenshot())).convert("RGB")
        yield image.resize((int(image.width * SCALE), int(image.height * SCALE)), Image.Resampling.LANCZOS)
    context.close()


def _go(page: Page, url: str, step: str) -> None:
    """By an address, by one that begins with where one is ("?"), or by a click."""
    if step.startswith("/"):
        page.goto(url + step)
    elif step.startswith("?"):
        page.goto(page.url + step[1:])
    else:
        there = page.url
        page.click(step)
        page.wait_for_url(lambda at: at != there)
    page.wait_for_load_state()
    page.wait_for_selector(WAITS, state="detached")


def suggested(browser: Browser, url: str) -> None:
    """Somebody suggests what was tried, so that there is something to decide."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}/login")
    page.click("button:has-text('Nurse')")
    page.wait_for_selector("text=Log out")
    for step in (WHY, f"?/suggest?{TRIED}"):
        _go(page, url, step)
    page.fill("#text", "The cramps come in the last half hour. Longer and a little cooler would be gentler.")
    page.click("text=Send as a suggestion")
    page.wait_for_selector("#suggestions")
    context.close()


def written() -> str:
    """The page that shows them."""
    head = (
        "# Every page, as it looks\n\nPhone, tablet and desk, in the light and in the dark; invented people. "
        "Made by `python docs/screens.py`.\n"
    )
    parts = [f"\n## {s.title}\n\n![{s.title}](../screens/{s.name}.png)\n" for s in SHOTS]
    return head + "".join(parts)


def main() -> None:
    """All pages, or those named."""
    named = sys.argv[1:]
    chromium = os.environ.get("SOLEUS_CHROMIUM", "/usr/bin/chromium")
    with demonstration() as url, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for shot in sorted(SHOTS, key=lambda shot: shot.name != "live"):  # which is over in minutes, so it is first
            if not named or shot.name in named:
                if shot.name == "suggestion":
                    suggested(browser, url)
                print(shot.name, flush=True)
                photograph(browser, url, shot)
        browser.close()
    PAGE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
