// Fetching what a conversation lacks: what came after its last message, what lies before its first.

import { getFragment } from "./http.js";

export class ThreadFeed {
  #busy = null;
  #again = false;

  constructor(src, log) {
    this.src = src;
    this.log = log;
  }

  // All there is after the last message, in order. One fetch at a time; whoever asks meanwhile makes one more.
  async newer(show) {
    this.#again = Boolean(this.#busy);
    this.#busy ??= this.#fetchNewer(show).finally(() => (this.#busy = null));
    await this.#busy;
    if (this.#again) await this.newer(show);
  }

  async #fetchNewer(show) {
    try {
      for (let more = true; more; ) {
        const thread = await this.#get(`after=${this.log.last}`);
        show(messagesIn(thread));
        this.log.seen(thread.dataset.seen);
        more = Boolean(thread.dataset.newer);
      }
    } catch {
      // the next hint or catch-up asks again
    }
  }

  // The page before; the link then leads to the one before that, or goes. False when it did not come.
  async older(link) {
    try {
      const thread = await this.#get(link.getAttribute("href").slice(1));
      this.log.prepend(messagesIn(thread));
      link.href = `?before=${thread.dataset.older}`;
      if (!thread.dataset.older) link.remove();
      return true;
    } catch {
      return false;
    }
  }

  // A message as it is by now, or its absence.
  async renew(id) {
    try {
      const thread = await this.#get(`after=${BigInt(id) - 1n}`);
      this.log.replace(id, thread.querySelector(`#message-${id}`));
      this.log.seen(thread.dataset.seen);
    } catch {
      // a reload shows it
    }
  }

  async #get(query) {
    return (await getFragment(`${this.src}?${query}`)).querySelector("[data-thread]");
  }
}

function messagesIn(thread) {
  return [...thread.querySelectorAll(".message")];
}
