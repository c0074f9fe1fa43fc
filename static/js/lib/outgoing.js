// Messages that are on their way: kept in this browser until the server has them, in the order they were
// written. Each has a key of its own, so that one sent twice is stored once; two tabs may both send.

import { delayFor } from "./backoff.js";

export class Outgoing extends EventTarget {
  #storage;
  #key;
  #post;
  #busy = false;
  #again = false;
  #attempt = 0;
  #timer = null;
  #memory = [];

  // `post(item)` resolves to {id}, {error} for a refusal, or rejects when nothing was answered.
  constructor(storage, owner, post) {
    super();
    this.#storage = storage;
    this.#key = `outgoing:${owner}`;
    this.#post = post;
  }

  get waits() {
    return this.#attempt > 0;
  }

  items(...conversations) {
    return this.#read().filter((item) => conversations.includes(item.conversation));
  }

  add(item) {
    this.#write([...this.#read(), item]);
    return this.flush();
  }

  retry(client) {
    this.#write(this.#read().map((item) => (item.client === client ? { ...item, error: "" } : item)));
    return this.flush();
  }

  drop(client) {
    const all = this.#read();
    this.#write(all.filter((item) => item.client !== client));
    return all.find((item) => item.client === client);
  }

  async flush() {
    this.#again = this.#busy;
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      await this.#send();
    } finally {
      this.#busy = false;
    }
    if (this.#again) await this.flush();
  }

  async #send() {
    for (let item; (item = this.#read().find(({ error }) => !error)); ) {
      try {
        this.#answered(item, await this.#post(item));
        this.#attempt = 0;
      } catch {
        this.#attempt += 1;
        this.#timer = setTimeout(() => this.flush(), delayFor(this.#attempt));
        this.#timer?.unref?.();
        this.#tell();
        return;
      }
    }
  }

  #answered(item, { id, error }) {
    if (error) {
      this.#write(this.#read().map((one) => (one.client === item.client ? { ...one, error } : one)));
      return;
    }
    this.dispatchEvent(new CustomEvent("sent", { detail: { ...item, id } }));
    this.drop(item.client);
  }

  // A full or forbidden storage costs what outlives the page, never the message.
  #read() {
    try {
      return JSON.parse(this.#storage.getItem(this.#key) ?? "null") ?? this.#memory;
    } catch {
      return this.#memory;
    }
  }

  #write(items) {
    this.#memory = items;
    try {
      this.#storage.setItem(this.#key, JSON.stringify(items));
    } catch {
      try {
        this.#storage.removeItem(this.#key);
      } catch {
        // forbidden as well
      }
    }
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
