// Words for everybody: a toast for the eyes, a live region for the ears.

export function announce(words) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = words));
}

export function toast(message, { kind = "info", link = null, action = null } = {}) {
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { message, kind, link, action } }));
}

export function word(name) {
  return document.querySelector("toast-region")?.dataset[name] ?? "";
}
