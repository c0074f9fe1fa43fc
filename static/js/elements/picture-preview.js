// Shows the picture that was chosen, cropped as it will be, before it is sent.

class PicturePreview extends HTMLElement {
  #url = "";

  connectedCallback() {
    this.field = this.querySelector("input[type=file]");
    this.shown = this.querySelector("[data-shown]");
    this.preview = this.querySelector("[data-preview]");
    this.field.addEventListener("change", () => this.#chosen());
    this.preview.addEventListener("load", () => this.#show(true));
    this.preview.addEventListener("error", () => this.#show(false)); // no picture: the server says what is wrong
    if (this.field.files.length) this.#chosen();
  }

  disconnectedCallback() {
    URL.revokeObjectURL(this.#url);
  }

  #chosen() {
    const [file] = this.field.files;
    URL.revokeObjectURL(this.#url);
    this.#url = file ? URL.createObjectURL(file) : "";
    if (file) this.preview.src = this.#url;
    else this.#show(false);
  }

  #show(isChosen) {
    this.preview.hidden = !isChosen;
    this.shown.hidden = isChosen;
    this.querySelector("[data-unsent]").hidden = !isChosen;
  }
}

customElements.define("picture-preview", PicturePreview);
