// Likes, retweets and bookmarks answer at once. The press is shown before the server has said anything, then
// set right by its answer, or taken back with a toast if it refuses.

import { toast, word } from "./announce.js";
import { endsSession, logInAgain, postForFragment } from "./http.js";
import { compact } from "./numbers.js";
import { Wishes } from "./wishes.js";

const NAMES = ["replies", "retweets", "likes"];
const MARKS = { liked: "likes", retweeted: "retweets", bookmarked: "bookmarks" };
const drawnAt = new Map(); // by address: what was asked for before knows nothing of it
const wishes = new Wishes(ask, show, failed);

export function startOptimism() {
  document.addEventListener("submit", submitted);
  document.addEventListener("htmx:load", ({ target }) => target.querySelectorAll("[data-toggle]").forEach(remind));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!endsSession(detail.xhr.responseURL || "")) return;
    detail.shouldSwap = false;
    logInAgain();
  });
}

function submitted(event) {
  const button = event.submitter;
  if (!button?.dataset.toggle) return;
  event.preventDefault();
  const state = stateOf(button);
  button.classList.toggle("action--popped", !state.pressed);
  press(keyOf(button), state, button.dataset.toggle === "retweets");
}

// A retweet goes out to others: it is told, with the way back, however it was pressed.
async function press(key, state, isTold) {
  const now = await wishes.press(key, state);
  if (!isTold || !now || now.pressed === state.pressed) return;
  const action = { label: word("undo"), run: () => press(key, now, true) };
  toast(word(now.pressed ? "retweeted" : "unretweeted"), { action: now.pressed ? action : null, topic: key });
}

// The address says which tweet and what: /tweets/7/like/
function keyOf(button) {
  return button.getAttribute("formaction");
}

function stateOf(button) {
  return {
    pressed: button.getAttribute("aria-pressed") === "true",
    count: button.querySelector("[data-count]")?.textContent.trim() ?? "",
  };
}

async function ask(key, wish) {
  const fresh = await postForFragment(key, { _method: wish ? "POST" : "DELETE" });
  return stateOf(fresh.querySelector(buttonsOf(key)));
}

function buttonsOf(key) {
  return `[data-toggle][formaction="${CSS.escape(key)}"]`;
}

// On every card of the tweet, in place: a swap would cut the heart's pop short and drop the focus.
function show(key, state) {
  drawnAt.set(key, performance.now());
  for (const button of document.querySelectorAll(buttonsOf(key))) draw(button, state);
}

function draw(button, { pressed, count }) {
  button.setAttribute("aria-pressed", String(pressed));
  button.value = pressed ? "DELETE" : "POST";
  write(button.querySelector("[data-count]"), count);
}

// A card that comes while an answer is out was drawn before it.
function remind(button) {
  const state = wishes.shown(keyOf(button));
  if (state) draw(button, state);
}

function failed(error) {
  const { message, ...rest } = error.toast ?? { message: word(error.status === 429 ? "limited" : "failed") };
  toast(message, { kind: "error", ...rest });
}

function write(place, words) {
  if (place && place.textContent.trim() !== words) place.textContent = words;
}

// Whether a button shows what is younger than an answer that was asked for then.
function isNewer(key, asked) {
  return Boolean(wishes.shown(key)) || drawnAt.get(key) > asked;
}

// Counts and marks from outside ({likes: 3, liked: true, …}) for one tweet, on all its cards; a
// button whose answer is still out, or came since they were asked for, knows better.
export function showCounts(id, counts, asked) {
  const tweet = CSS.escape(id);
  for (const [mark, name] of Object.entries(MARKS))
    for (const button of document.querySelectorAll(`[data-tweet="${tweet}"] [data-toggle="${name}"]`)) {
      const key = keyOf(button);
      if (!isNewer(key, asked)) draw(button, { ...stateOf(button), pressed: counts[mark] });
    }
  for (const name of NAMES) {
    if (!(name in counts)) continue;
    for (const place of document.querySelectorAll(`[data-tweet="${tweet}"] [data-count="${name}"]`)) {
      const key = place.closest("[data-toggle]")?.getAttribute("formaction");
      if (!key || !isNewer(key, asked)) write(place, counts[name] ? compact(counts[name]) : "");
    }
  }
}
