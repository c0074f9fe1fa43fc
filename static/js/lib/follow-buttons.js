// Follow buttons on a page one comes back to say whom one follows by now.

import { getFragment } from "./http.js";
import { onReturn } from "./returning.js";

export function startFollowButtons() {
  onReturn(refresh);
}

async function refresh() {
  const ids = [...document.querySelectorAll("form.follow")].map((form) => form.id.replace("follow-", ""));
  if (!ids.length) return;
  try {
    const fragment = await getFragment(`/users/follow-buttons/?ids=${ids.join(",")}`);
    for (const fresh of fragment.querySelectorAll("form.follow")) put(fresh);
  } catch {
    // the buttons stay as they were; a press is answered with the truth
  }
}

function put(fresh) {
  const form = document.getElementById(fresh.id);
  if (!form || form.ariaBusy === "true" || said(form) === said(fresh)) return;
  form.replaceWith(fresh);
  window.htmx.process(fresh);
}

function said(form) {
  return form.querySelector("button")?.textContent;
}
