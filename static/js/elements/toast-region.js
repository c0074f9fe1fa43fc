// Short lines at the foot of the page: what the server says (HX-Trigger "toast") and what failed.

import { word } from "lib/announce";

const STAYS = 5000;
const LEAVES = 220;
const narrow = matchMedia("(width < 720px)");

class ToastRegion extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    document.body.addEventListener("toast", ({ detail }) => this.show(detail), { signal });
    for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
      document.body.addEventListener(failure, ({ detail }) => this.#failed(detail), { signal });
    addEventListener("offline", () => this.#connection(), { signal });
    addEventListener("online", () => this.#connection(), { signal });
    if (!navigator.onLine) this.#connection();
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  show({ message, value, kind = "info", link = null, action = null }) {
    const line = document.createElement("div");
    line.className = `toast toast--${kind}`;
    line.append(String(message ?? value ?? ""));
    if (link) {
      const more = Object.assign(document.createElement("a"), { href: link, textContent: word("view") });
      line.append(more);
    }
    if (action) line.append(this.#button(line, action));
    this.append(line);
    while (this.childElementCount > (narrow.matches ? 1 : 3)) this.firstElementChild.remove();
    setTimeout(() => this.#dismiss(line), STAYS);
  }

  // What can be done about it, {label, run}, for as long as the line stays.
  #button(line, { label, run }) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", () => {
      line.remove();
      run();
    });
    return button;
  }

  #dismiss(line) {
    line.classList.add("toast--leaving");
    setTimeout(() => line.remove(), LEAVES);
  }

  // A refusal that brings its own words, or a place for them, needs none of ours.
  #failed({ xhr, elt }) {
    if (xhr?.getResponseHeader?.("HX-Trigger")?.includes("toast")) return;
    if (elt?.closest?.("tweet-composer, load-more")) return;
    const message = xhr?.status === 429 ? this.dataset.limited : this.dataset.failed;
    this.show({ message, kind: "error" });
  }

  #connection() {
    document.querySelector(".offline")?.remove();
    if (navigator.onLine) return;
    const bar = document.createElement("p");
    bar.className = "offline";
    bar.textContent = this.dataset.offline;
    document.body.prepend(bar);
  }
}

customElements.define("toast-region", ToastRegion);
