// What was written and not sent, kept in this browser, one per person and place.

export class Drafts {
  #storage;
  #owner;

  constructor(storage, owner) {
    this.#storage = storage;
    this.#owner = owner;
  }

  read(place) {
    try {
      return this.#storage.getItem(this.#key(place)) ?? "";
    } catch {
      return "";
    }
  }

  // A full or forbidden storage costs the draft, never the writing.
  keep(place, text) {
    try {
      if (text.trim()) this.#storage.setItem(this.#key(place), text);
      else this.#storage.removeItem(this.#key(place));
    } catch {
      return false;
    }
    return true;
  }

  // A tweet's draft is its words and what it has besides.
  whole(place) {
    return { text: this.read(place), more: this.read(`${place}:more`) };
  }

  keepWhole(place, { text = "", more = "" } = {}) {
    this.keep(place, text);
    this.keep(`${place}:more`, more);
  }

  forget(place) {
    this.keep(place, "");
  }

  #key(place) {
    return `draft:${this.#owner}:${place}`;
  }
}
