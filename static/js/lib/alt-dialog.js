// The dialog in which a picture is described.

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
    dialog.querySelector("[data-do=save]").addEventListener("click", (event) => this.#save(event));
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
    this.count.textContent = `${this.text.value.length} / ${this.text.maxLength}`;
  }

  #save(event) {
    event.preventDefault();
    this.dialog.close();
  }
}
