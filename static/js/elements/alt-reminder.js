// Asks once before a tweet leaves with pictures that nobody has described.

const HASTE = 500;

class AltReminder extends HTMLElement {
  #stop = new AbortController();
  #asked = new WeakSet(); // composers, until they have sent
  #waiting = null;
  #since = 0;

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.dialog = this.querySelector("dialog");
    document.addEventListener("htmx:confirm", (event) => this.#ask(event), { signal });
    document.addEventListener("composer:sent", ({ target }) => this.#asked.delete(target), { signal });
    this.dialog.addEventListener("close", () => this.#answered(), { signal });
    this.dialog.addEventListener("click", (event) => this.#beside(event), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #ask(event) {
    const { elt, issueRequest } = event.detail;
    const composer = elt.closest("tweet-composer");
    const tray = composer?.querySelector("media-tray");
    const bare = tray?.tiles.filter((tile) => !tile.alt) ?? [];
    if (!bare.length || this.#asked.has(composer)) return;
    event.preventDefault();
    this.#waiting = { composer, issueRequest, describe: () => tray.alt.open(bare[0]) };
    const { one, many, textOne, textMany } = this.dataset, isOne = bare.length === 1;
    this.querySelector("h2").textContent = isOne ? one : many.replace("{n}", bare.length);
    this.querySelector(".dialog__text").textContent = isOne ? textOne : textMany;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.#since = performance.now();
  }

  // The second press of a double click falls beside the dialog that the first has opened.
  #beside({ target, timeStamp }) {
    if (target === this.dialog && timeStamp - this.#since > HASTE) this.dialog.close();
  }

  #answered() {
    const { composer, issueRequest, describe } = this.#waiting;
    if (this.dialog.returnValue) this.#asked.add(composer);
    if (this.dialog.returnValue === "send") issueRequest(true);
    if (this.dialog.returnValue === "describe") describe();
  }
}

customElements.define("alt-reminder", AltReminder);
