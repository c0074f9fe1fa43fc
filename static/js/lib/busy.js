// What has been pressed and waits for its answer says so: to the eyes by the ring of its button, to the ears as busy.

export function startBusy() {
  document.addEventListener("htmx:beforeRequest", ({ target }) => target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", ({ target }) => target.removeAttribute("aria-busy"));
}
