// The tab's one queue of messages on their way, and how one is posted.

import { word } from "./announce.js";
import { csrf, endsSession, logInAgain } from "./http.js";
import { live } from "./live.js";
import { Outgoing } from "./outgoing.js";

export const outgoing = new Outgoing(storage(), document.body.dataset.viewer, post);

export function startOutgoing() {
  live.addEventListener("catchup", () => outgoing.flush());
  addEventListener("online", () => outgoing.flush());
  outgoing.flush();
}

export function postQuietly(url, values) {
  const body = new URLSearchParams(values);
  const headers = { "X-CSRFToken": csrf(), Accept: "application/json" };
  return fetch(url, { method: "POST", body, headers, keepalive: true }).catch(() => null);
}

async function post({ action, text, media, client }) {
  const body = new URLSearchParams({ text, client_id: client });
  for (const { id } of media) body.append("media", id);
  const headers = { "X-CSRFToken": csrf(), Accept: "application/json" };
  const response = await fetch(action, { method: "POST", body, headers });
  if (response.redirected && endsSession(response.url)) logInAgain(); // the queue keeps it
  if (response.status >= 500 || response.redirected) throw new Error(`HTTP ${response.status}`);
  const told = await response.json().catch(() => ({}));
  return response.ok ? told : { error: told.error || word("failed") };
}

function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
