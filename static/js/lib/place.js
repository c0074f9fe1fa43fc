// Where somebody stood in a list. Back and a reload return to the same line at the same height, however
// far down: the pages above it are fetched again first. New lines on top move nothing. The line that was opened has
// the focus again.

import { getFragment } from "./http.js";

const LISTS = "tweet-feed article[id]";
const DEEPEST = 25; // pages fetched again; who stood deeper begins there
const key = `place:${location.pathname}${location.search}`;

export function startPlace() {
  addEventListener("pagehide", remember);
  const [visit] = performance.getEntriesByType("navigation");
  if (["back_forward", "reload"].includes(visit?.type) && !location.hash) restore();
}

function remember() {
  const line = scrollY > 0 && [...document.querySelectorAll(LISTS)].find((one) => one.getBoundingClientRect().bottom > 60);
  const opened = document.activeElement?.closest(LISTS)?.id;
  const place = line ? { id: line.id, top: line.getBoundingClientRect().top, opened } : opened && { opened };
  try {
    if (place) sessionStorage.setItem(key, JSON.stringify(place));
    else sessionStorage.removeItem(key);
  } catch {
    // a browser that keeps nothing begins at the top
  }
}

async function restore() {
  const place = recall();
  if (!place) return;
  if (place.id) await stand(place);
  const opened = document.getElementById(place.opened ?? "");
  if (document.activeElement === document.body) opened?.focus({ preventScroll: true });
}

async function stand(place) {
  history.scrollRestoration = "manual";
  const moved = new AbortController();
  for (const way of ["wheel", "touchmove", "keydown", "pointerdown"])
    addEventListener(way, () => moved.abort(), { once: true, passive: true, signal: moved.signal });
  for (let pages = 0; pages < DEEPEST && !moved.signal.aborted; pages += 1)
    if (reaches(place) || !(await fetchMore())) break;
  if (document.getElementById(place.id) && !moved.signal.aborted) scrollTo({ top: heightOf(place), behavior: "instant" });
  history.scrollRestoration = "auto";
}

// Where the page is scrolled to when the line stands where it stood.
function heightOf({ id, top }) {
  return scrollY + document.getElementById(id).getBoundingClientRect().top - top;
}

// The line is there, and enough below it for the page to be scrolled so far.
function reaches(place) {
  if (!document.getElementById(place.id)) return false;
  return heightOf(place) + innerHeight <= document.documentElement.scrollHeight;
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

// The next page of the list in place of the link to it; false at the end, and where it does not come.
async function fetchMore() {
  const more = document.querySelector("tweet-feed load-more");
  const link = more?.querySelector("a");
  if (!link) return false;
  try {
    const fragment = await getFragment(link.href);
    const lines = [...fragment.children];
    more.replaceWith(...lines);
    for (const line of lines) window.htmx.process(line);
    return true;
  } catch {
    return false;
  }
}
