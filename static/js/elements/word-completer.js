// Suggests people and hashtags for the word that is being written in the textarea before it. While the list is
// open the textarea is its combobox; a failure shows nothing, and the writing goes on.

import { begunWord } from "lib/begun";
import { hang, placeIn } from "lib/caret";
import { getFragment } from "lib/http";
import { activate, stepFrom } from "lib/options";

const PATIENCE = 150;
const COMBOBOX = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "true", "aria-haspopup": "listbox" };

class WordCompleter extends HTMLElement {
  #stop = new AbortController();
  #turn = 0;
  #timer = 0;

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.field = this.previousElementSibling;
    this.list = this.querySelector("[popover]");
    this.status = this.querySelector("[role=status]");
    const { field, list } = this;
    field.addEventListener("input", (event) => event.isComposing || this.#typed(), { signal });
    field.addEventListener("compositionend", () => this.#typed(), { signal });
    field.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true }); // before the composer's
    field.addEventListener("blur", () => this.#close(), { signal });
    document.addEventListener("selectionchange", () => this.isOpen && this.#word()?.start !== this.begun.start && this.#close(), { signal });
    for (const [target, name] of [[window, "scroll"], [window, "resize"], [visualViewport, "scroll"], [visualViewport, "resize"]])
      target.addEventListener(name, () => this.isOpen && this.#place(), { signal, capture: true, passive: true });
    list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal }); // the field keeps the focus
    list.addEventListener("click", ({ target }) => this.#take(target.closest("[role=option]")), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #word() {
    const { selectionStart, selectionEnd, value } = this.field;
    return selectionStart === selectionEnd ? begunWord(value, selectionEnd) : null;
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    const begun = this.#word();
    if (!begun) return this.#close();
    this.#timer = setTimeout(() => this.#ask(begun, this.#turn), PATIENCE);
  }

  async #ask(begun, turn) {
    const fragment = await getFragment(`${this.getAttribute("src")}?q=${encodeURIComponent(begun.word)}`).catch(() => null);
    if (turn !== this.#turn || document.activeElement !== this.field || this.#word()?.word !== begun.word) return;
    this.begun = begun;
    this.list.replaceChildren(fragment ?? "");
    if (this.options.length) this.#open();
    else this.#close();
  }

  #open() {
    const { field, list, options } = this;
    const listbox = list.querySelector("[role=listbox]");
    listbox.id = `${field.id}-completions`;
    options.forEach((option, index) => { option.id = `${listbox.id}-${index}`; });
    if (!this.isOpen) list.showPopover();
    this.#place();
    for (const [name, value] of Object.entries(COMBOBOX)) field.setAttribute(name, value);
    field.setAttribute("aria-controls", listbox.id);
    this.status.textContent = `${listbox.getAttribute("aria-label")}: ${options.length}`;
    // a hashtag may be a new one, and a whole name needs no help: there Enter stays what it was
    const { word } = options[0].dataset;
    const isHelp = word.startsWith("@") && word.toLowerCase() !== this.begun.word.toLowerCase();
    activate(field, options, isHelp ? options[0] : null);
  }

  #close() {
    this.#turn += 1;
    if (!this.isOpen) return;
    this.list.hidePopover();
    this.status.textContent = "";
    for (const name of [...Object.keys(COMBOBOX), "aria-controls", "aria-activedescendant"]) this.field.removeAttribute(name);
  }

  #place() {
    hang(this.list, placeIn(this.field, this.begun.start));
  }

  #key(event) {
    if (!this.isOpen || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const { options } = this, active = this.list.querySelector("[aria-selected=true]");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate(this.field, options, stepFrom(active, options, step));
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Tab" || (event.key === "Enter" && active)) this.#take(active ?? options[0]);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #take(option) {
    const { field } = this, begun = this.#word();
    if (!option || !begun) return;
    const end = begun.start + begun.word.length;
    field.setRangeText(`${option.dataset.word} `, begun.start, end + (field.value[end] === " "), "end");
    this.#close();
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

customElements.define("word-completer", WordCompleter);
