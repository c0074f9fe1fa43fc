// The field a message is written in. Enter sends where there is a keyboard; a draft is kept; the other is
// told now and then that somebody types. What is sent goes into the queue, which brings it to the server.

import { Drafts } from "lib/drafts";
import { outgoing, postQuietly } from "lib/messages";
import { newKey } from "lib/new-key";
import { isBlank } from "lib/text";

const TYPING_EVERY = 3000;
const LENGTH = 10_000;

class MessageComposer extends HTMLElement {
  #told = 0;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.querySelector("[name=text]"); // not the one of the pictures' descriptions
    this.button = this.querySelector("button[type=submit]");
    this.tray = this.querySelector("media-tray");
    this.files = this.querySelector("[data-files]");
    customElements.upgrade(this.tray);
    this.files.removeAttribute("name"); // the tray sends them
    this.drafts = new Drafts(localStorage, document.body.dataset.viewer);
    if (!this.field.value) this.field.value = this.drafts.read(this.dataset.draft);
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.form.addEventListener("submit", (event) => this.#submit(event));
    if (this.hasAttribute("first")) outgoing.addEventListener("sent", ({ detail }) => this.#begun(detail));
    this.form.addEventListener("tray:changed", () => this.#changed());
    this.files.addEventListener("change", () => {
      this.tray.add(this.files.files);
      this.files.value = "";
    });
    this.#changed();
    if (matchMedia("(hover: hover)").matches) this.field.focus({ preventScroll: true });
  }

  // A message that was refused comes back into the field, with what it carried.
  take(item) {
    if (!item) return;
    const written = this.field.value.trim();
    this.field.value = written ? `${item.text}\n${written}` : item.text;
    this.tray.restore(item.media.map(({ id }) => id));
    this.#typed();
    this.field.focus();
  }

  #typed() {
    this.#changed();
    const address = this.getAttribute("typing");
    if (!address || isBlank(this.field.value) || Date.now() - this.#told < TYPING_EVERY) return;
    this.#told = Date.now();
    postQuietly(address, {});
  }

  #changed() {
    const text = this.field.value;
    this.drafts.keep(this.dataset.draft, text);
    const over = [...text.trim()].length - LENGTH;
    if (over > 0) this.#refuse(this.dataset.long.replace("{n}", over));
    else if (this.isLong) this.#refuse("");
    this.isLong = over > 0;
    this.button.disabled = this.isLong || this.tray.isBusy || (isBlank(text) && !this.tray.tiles.length);
    if (!CSS.supports("field-sizing", "content")) this.field.rows = Math.min(8, text.split("\n").length);
  }

  #key(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    const wants = event.ctrlKey || event.metaKey || (!event.shiftKey && matchMedia("(hover: hover)").matches);
    if (!wants) return;
    event.preventDefault();
    if (!this.button.disabled) this.form.requestSubmit(this.button);
  }

  #submit(event) {
    const conversation = this.getAttribute("conversation");
    event.preventDefault();
    if (this.button.disabled) return;
    const media = this.tray.tiles.map(({ id, image, alt }) => ({ id, src: image.src, alt }));
    const { action } = this.form;
    const item = { client: newKey(), conversation, action: new URL(action).pathname, text: this.field.value.trim(), media };
    this.field.value = "";
    this.#told = 0;
    this.tray.clear();
    this.#refuse("");
    this.#changed();
    outgoing.add(item);
    this.field.focus();
  }

  // The conversation has a page of its own now; the address where it began leads there. What else waits
  // is sent on meanwhile, and going there a second time would break off the first.
  #begun({ conversation }) {
    if (this.isLeaving || !this.isConnected || conversation !== this.getAttribute("conversation")) return;
    this.isLeaving = true;
    location.replace(this.form.action);
  }

  #refuse(words) {
    const line = this.querySelector(".composer__error");
    line.hidden = !words;
    line.querySelector("[data-error]").textContent = words;
  }
}

customElements.define("message-composer", MessageComposer);
