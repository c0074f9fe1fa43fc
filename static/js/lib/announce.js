// Words for everybody: a toast for the eyes, a live region for the ears.

export function announce(words) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = words));
}

// `topic` is what it is about: a later word about the same takes the place of the earlier one.
export function toast(message, { kind = "info", link = null, action = null, topic = "" } = {}) {
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { message, kind, link, action, topic } }));
}

export function word(name) {
  return document.querySelector("toast-region")?.dataset[name] ?? "";
}
