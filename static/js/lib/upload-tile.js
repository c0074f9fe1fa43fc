// One picture of a composer, from the file to the hidden field that names it.

import { announce } from "./announce.js";
import { lengthOf } from "./field-notes.js";
import { prepared, send } from "./uploads.js";

export class Tile {
  #stop = new AbortController();

  constructor(element, words, csrf, onChange) {
    Object.assign(this, { element, words, csrf, onChange, id: "", alt: "", ready: false });
    this.image = element.querySelector("img");
  }

  send(file) {
    this.file = file;
    if (file.type.startsWith("image/")) this.image.src = URL.createObjectURL(file);
    return this.#work(async () => {
      const { signal } = this.#stop;
      const told = await send(this.words.src, file, this.csrf, (part) => this.#progress(part), signal);
      this.id = told.id;
      this.#progress(null);
      announce(this.words.busy);
      this.take(await prepared(this.url, signal));
      announce(this.words.ready);
    });
  }

  get url() {
    return `${this.words.src}${this.id}/`;
  }

  // What the server says of an upload; one that is not ready yet is waited for.
  take(told) {
    this.id = told.id;
    this.alt = this.alt || told.alt_text;
    this.image.src = told.preview_url || this.image.src;
    this.image.alt = this.alt;
    if (told.state !== "ready") return this.#work(async () => this.take(await prepared(this.url, this.#stop.signal)));
    this.ready = true;
    this.#progress(1, true);
    if (!this.element.querySelector("input")) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "media_id", value: this.id });
      this.element.append(field);
    }
    this.#showAlt();
    return this.onChange();
  }

  async describe(text) {
    this.alt = text;
    this.image.alt = text;
    this.#showAlt();
    const wasTooLong = this.isTooLong;
    this.isTooLong = lengthOf(text) > Number(this.words.altMost);
    if (wasTooLong || this.isTooLong) this.#tell(this.isTooLong ? this.words.altLong : "");
    this.onChange();
    if (!this.id || this.isTooLong) return;
    const body = new URLSearchParams({ alt_text: text });
    const headers = { "X-CSRFToken": this.csrf };
    const answer = await fetch(this.url, { method: "POST", body, headers }).catch(() => null);
    if (!answer?.ok) this.#refuse(this.words.failed);
  }

  retry() {
    this.#refuse("");
    this.#stop = new AbortController();
    if (this.file) this.send(this.file);
  }

  discard() {
    this.#stop.abort();
    this.element.remove();
    const headers = { "X-CSRFToken": this.csrf };
    if (this.id) fetch(this.url, { method: "DELETE", headers }).catch(() => {}); // else it is swept within a day
  }

  async #work(job) {
    try {
      await job();
      if (this.alt && this.ready) await this.describe(this.alt);
    } catch (error) {
      if (this.element.isConnected) this.#refuse(error.message || this.words.failed, error.isFinal);
    }
    this.onChange();
  }

  #progress(part, done = false) {
    const bar = this.element.querySelector("progress");
    bar.hidden = done;
    if (part === null) bar.removeAttribute("value");
    else bar.value = part;
  }

  #showAlt() {
    this.element.querySelector("[data-do=describe]").classList.toggle("upload__button--done", Boolean(this.alt));
  }

  #tell(words) {
    const line = this.element.querySelector(".upload__error");
    line.textContent = words;
    line.hidden = !words;
  }

  #refuse(words, isFinal = false) {
    this.#tell(words);
    this.element.classList.toggle("upload--refused", Boolean(words && isFinal));
    this.element.querySelector("[data-do=retry]").hidden = !words || isFinal || !this.file;
    this.isRefused = Boolean(words);
    this.#progress(words ? 1 : 0, this.isRefused);
  }
}
