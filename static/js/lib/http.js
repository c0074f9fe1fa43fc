// Fetching what the server renders. A redirect to the log-in page means the session has ended.

const PATIENCE = 15_000;

// `toast` is what the server says to it: {message, kind, link}, or null.
export class Refused extends Error {
  constructor(status, toast = null) {
    super(`HTTP ${status}`);
    this.status = status;
    this.toast = toast;
  }
}

async function ask(url, accept, options = {}) {
  const headers = { "HX-Request": "true", Accept: accept, ...options.headers };
  const response = await fetch(url, { credentials: "same-origin", ...options, headers });
  if (response.redirected && endsSession(response.url)) {
    logInAgain();
    throw new Refused(401); // the log-in page is no answer
  }
  if (!response.ok) throw new Refused(response.status, toastOf(response));
  return response;
}

function toastOf(response) {
  try {
    return JSON.parse(response.headers.get("HX-Trigger")).toast ?? null;
  } catch {
    return null; // words for htmx alone, or none
  }
}

export function endsSession(url) {
  return new URL(url, "http://here").pathname.startsWith("/accounts/login");
}

// To the log-in page, which says why, and back to this very page; what is written here keeps itself first.
export function logInAgain() {
  document.dispatchEvent(new CustomEvent("session:over"));
  const ended = document.body.dataset.viewer ? "&ended=kept" : "";
  location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}${ended}`);
}

export function csrf() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

export async function getFragment(url) {
  return fragment(await ask(url, "text/html"));
}

export async function getJSON(url) {
  return (await ask(url, "application/json")).json();
}

// Posts and gives the fragment that answers; goes on when the page is left meanwhile.
export async function postForFragment(url, values) {
  const headers = { "X-CSRFToken": csrf() };
  const signal = AbortSignal.timeout(PATIENCE);
  return fragment(await ask(url, "text/html", { method: "POST", body: new URLSearchParams(values), headers, signal, keepalive: true }));
}

async function fragment(response) {
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  return holder.content;
}
