// Short lines at the foot of the page: what the server says (HX-Trigger "toast") and what failed. A line takes the
// place of one that says the same, and of what was said before about the same: done, then undone.

import { word } from "lib/announce";

const STAYS = 5000;
const LEAVES = 220;
const narrow = matchMedia("(width < 720px)");

class ToastRegion extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    document.body.addEventListener("toast", ({ detail, target }) => this.show({ topic: addressOf(target), ...detail }), { signal });
    for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
      document.body.addEventListener(failure, ({ detail }) => this.#failed(detail), { signal });
    addEventListener("offline", () => this.#connection(), { signal });
    addEventListener("online", () => this.#connection(), { signal });
    if (!navigator.onLine) this.#connection();
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  show({ message, value, kind = "info", link = null, action = null, topic = "" }) {
    const line = document.createElement("div"), words = String(message ?? value ?? "");
    line.className = `toast toast--${kind}`;
    line.append(words);
    for (const older of [...this.children])
      if (older.dataset.words === words || (topic && older.dataset.topic === topic)) older.remove();
    Object.assign(line.dataset, { words, topic });
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

// Where what was pressed is sent: to do it and to undo it, the same.
function addressOf(element) {
  return element.getAttribute("hx-post") ?? element.getAttribute("hx-delete") ?? "";
}

customElements.define("toast-region", ToastRegion);
