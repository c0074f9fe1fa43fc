// How much of a field is filled: for eyes at once, for ears when they pause near the end.

const NEAR = 20;
const PAUSE = 800;

class TextCounter extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.max = Number(this.getAttribute("max"));
    if (!this.field || !this.max) return;
    this.shown = this.appendChild(Object.assign(document.createElement("span"), { ariaHidden: "true" }));
    this.said = this.appendChild(Object.assign(document.createElement("span"), { className: "visually-hidden", role: "status" }));
    this.field.addEventListener("input", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    this.field?.removeEventListener("input", this);
    clearTimeout(this.timer);
  }

  handleEvent() {
    const count = [...this.field.value.replace(/\r\n/g, "\n").normalize("NFC")].length;
    this.shown.textContent = `${count} / ${this.max}`;
    this.toggleAttribute("data-over", count > this.max);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.said.textContent = count > this.max - NEAR ? this.shown.textContent : ""; }, PAUSE);
  }
}

customElements.define("text-counter", TextCounter);
