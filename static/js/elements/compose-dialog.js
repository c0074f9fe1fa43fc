// Opens the composer over the page. The link behind it leads to the compose page, which is also
// where the composer comes from.

import { getFragment } from "lib/http";

class ComposeDialog extends HTMLElement {
  #stop = new AbortController();
  #turn = null;

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector("[data-body]");
    document.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("composer:sent", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.body.replaceChildren());
    for (const name of ["resize", "scroll"]) visualViewport.addEventListener(name, () => this.#fit(), { signal });
    this.dialog.addEventListener("mousedown", ({ target }) => target === this.dialog && this.dialog.close());
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  // A keyboard that covers the page (as on an iPhone) leaves only this to be seen; who zooms in moves about by hand.
  #fit() {
    const { height, offsetTop, scale } = visualViewport;
    if (scale > 1.01) return;
    this.dialog.style.setProperty("--seen", `${height}px`);
    this.dialog.style.setProperty("--seen-top", `${offsetTop}px`);
  }

  #pressed(event) {
    const link = event.target.closest?.("a[data-compose]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setTimeout(() => this.open(link.href)); // a menu it stood in has closed by then, and has the focus back afterwards
  }

  get #title() {
    return this.querySelector("#compose-title");
  }

  // Open at once, with the shape of what is coming.
  #wait(parameters) {
    this.#title.textContent = this.dataset[parameters.has("reply_to") ? "reply" : parameters.has("quote_of") ? "quote" : "new"];
    this.body.replaceChildren(this.querySelector("template").content.cloneNode(true));
    this.dialog.showModal();
  }

  async open(href) {
    if (this.dialog.open) return;
    const parent = new URL(href).searchParams.get("reply_to");
    const inline = parent && document.getElementById(`composer-${parent}`);
    if (inline) {
      inline.querySelector("textarea").focus();
      return;
    }
    const turn = (this.#turn = {});
    this.#wait(new URL(href).searchParams);
    try {
      const fragment = await getFragment(href);
      const page = fragment.querySelector("[data-compose-page]");
      if (turn !== this.#turn || !this.dialog.open) return; // closed meanwhile
      this.body.replaceChildren(page ?? fragment);
    } catch {
      if (turn === this.#turn && this.dialog.open) location.assign(href);
      return;
    }
    window.htmx.process(this.body);
    this.#title.textContent = this.body.querySelector("form").getAttribute("aria-label");
    const field = this.body.querySelector(".composer__text");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

customElements.define("compose-dialog", ComposeDialog);
