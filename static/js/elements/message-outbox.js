// What is on its way in this conversation: shown at once, then replaced by the message itself; what was
// refused says why, and its words can be sent again or taken back into the field.

import { outgoing } from "lib/messages";

class MessageOutbox extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.list = this.querySelector("[data-unsent]");
    this.thread = this.closest("message-thread");
    outgoing.addEventListener("change", () => this.#show(), { signal });
    outgoing.addEventListener("sent", ({ detail }) => this.#landed(detail), { signal });
    this.thread.addEventListener("thread:shown", () => this.#tidy(), { signal });
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#show(), { signal });
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #show() {
    const items = outgoing.items(...this.getAttribute("conversations").split(" "));
    const known = new Set(items.map(({ client }) => client));
    for (const element of this.list.children) {
      const gone = !known.has(element.dataset.client) && !("landed" in element.dataset);
      if (gone) element.remove();
    }
    for (const item of items) this.#draw(item);
  }

  #draw(item) {
    if (this.thread.querySelector(`[data-messages] [data-client="${CSS.escape(item.client)}"]`)) return;
    let element = [...this.list.children].find(({ dataset }) => dataset.client === item.client);
    if (!element) {
      element = this.querySelector("template").content.firstElementChild.cloneNode(true);
      element.dataset.client = item.client;
      const text = element.querySelector("[data-text]");
      text.textContent = item.text;
      text.hidden = !item.text;
      for (const { src, alt } of item.media) element.querySelector("[data-previews]").append(Object.assign(new Image(), { src, alt }));
      this.list.append(element);
      this.thread.log?.toEnd();
    }
    const state = element.querySelector("[data-state]");
    const waits = !navigator.onLine || outgoing.waits;
    state.textContent = item.error ? "" : waits ? state.dataset.waiting : state.dataset.sending;
    element.classList.toggle("message--refused", Boolean(item.error));
    element.querySelector("[data-words]").textContent = item.error ?? "";
    element.querySelector("[data-failed]").hidden = !item.error;
  }

  // The server has it; it stays in sight until the thread shows it.
  #landed({ client }) {
    const element = [...this.list.children].find(({ dataset }) => dataset.client === client);
    if (!element) return;
    element.dataset.landed = "";
    element.querySelector("[data-state]").textContent = "";
    this.#tidy();
  }

  #tidy() {
    for (const element of [...this.list.children])
      if (this.thread.querySelector(`[data-messages] [data-client="${CSS.escape(element.dataset.client)}"]`)) element.remove();
  }

  #pressed({ target }) {
    const { do: action } = target.closest("[data-do]")?.dataset ?? {};
    if (!action) return;
    const { client } = target.closest("[data-client]").dataset;
    if (action === "retry") outgoing.retry(client);
    else document.querySelector("message-composer")?.take(outgoing.drop(client));
  }
}

customElements.define("message-outbox", MessageOutbox);
