// The dialog in which a picture is described.

import { lengthOf } from "./field-notes.js";

export class AltDialog {
  constructor(dialog) {
    this.dialog = dialog;
    this.text = dialog.querySelector("textarea");
    this.count = dialog.querySelector("[data-count-alt]");
    this.text.addEventListener("input", () => this.#show());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#save(event);
      event.stopPropagation(); // the composer around it listens for the same keys
    });
    this.button = dialog.querySelector("[data-do=save]");
    this.button.addEventListener("click", (event) => this.#save(event));
    // closing keeps what was written: nothing typed is ever lost
    dialog.addEventListener("close", () => this.tile && this.tile.describe(this.text.value.trim()));
  }

  open(tile) {
    this.tile = tile;
    this.text.value = tile.alt;
    this.dialog.querySelector("img").src = tile.image.src;
    this.#show();
    this.dialog.showModal();
    this.text.focus();
  }

  #show() {
    const length = lengthOf(this.text.value), most = Number(this.text.dataset.most);
    this.count.textContent = `${length} / ${most}`;
    this.count.classList.toggle("alt-dialog__count--over", length > most);
    this.button.disabled = length > most;
  }

  #save(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    this.dialog.close();
  }
}
