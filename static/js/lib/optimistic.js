// Likes and retweets answer at once. The press is shown before the server has said anything, then
// set right by its answer, or taken back with a toast if it refuses.

import { endsSession } from "./http.js";
import { compact, nudge } from "./numbers.js";

const NAMES = ["replies", "retweets", "likes"];

export function startOptimism() {
  document.addEventListener("htmx:beforeRequest", ({ target }) => target.dataset?.toggle && flip(target));
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
    document.addEventListener(failure, ({ detail }) => detail.elt?.dataset?.toggle && flip(detail.elt));
}

function beforeSwap(event) {
  const { xhr, elt, requestConfig } = event.detail;
  if (endsSession(xhr.responseURL || "")) {
    event.detail.shouldSwap = false;
    location.assign(`${new URL(xhr.responseURL).pathname}?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  const button = requestConfig?.elt ?? elt;
  if (!button?.dataset?.toggle || xhr.status >= 400) return;
  const holder = document.createElement("template");
  holder.innerHTML = xhr.responseText;
  const fresh = holder.content.querySelector("[data-tweet]");
  if (!fresh) return;
  // Set right in place: a swap would cut the heart's pop short and drop the focus
  event.detail.shouldSwap = false;
  for (const row of document.querySelectorAll(`[data-tweet="${CSS.escape(fresh.dataset.tweet)}"]`)) copy(fresh, row);
}

// A press on one card shows on every card of the same tweet.
function flip(button) {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  const { tweet } = button.closest("[data-tweet]").dataset;
  const same = `[data-tweet="${CSS.escape(tweet)}"] [data-toggle="${button.dataset.toggle}"]`;
  for (const twin of document.querySelectorAll(same)) {
    press(twin, pressed);
    const count = twin.querySelector("[data-count]");
    if (count) count.textContent = nudge(count.textContent, pressed ? 1 : -1);
  }
  button.classList.toggle("action--popped", pressed);
}

function press(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
  button.value = pressed ? "DELETE" : "POST";
}

function copy(fresh, row) {
  for (const name of NAMES) {
    const from = fresh.querySelector(`[data-count="${name}"]`);
    if (from) write(row, name, from.textContent.trim());
  }
  for (const from of fresh.querySelectorAll("[data-toggle]")) {
    const to = row.querySelector(`[data-toggle="${from.dataset.toggle}"]`);
    if (to) press(to, from.getAttribute("aria-pressed") === "true");
  }
}

function write(row, name, words) {
  const place = row.querySelector(`[data-count="${name}"]`);
  if (place && place.textContent.trim() !== words) place.textContent = words;
}

// Counts from outside ({likes: 3, …}) for one tweet, on all its cards and its facts line.
export function showCounts(id, counts) {
  const tweet = CSS.escape(id);
  for (const row of document.querySelectorAll(`[data-tweet="${tweet}"]`))
    for (const name of NAMES) if (name in counts) write(row, name, counts[name] ? compact(counts[name]) : "");
  for (const fact of document.querySelectorAll(`.tweet--focus[data-id="${tweet}"] [data-number]`))
    if (fact.dataset.number in counts) fact.textContent = compact(counts[fact.dataset.number]);
}
