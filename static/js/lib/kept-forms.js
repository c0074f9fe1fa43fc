// Forms marked data-keep are not lost without a word: who leaves with changes is asked first, and what was sent to
// a session that had ended comes back, in this tab and to the same person, after logging in again.

import { toast, word } from "./announce.js";
import { endsSession } from "./http.js";

const KEY = "kept-form";
const SECRET = ["password", "file", "hidden"];

export function startKeptForms(storage = sessionStorage) {
  const kept = recall(storage);
  if (kept && endsSession(location.href)) keep(storage, { ...kept, lost: true });
  else keep(storage, null);
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const before = valuesOf(form);
    if (isOf(kept)) restore(form, kept.values);
    watch(form, before, storage);
  }
}

function isOf(kept) {
  return kept?.lost && kept.owner === document.body.dataset.viewer && kept.path === location.pathname;
}

function watch(form, first, storage) {
  let isSent = false, before = first, onItsWay = first;
  const isChanged = () => JSON.stringify(valuesOf(form)) !== JSON.stringify(before);
  const keepIt = () => {
    isSent = true;
    const { viewer: owner } = document.body.dataset;
    keep(storage, { owner, path: location.pathname, values: valuesOf(form) });
  };
  form.addEventListener("submit", keepIt);
  form.addEventListener("htmx:beforeRequest", () => (onItsWay = valuesOf(form)));
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && !endsSession(detail.xhr.responseURL)) before = onItsWay;
  });
  document.addEventListener("session:over", () => isChanged() && keepIt()); // found out while still writing
  addEventListener("pageshow", () => (isSent = false));
  document.addEventListener("toast", () => (isSent = false), { capture: true }); // a sending that failed
  addEventListener("beforeunload", (event) => {
    if (!isSent && isChanged()) event.preventDefault();
  });
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !SECRET.includes(field.type));
}

function valuesOf(form) {
  return fieldsOf(form).map((field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value));
}

function restore(form, values) {
  const fields = fieldsOf(form);
  if (fields.length !== values.length) return;
  fields.forEach((field, at) => {
    if (typeof values[at] === "boolean") field.checked = values[at];
    else field.value = values[at];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  toast(word("back"));
}

function recall(storage) {
  try {
    return JSON.parse(storage.getItem(KEY));
  } catch {
    return null;
  }
}

// A browser that keeps nothing loses what it would lose anyway.
function keep(storage, value) {
  try {
    if (value) storage.setItem(KEY, JSON.stringify(value));
    else storage.removeItem(KEY);
  } catch {
    return;
  }
}
