// Why a tweet stands where it does, over the list. The link behind it leads to a page that says the same.

import { getFragment } from "lib/http";

class WhySheet extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector("[data-body]");
    document.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close(), { signal });
    this.dialog.addEventListener("close", () => this.body.replaceChildren(), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #pressed(event) {
    const link = event.target.closest?.("a[data-why]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.ariaBusy !== "true") this.#open(link);
  }

  async #open(link) {
    link.ariaBusy = "true";
    try {
      this.body.replaceChildren(await getFragment(link.href));
    } catch {
      location.assign(link.href);
      return;
    } finally {
      link.ariaBusy = null;
    }
    link.focus(); // has it again when the sheet closes
    this.dialog.showModal();
    this.dialog.focus(); // its beginning: the only link stands at the end
  }
}

customElements.define("why-sheet", WhySheet);
