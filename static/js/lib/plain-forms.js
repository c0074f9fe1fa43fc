// Forms that leave the page to post it (a profile, a report). Without a connection the page would go and take
// along what was typed: then nothing is sent, and it says so.

import { toast, word } from "./announce.js";

const PATIENCE = 5000;
const answered = new WeakSet();

export function startPlainForms() {
  addEventListener("submit", submitted); // last of all: what a script sends by itself is none of ours
}

async function submitted(event) {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || navigator.onLine || answered.delete(form)) return;
  event.preventDefault();
  if (!(await siteAnswers())) {
    toast(word("unsent"), { kind: "error" });
    return;
  }
  answered.add(form);
  form.requestSubmit(submitter);
}

// A browser without a network may have the site on its own machine.
async function siteAnswers() {
  try {
    return (await fetch("/health/", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}
