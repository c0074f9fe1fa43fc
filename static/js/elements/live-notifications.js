// The list of notifications, kept fresh while it is looked at: a line that grew is drawn anew and moves up,
// a line that went goes, and what was read, wherever that was, looks read. Nothing moves under a reader who has
// scrolled: it waits until they are back.

import { announce } from "lib/announce";
import { getFragment } from "lib/http";
import { byTime, calm, merge, settle, unreadOf, words } from "lib/lines";
import { live } from "lib/live";
import { throttle } from "lib/throttle";
import { showCount } from "elements/unread-badge";

const AT_TOP = 120;

class LiveNotifications extends HTMLElement {
  #waits = false;
  #stop = new AbortController();
  #refresh = throttle(() => this.#fetch(), 700, { jitter: 100 });

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.feed = this.querySelector(".feed");
    this.form = document.querySelector("form.reading");
    for (const hint of ["notification.new", "notification.read", "notification.gone", "catchup"])
      live.addEventListener(hint, this.#refresh, { signal });
    addEventListener("scroll", () => this.#waits && scrollY <= AT_TOP && this.#refresh(), { passive: true, signal });
    document.addEventListener("submit", ({ target }) => this.#reading(target), { signal });
    document.addEventListener("htmx:afterRequest", ({ target, detail }) => this.#answered(target, detail), { signal });
    for (const press of ["click", "auxclick"]) this.addEventListener(press, (event) => this.#opened(event), { capture: true, signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.#refresh.cancel();
  }

  async #fetch() {
    try {
      this.#take(await getFragment(this.getAttribute("src")));
    } catch {
      // the next hint or catch-up asks again
    }
  }

  #take(fragment) {
    settle(this.feed, fragment);
    this.#waits = scrollY > AT_TOP;
    if (!this.#waits) {
      const focused = document.activeElement?.closest?.("article")?.id;
      const first = fragment.querySelector("article");
      const news = merge(this.feed, fragment);
      if (first) this.querySelector(".empty")?.remove();
      if (focused && !this.contains(document.activeElement)) document.getElementById(focused)?.focus({ preventScroll: true });
      if (news) announce(words(first));
    }
    this.#agree();
  }

  // The button stands there as long as a line looks unread, and means all lines that are here.
  #agree() {
    if (!this.form) return;
    const open = unreadOf(this.feed);
    this.form.hidden = !open.length;
    const places = [this.form.elements.until.value, ...open.map(({ dataset }) => dataset.place)].filter(Boolean);
    this.form.elements.until.value = places.sort(byTime).at(-1) ?? "";
  }

  // A press says what was read; the lines show it at once.
  #reading(form) {
    if (form === this.form) this.#readAll();
    else if (form.matches(".notification__read")) setTimeout(() => this.#readOne(form.closest("article")));
  }

  // Also without a press: the page says so by itself after a moment.
  #answered(form, { successful, xhr }) {
    if (!successful || form.getAttribute?.("action") !== this.form?.getAttribute("action")) return;
    if (form === this.form) this.#readAll();
    showCount(xhr.responseText);
  }

  #readAll() {
    const { value } = this.form.elements.until;
    for (const article of unreadOf(this.feed)) if (!value || byTime(article.dataset.place, value) < 0 || article.dataset.place === value) calm(article);
    this.#agree();
  }

  #readOne(article) {
    if (article) calm(article);
    this.#agree();
  }

  // Whoever opens a line has read it, also when the page goes away at once.
  #opened({ target, button }) {
    const article = target.closest("article.notification--unread");
    if (!article || button > 1 || target.closest("form, .buttons")) return;
    const form = article.querySelector(".notification__read");
    if (form) navigator.sendBeacon(form.action, new FormData(form));
    setTimeout(() => this.#readOne(article));
  }
}

customElements.define("live-notifications", LiveNotifications);
