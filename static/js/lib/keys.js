// Which keys mean what. "g" waits for a second key; nothing works while somebody is typing.

const SINGLE = {
  j: "next", k: "previous", o: "open", Enter: "open", r: "reply", l: "like", t: "retweet", q: "quote",
  d: "bookmark", n: "compose", ".": "fresh", "?": "help", "/": "search",
};
const AFTER_G = {
  h: "home", n: "notifications", e: "explore", m: "messages", b: "bookmarks", p: "profile", s: "settings",
};
const PATIENCE = 1200;

// Whether letters alone do anything: a choice of this browser, made in the settings.
export function haveSingleKeys(cookies) {
  return !cookies.split("; ").includes("keys=off");
}

export class Keys {
  #waitingSince = null;

  // The action for a key, or null. `typing` is true inside inputs and open dialogs.
  press(event, typing, now = Date.now()) {
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
      this.#waitingSince = null;
      return null;
    }
    const waiting = this.#waitingSince !== null && now - this.#waitingSince < PATIENCE;
    this.#waitingSince = null;
    if (waiting) return AFTER_G[event.key] ?? null;
    if (event.key === "g") {
      this.#waitingSince = now;
      return null;
    }
    return SINGLE[event.key] ?? null;
  }
}
