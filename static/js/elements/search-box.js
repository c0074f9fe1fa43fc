// The search box as a combobox: what it suggests comes from the server while somebody types, and before
// that from what they searched for on this device. Without scripts it is a form.

import { announce } from "lib/announce";
import { getFragment } from "lib/http";
import { activate, stepFrom } from "lib/options";
import { Recent, listed } from "lib/recent";

const PATIENCE = 180;

class SearchBox extends HTMLElement {
  #asked = 0;
  #waiting = 0;

  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.list = this.querySelector(".search__list");
    this.recent = new Recent(`searches:${this.dataset.viewer ?? ""}`);
    const { input, list } = this;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id }))
      input.setAttribute(name, value);
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("focus", () => !input.value.trim() && this.#remind());
    input.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("submit", (event) => this.#sent(event));
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.#chosen(event));
    this.addEventListener("focusout", ({ relatedTarget }) => !this.contains(relatedTarget) && this.#close());
  }

  disconnectedCallback() {
    clearTimeout(this.#waiting);
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #typed() {
    clearTimeout(this.#waiting);
    this.#asked += 1;
    if (!this.input.value.trim()) return this.#remind();
    this.#waiting = setTimeout(() => this.#ask(this.#asked), PATIENCE);
  }

  async #ask(turn) {
    try {
      const fragment = await getFragment(`${this.getAttribute("src")}?q=${encodeURIComponent(this.input.value.slice(0, 300))}`);
      if (turn === this.#asked && this.contains(document.activeElement)) this.#open(fragment);
    } catch {
      if (turn === this.#asked) this.#close(); // the form still works
    }
  }

  #remind() {
    const words = this.recent.list();
    if (!words.length) return this.#close();
    this.#open(listed(words, this.querySelector("form").action, this.dataset));
  }

  #open(content) {
    this.list.replaceChildren(content);
    const { options } = this;
    if (!options.length) return this.#close();
    options.forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", "false");
    });
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
    announce(`${this.list.querySelector("[role=listbox]").getAttribute("aria-label")}: ${options.length}`);
  }

  #close() {
    this.#asked += 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.isComposing) return;
    const active = this.list.hidden ? null : this.list.querySelector("[aria-selected=true]");
    if (event.key === "Escape" && !this.list.hidden) this.#close();
    else if (event.key === "Enter" && active) active.click();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#move(active, event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  #move(active, step) {
    if (this.list.hidden) return this.#typed();
    activate(this.input, this.options, stepFrom(active, this.options, step));
  }

  #sent(event) {
    if (this.input.value.trim()) this.recent.add(this.input.value.trim());
    else event.preventDefault();
  }

  #chosen(event) {
    const option = event.target.closest("[role=option]");
    if (option?.matches(".search__item--clear")) {
      event.preventDefault();
      this.recent.clear();
      this.#close();
    } else if (option?.matches("[data-fill]")) {
      event.preventDefault(); // one goes on writing: an operator's name awaits its value, a value the next word
      this.input.value = option.dataset.fill.replace(/(?<!:)$/, " ");
      this.#close();
      this.#typed();
    } else if (option?.matches("[data-search]")) this.recent.add(this.input.value.trim());
  }
}

customElements.define("search-box", SearchBox);
