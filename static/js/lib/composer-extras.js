// What a composer has besides its words: pictures, a poll, a content warning, its audience. Kept with the draft.

import { Panels } from "./composer-panels.js";
import { valuesIn, writeInto } from "./composer-values.js";
import { markField } from "./field-notes.js";
import { markAnswers } from "./poll-answers.js";

const NOTHING = {
  poll: { poll_option: ["", "", "", ""], poll_multiple: false },
  warning: { content_warning: "", is_sensitive: false },
};

export class Extras {
  constructor(form, onChange) {
    this.form = form;
    this.onChange = onChange;
    this.tray = form.querySelector("media-tray");
    customElements.upgrade(this.tray); // inside a fragment its parent comes first
    this.audience = form.querySelector(".audience");
    this.files = form.querySelector("[data-files]");
    this.initial = valuesIn(this.form);
    this.#takeOver();
  }

  get #options() {
    return [...this.form.querySelectorAll("[name=poll_option]")];
  }

  get hasMedia() {
    return this.tray.tiles.length > 0;
  }

  // Why what is there cannot be sent yet: the name of the words that say it; "" when it can.
  get hindrance() {
    const { tiles, isBusy } = this.tray, hasPoll = this.hasPoll;
    this.#showMedia();
    const answers = hasPoll && markAnswers(this.#options), warning = this.#warningWrong();
    if (tiles.some((tile) => tile.isTooLong)) return "alt";
    if (isBusy) return tiles.some((tile) => tile.isRefused && !tile.ready) ? "refused" : "busy";
    if (hasPoll && tiles.length) return "both";
    return answers || warning;
  }

  get hasPoll() {
    return this.panels.isOpen("poll");
  }

  // For the draft: "" when nothing but the usual was chosen.
  kept() {
    const kept = { fields: valuesIn(this.form), media: this.tray.tiles.map((tile) => tile.id).filter(Boolean) };
    const same = JSON.stringify(kept.fields) === JSON.stringify(this.initial);
    return same && !kept.media.length ? "" : JSON.stringify(kept);
  }

  restore(text) {
    if (!text) return;
    try {
      const { fields, media } = JSON.parse(text);
      writeInto(this.form, fields);
      this.tray.restore(media);
    } catch {
      return; // a draft of another time
    }
    this.#showFilled();
  }

  clear() {
    writeInto(this.form, this.initial);
    this.tray.clear();
    for (const name of ["poll", "warning"]) this.panels.open(name, false);
    this.audience.open = false;
  }

  #takeOver() {
    const tools = this.form.querySelector(".tools"), more = this.form.querySelector(".composer__more");
    this.files.removeAttribute("name"); // the tray sends them
    this.panels = new Panels(more, tools);
    this.#showFilled();
    this.files.addEventListener("change", () => {
      this.tray.add(this.files.files);
      this.files.value = "";
    });
    tools.addEventListener("click", ({ target }) => this.#pressed(target.closest("[data-tool]")));
    for (const part of [more, this.audience]) part.addEventListener("input", () => this.onChange());
    this.form.addEventListener("tray:changed", () => this.onChange());
  }

  // What is shut is gone: nothing that nobody sees is sent.
  #pressed(button) {
    if (!button) return;
    const { tool } = button.dataset;
    if (tool === "media" && !this.tray.dataset.shut) return this.files.click();
    if (this.panels.turn(button) === false) writeInto(this.form, NOTHING[tool]);
    return this.onChange();
  }

  #showFilled() {
    const { content_warning: warning, is_sensitive: sensitive } = this.form.elements;
    this.panels.open("poll", this.#options.some((field) => field.value.trim()));
    this.panels.open("warning", Boolean(warning.value || sensitive.checked));
  }

  // Only pictures can be sensitive; and beside a poll there are none.
  #showMedia() {
    const { is_sensitive: sensitive } = this.form.elements;
    sensitive.disabled = sensitive.closest("label").hidden = !this.hasMedia;
    this.tray.dataset.shut = this.panels.show(this.hasMedia);
  }

  #warningWrong() {
    const { content_warning: warning, is_sensitive: sensitive } = this.form.elements;
    if (markField(warning)) return "warningLong";
    const isSaid = warning.value.trim() || (sensitive.checked && this.hasMedia);
    return this.panels.isOpen("warning") && !isSaid ? "warning" : "";
  }
}
