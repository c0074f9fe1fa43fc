// The line that says that a draft came back, with the way to be rid of it, and the way back from that.

const NONE = { text: "", more: "" };
const LATER = 100; // a region that speaks must have been there before its words
const EDITS = ["input", "change", "paste", "drop", "submit"];

export class RestoredDraft {
  #timer = null;

  // `put(draft)` writes a draft into the composer.
  constructor(form, put) {
    this.line = form.querySelector(".composer__draft");
    this.words = this.line.querySelector("[role=status]");
    this.button = this.line.querySelector("button");
    this.button.addEventListener("click", () => this.#pressed(put));
    for (const name of EDITS) form.addEventListener(name, () => this.hide());
    form.addEventListener("click", ({ target }) => target.closest("[data-tool], [data-do]") && this.hide());
  }

  // Nothing is said of a draft that is no more than what was `given` with the form.
  show(draft, given) {
    const isDraft = draft.more || !["", given.trim()].includes(draft.text.trim());
    if (!isDraft) return this.hide();
    this.draft = draft;
    return this.#say("restored");
  }

  hide() {
    clearTimeout(this.#timer);
    this.line.hidden = true;
    this.words.textContent = "";
  }

  #pressed(put) {
    const { draft, state } = this;
    if (state === "discarded") return put(draft);
    put(NONE);
    return this.#say("discarded");
  }

  #say(state) {
    const { dataset } = this.line;
    this.state = state;
    this.line.hidden = false;
    this.button.textContent = state === "restored" ? dataset.discard : dataset.undo;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.words.textContent = dataset[state]; }, LATER);
  }
}
