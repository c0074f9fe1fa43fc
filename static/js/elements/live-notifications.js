// The list of notifications, kept fresh while it is looked at: a line that grew is drawn anew and moves up,
// a line that went goes. Nothing moves under a reader who has scrolled: it waits until they are back.

import { announce } from "lib/announce";
import { getFragment } from "lib/http";
import { live } from "lib/live";
import { throttle } from "lib/throttle";

const AT_TOP = 120;

class LiveNotifications extends HTMLElement {
  #waits = false;
  #stop = new AbortController();
  #refresh = throttle(() => this.#fetch(), 700, { jitter: 100 });

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.feed = this.querySelector(".feed");
    this.form = document.querySelector("form.reading");
    for (const hint of ["notification.new", "notification.gone", "catchup"]) live.addEventListener(hint, () => this.#hint(), { signal });
    addEventListener("scroll", () => this.#waits && this.#hint(), { passive: true, signal });
    document.addEventListener("submit", ({ target }) => this.#reading(target), { signal });
    this.form?.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && (this.form.hidden = true), { signal });
    this.addEventListener("click", (event) => this.#opened(event), { capture: true, signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.#refresh.cancel();
  }

  #hint() {
    this.#waits = scrollY > AT_TOP;
    if (!this.#waits) this.#refresh();
  }

  async #fetch() {
    try {
      this.#merge(await getFragment(this.getAttribute("src")));
    } catch {
      // the next hint or catch-up asks again
    }
  }

  // The first page as it is now, then what stood below it and is older.
  #merge(fragment) {
    const fresh = [...fragment.querySelectorAll("article")];
    const shown = new Map([...this.feed.querySelectorAll("article")].map((article) => [article.id, article]));
    const ends = !fragment.querySelector("load-more");
    const last = fresh.at(-1);
    const focused = document.activeElement?.closest?.("article")?.id;
    let news = 0;
    let after = null;
    for (const article of fresh) {
      const old = shown.get(article.id);
      shown.delete(article.id);
      const node = old && words(old) === words(article) ? old : article;
      if (node !== old) {
        old?.remove();
        news += 1;
      }
      const place = after ? after.nextElementSibling : this.feed.firstElementChild;
      if (node !== place) this.feed.insertBefore(node, place);
      if (node !== old) window.htmx.process(node);
      after = node;
    }
    // what the first page would show and does not is gone; lines of later pages stay
    for (const article of shown.values()) if (!last || ends || isBefore(article, last)) article.remove();
    if (fresh.length) this.querySelector(".empty")?.remove();
    if (focused && !this.contains(document.activeElement)) document.getElementById(focused)?.focus({ preventScroll: true });
    this.#offer(fresh);
    if (news) announce(words(fresh[0]));
  }

  #offer(fresh) {
    if (!this.form || !fresh.some((article) => article.matches(".notification--unread"))) return;
    this.form.elements.until.value = fresh.map(({ dataset }) => dataset.place).sort(byTime).at(-1);
    this.form.hidden = false;
  }

  // A press says what was read; the lines show it at once.
  #reading(form) {
    if (form === this.form) {
      for (const article of this.feed.querySelectorAll(".notification--unread")) calm(article);
      form.hidden = true;
    } else if (form.matches(".notification__read")) setTimeout(() => calm(form.closest("article")));
  }

  // Whoever opens a line has read it, also when the page goes away at once.
  #opened({ target }) {
    const article = target.closest("article.notification--unread");
    if (!article || target.closest("form, .buttons")) return;
    const form = article.querySelector(".notification__read");
    if (form) navigator.sendBeacon(form.action, new FormData(form));
  }
}

function calm(article) {
  article.classList.remove("notification--unread");
  article.querySelector(".notification__read")?.remove();
  article.querySelector("[data-unread]")?.remove();
}

// Places are "microseconds-id".
function byTime(one, other) {
  const [[a, x], [b, y]] = [one, other].map((place) => place.split("-").map(BigInt));
  return a < b || (a === b && x < y) ? -1 : 1;
}

// Unread lines stand first: a read one is not missing among them.
function isBefore(article, last) {
  const among = article.matches(".notification--unread") || !last.matches(".notification--unread");
  return among && byTime(last.dataset.place, article.dataset.place) < 0;
}

function words(article) {
  return article.querySelector(".notification__words").textContent.replace(/\s+/g, " ").trim();
}

customElements.define("live-notifications", LiveNotifications);
