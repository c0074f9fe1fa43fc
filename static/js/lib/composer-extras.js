// What a composer has besides its words: pictures, a poll, a content warning, its audience. Kept with the draft.

import { markTwins } from "./poll-answers.js";

const FIELDS = ["content_warning", "is_sensitive", "reply_policy", "poll_expires_in", "poll_multiple", "audience"];

export class Extras {
  constructor(form, onChange) {
    this.form = form;
    this.onChange = onChange;
    this.tray = form.querySelector("media-tray");
    customElements.upgrade(this.tray); // inside a fragment its parent comes first
    this.details = form.querySelector(".composer__more");
    this.panels = new Map([...this.details.querySelectorAll("[data-panel]")].map((one) => [one.dataset.panel, one]));
    this.tools = form.querySelector(".tools");
    this.files = form.querySelector("[data-files]");
    this.initial = this.#values();
    this.#takeOver();
  }

  get #options() {
    return [...this.form.querySelectorAll("[name=poll_option]")];
  }

  get hasMedia() {
    return this.tray.tiles.length > 0;
  }

  // Why what is there cannot be sent yet: pictures not prepared, a poll with one answer or one twice; "" when it can.
  get hindrance() {
    const isTwice = markTwins(this.#options), answers = this.#options.filter((field) => field.value.trim()).length;
    if (this.tray.isBusy) return this.tray.tiles.some((tile) => tile.isRefused && !tile.ready) ? "refused" : "busy";
    return isTwice ? "twins" : answers === 1 ? "poll" : "";
  }

  get hasPoll() {
    return this.#options.some((field) => field.value.trim());
  }

  // For the draft: "" when nothing but the usual was chosen.
  kept() {
    const kept = { fields: this.#values(), media: this.tray.tiles.map((tile) => tile.id).filter(Boolean) };
    const same = JSON.stringify(kept.fields) === JSON.stringify(this.initial);
    return same && !kept.media.length ? "" : JSON.stringify(kept);
  }

  restore(text) {
    if (!text) return;
    try {
      const { fields, media } = JSON.parse(text);
      this.#write(fields);
      this.tray.restore(media);
    } catch {
      return; // a draft of another time
    }
    this.#showFilled();
  }

  clear() {
    this.#write(this.initial);
    this.tray.clear();
    for (const name of ["poll", "warning"]) this.#open(name, false);
  }

  #takeOver() {
    this.files.removeAttribute("name"); // the tray sends them
    this.panels.get("media").hidden = true;
    this.details.open = true;
    this.tools.hidden = false;
    this.#showFilled();
    this.files.addEventListener("change", () => {
      this.tray.add(this.files.files);
      this.files.value = "";
    });
    this.tools.addEventListener("click", ({ target }) => this.#pressed(target.closest("[data-tool]")));
    for (const part of [this.details, this.form.querySelector(".audience")]) part.addEventListener("input", () => this.onChange());
    this.form.addEventListener("tray:changed", () => this.onChange());
  }

  #pressed(button) {
    if (!button) return;
    const { tool } = button.dataset;
    if (tool === "media") return this.files.click();
    const panel = this.panels.get(tool);
    const opens = panel.hidden;
    if (!opens && tool === "poll") for (const field of this.#options) field.value = "";
    this.#open(tool, opens);
    if (opens) panel.querySelector("input").focus();
    return this.onChange();
  }

  #open(name, opens) {
    this.panels.get(name).hidden = !opens;
    this.tools.querySelector(`[data-tool=${name}]`).setAttribute("aria-expanded", String(opens));
  }

  #showFilled() {
    const { content_warning: warning, is_sensitive: sensitive } = this.form.elements;
    this.#open("poll", this.hasPoll);
    this.#open("warning", Boolean(warning.value || sensitive.checked));
  }

  #values() {
    const values = { poll_option: this.#options.map((field) => field.value) };
    for (const name of FIELDS) {
      const field = this.form.elements[name];
      if (field) values[name] = field.type === "checkbox" ? field.checked : field.value;
    }
    return values;
  }

  #write({ poll_option: options = [], ...values }) {
    this.#options.forEach((field, at) => { field.value = options[at] ?? ""; });
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements[name];
      if (field?.type === "checkbox") field.checked = value;
      else if (field) field.value = value;
    }
  }
}
