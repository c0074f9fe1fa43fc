// What was searched for last, on this device only. A browser that keeps nothing keeps nothing here.

const MOST = 5;

export class Recent {
  constructor(key, storage = storageOf()) {
    this.key = key;
    this.storage = storage;
  }

  list() {
    try {
      const kept = JSON.parse(this.storage?.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, MOST) : [];
    } catch {
      return [];
    }
  }

  add(text) {
    this.#keep([text, ...this.list().filter((one) => one !== text)].slice(0, MOST));
  }

  clear() {
    this.#keep([]);
  }

  #keep(list) {
    try {
      this.storage?.setItem(this.key, JSON.stringify(list));
    } catch {
      // full or forbidden
    }
  }
}

// The same as a list of options, with one that forgets them.
export function listed(words, action, { recent, clear }) {
  const item = (textContent, href, kind) =>
    Object.assign(document.createElement("a"), { className: `search__item search__item--${kind}`, role: "option", href, textContent, dir: "auto" });
  const list = Object.assign(document.createElement("div"), { role: "listbox", ariaLabel: recent });
  list.append(...words.map((text) => item(text, `${action}?q=${encodeURIComponent(text)}`, "recent")), item(clear, "#", "clear"));
  return list;
}

function storageOf() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
