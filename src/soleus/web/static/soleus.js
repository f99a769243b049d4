// Soleus: the little that pages do by themselves; everything works without it.
"use strict";

// A page loads itself again, unless somebody is just leaving it: what was clicked goes before what has come.
const STAYED = 30000;  // ms after which who was about to leave has stayed, as with a file that is kept
let left = -STAYED;
window.addEventListener("beforeunload", () => { left = performance.now(); });
window.addEventListener("pageshow", () => { left = -STAYED; });  // who came back has not left
const reload = () => {
  const wait = left + STAYED - performance.now();
  if (wait > 0) { setTimeout(reload, wait); } else { window.location.reload(); }
};

// A page that waits for the twin says how far it is, and loads again when there is an answer.
const AGAIN = 5000;  // ms until a server that refused is asked again
const watch = (waiting) => {
  const said = waiting.querySelector("[data-said]");
  const stays = "stay" in waiting.dataset;
  const source = new EventSource(waiting.dataset.progress);
  const over = () => {
    source.close();
    if (!waiting.isConnected) { return; }  // something else is asked by now
    if (!stays) {
      if (waiting.dispatchEvent(new Event("answered", { bubbles: true, cancelable: true }))) { reload(); }
      return;
    }
    const show = waiting.querySelector("[data-show]");  // who reads is not thrown about
    waiting.querySelector(".spin").remove();
    said.textContent = "Done";
    show.hidden = false;
    show.addEventListener("click", () => window.location.reload());
  };
  source.onmessage = (event) => { said.textContent = event.data; };
  source.addEventListener("done", over);
  source.onerror = () => {  // a server that began anew knows of no question; whoever loads the page asks it again
    if (source.readyState === EventSource.CLOSED && !stays) { setTimeout(over, AGAIN); }
  };
};
document.querySelectorAll("[data-progress]").forEach(watch);

// What has to be corrected is read first.
document.getElementById("wrong")?.focus();

// Sliders: what follows is shown while they move.
for (const form of document.querySelectorAll("form[data-live]")) {
  const result = document.getElementById(form.dataset.live);
  let wait = 0;
  let running = null;
  const show = async () => {  // what the address asks for: a slider cannot stand at every value
    running?.abort();
    running = new AbortController();
    const asked = new URLSearchParams(window.location.search);
    asked.set("part", "1");
    try {
      const answer = await fetch(`?${asked}`, { signal: running.signal });
      if (answer.ok) {
        result.innerHTML = await answer.text();
        result.querySelectorAll("[data-progress]").forEach(watch);
      }
    } catch (error) {
      if (error.name !== "AbortError") { throw error; }
    }
  };
  result.addEventListener("answered", (event) => { event.preventDefault(); show(); });
  form.addEventListener("input", (event) => {
    const shown = form.querySelector(`output[for="${event.target.id}"]`);
    if (shown) { shown.value = event.target.value; }
    clearTimeout(wait);
    wait = setTimeout(() => {
      history.replaceState(null, "", `?${new URLSearchParams(new FormData(form))}`);
      show();
    }, 120);
  });
}

// Who has the focus in a place keeps it when that is swapped; what comes back gives it again.
const CAN = "a, button, summary, input, [tabindex]";
const held = (place) => {
  const here = document.activeElement;
  if (!here || !place.contains(here)) { return () => {}; }
  const known = (each) => each.getAttribute("href") ?? each.textContent;
  const same = (each) => each.tagName === here.tagName && known(each) === known(here);
  const at = [...place.querySelectorAll(CAN)].filter(same).indexOf(here);
  return () => {
    if (document.activeElement === here) { return; }
    [...place.querySelectorAll(CAN)].filter(same)[at]?.focus({ preventScroll: true });
  };
};

// A running session, or the list of them: what changed is swapped in, and nothing else; a lost connection is said.
const LOST = 25000;  // ms without a sign of life
for (const screen of document.querySelectorAll("div[data-live]")) {
  const lost = document.querySelector("[data-lost]");
  let alive = Date.now();
  const here = () => { alive = Date.now(); lost.hidden = true; };
  const swap = (html) => {
    const fresh = document.createElement("div");
    fresh.innerHTML = html;
    const names = (place) => [...place.querySelectorAll("[data-part]")].map((part) => part.dataset.part);
    const back = held(screen);
    if (names(fresh).join() !== names(screen).join()) {
      screen.replaceChildren(...fresh.childNodes);
      back();
      return;
    }
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const known = screen.querySelector(`[data-part="${part.dataset.part}"]`);
      if (part.innerHTML === known.innerHTML) { continue; }
      const open = [...known.querySelectorAll("details")].map((each) => each.open);
      known.replaceChildren(...part.childNodes);
      known.querySelectorAll("details").forEach((each, j) => { each.open = open[j] ?? false; });
    }
    back();
  };
  const listen = () => {
    const source = new EventSource(screen.dataset.live);
    source.onopen = here;
    source.addEventListener("beat", here);
    source.addEventListener("screen", (event) => { here(); swap(event.data); });
    source.addEventListener("ended", () => { source.close(); reload(); });
    source.onerror = () => {  // a lost network is asked again by the browser itself, a refusal is not
      if (source.readyState === EventSource.CLOSED) { lost.hidden = false; setTimeout(listen, AGAIN); }
    };
  };
  listen();
  setInterval(() => { if (Date.now() - alive > LOST) { lost.hidden = false; } }, 1000);
}
