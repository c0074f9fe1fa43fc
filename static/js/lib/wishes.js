// Buttons that are on or off, pressed faster than the server answers. The newest wish wins: one request at a
// time, and what was wished meanwhile is sent after its answer, unless that is what was sent.

import { nudge } from "./numbers.js";

export class Wishes {
  #open = new Map();
  #ask;
  #show;
  #failed;

  // A state is {pressed, count}, the count in words. `ask(key, wish)` resolves to the state the server then has;
  // `show(key, state)` draws it on every button of that key; `failed(error)` says what was not done.
  constructor(ask, show, failed) {
    this.#ask = ask;
    this.#show = show;
    this.#failed = failed;
  }

  // What is shown while the server has not answered; null when there is nothing to wait for.
  shown(key) {
    const open = this.#open.get(key);
    if (!open) return null;
    const { said, wish } = open;
    return wish === said.pressed ? said : { pressed: wish, count: nudge(said.count, wish ? 1 : -1) };
  }

  // A press on a button that shows `state`. Resolves to what the server has when all is settled, for the press
  // that began it; to nothing for those that joined.
  async press(key, state) {
    const wish = !state.pressed;
    const open = this.#open.get(key) ?? { said: state };
    const settles = "wish" in open;
    this.#open.set(key, Object.assign(open, { wish }));
    this.#show(key, this.shown(key));
    return settles ? null : this.#settle(key, open);
  }

  async #settle(key, open) {
    for (let sent = null; sent !== open.wish; ) {
      sent = open.wish;
      try {
        open.said = await this.#ask(key, sent);
      } catch (error) {
        // The answer may be what was lost, not the deed: a newer wish is sent even if it looks fulfilled
        if (sent !== open.wish) continue;
        sent = open.wish = open.said.pressed;
        this.#failed(error);
      }
      if (sent !== open.wish) this.#show(key, this.shown(key));
    }
    this.#open.delete(key);
    this.#show(key, open.said);
    return open.said;
  }
}
