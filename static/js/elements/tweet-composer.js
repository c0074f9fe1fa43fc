// The form a tweet is written in: counts as the server counts, keeps a draft until it is sent,
// keeps the text when it is refused, sends with Ctrl or Cmd and Enter.

import { word } from "lib/announce";
import { Extras } from "lib/composer-extras";
import { ComposerWords } from "lib/composer-words";
import { Drafts } from "lib/drafts";
import { endsSession } from "lib/http";
import { errorIn, placeOf } from "lib/posted";
import { RestoredDraft } from "lib/restored-draft";
import { isBlank, weightedLength } from "lib/text";

class TweetComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.querySelector(".composer__text");
    this.button = this.querySelector("button[type=submit]");
    this.words = new ComposerWords(this, this.button);
    this.drafts = new Drafts(localStorage, document.body.dataset.viewer);
    this.given = this.field.value;
    this.extras = new Extras(this.form, () => this.#changed());
    this.restored = new RestoredDraft(this.form, (draft) => this.#put(draft));
    const draft = this.drafts.whole(this.dataset.draft);
    if (draft.text.startsWith(this.given)) this.#fill(draft); // nothing there yet, or whom the draft names too
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.form.addEventListener("htmx:beforeRequest", () => this.#sending(true));
    this.form.addEventListener("htmx:afterRequest", (event) => this.#answered(event));
    this.form.addEventListener("htmx:beforeSwap", (event) => this.#place(event));
    document.addEventListener("draft:kept", this.#kept);
    addEventListener("online", this.#back);
    this.#changed(false);
  }

  disconnectedCallback() {
    document.removeEventListener("draft:kept", this.#kept);
    removeEventListener("online", this.#back);
    document.dispatchEvent(new CustomEvent("draft:kept", { detail: this.dataset.draft }));
  }

  // Another composer of the same draft has gone from the page: what it left, sent or not, is the draft.
  #kept = ({ detail }) => {
    if (detail === this.dataset.draft) this.#put(this.drafts.whole(detail));
  };

  // What was refused for want of a network is no refusal any more.
  #back = () => this.querySelector("[data-error]").textContent === word("kept") && this.#refuse("");

  #fill({ text, more }) {
    this.field.value = text || this.given;
    this.extras.restore(more);
    this.restored.show({ text, more }, this.given);
  }

  // Into the form and into the store; what is fetched late is not missing there meanwhile.
  #put(draft) {
    this.extras.clear();
    this.#fill(draft);
    this.drafts.keepWhole(this.dataset.draft, draft);
    this.#changed(false);
  }

  #changed(keep = true) {
    const text = this.field.value;
    if (keep) this.drafts.keepWhole(this.dataset.draft, { text, more: this.extras.kept() });
    const isEmpty = isBlank(text) && !(this.extras.hasMedia && !this.extras.hasPoll);
    this.words.show({ length: weightedLength(text), extras: this.extras.hindrance, isEmpty });
    this.#grow();
  }

  // Only where the browser cannot size a field by its content itself.
  #grow() {
    const { value } = this.field;
    if (!CSS.supports("field-sizing", "content")) this.field.rows = Math.min(14, value.split("\n").length + value.length / 60);
  }

  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || this.button.disabled) return;
    event.preventDefault();
    this.form.requestSubmit(this.button);
  }

  #sending(busy) {
    this.button.disabled = busy;
    this.form.ariaBusy = String(busy);
    this.#refuse("");
  }

  #answered({ detail: { xhr } }) {
    this.#sending(false);
    if (endsSession(xhr.responseURL)) return; // the draft waits for whoever logs in again
    if (xhr.status < 200 || xhr.status >= 400) { // htmx calls no answer successful that leads to another page
      this.#refuse(errorIn(xhr.responseText) || word(navigator.onLine ? "failed" : "kept"));
      return this.#changed(false);
    }
    this.field.value = "";
    this.extras.clear();
    this.restored.hide();
    this.drafts.keepWhole(this.dataset.draft);
    this.form.elements.idempotency_key.value = crypto.randomUUID();
    this.#changed(false);
    return this.dispatchEvent(new CustomEvent("composer:sent", { bubbles: true }));
  }

  // Where the new tweet belongs on this page, if anywhere; the server's toast says that it was sent.
  #place(event) {
    const { xhr } = event.detail;
    if (xhr.status >= 400 || endsSession(xhr.responseURL)) return;
    const place = placeOf(this.form), target = place || event.detail.target;
    Object.assign(event.detail, { shouldSwap: Boolean(place), target, swapOverride: "afterbegin" });
  }

  #refuse(words) {
    this.querySelector(".composer__error").hidden = !words;
    this.querySelector("[data-error]").textContent = words;
  }
}

customElements.define("tweet-composer", TweetComposer);
