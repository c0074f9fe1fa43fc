// A conversation while it is looked at. Hints say that something changed; what, is fetched from the last
// message on, in order and as often as there is more, so that a lost hint or line costs only time.

import { announce } from "lib/announce";
import { live } from "lib/live";
import { outgoing, postQuietly } from "lib/messages";
import { ThreadFeed } from "lib/thread-feed";
import { ThreadLog } from "lib/thread-log";

const [TYPING_LASTS, CLOSE_TO_TOP] = [5000, 400]; // milliseconds, pixels

class MessageThread extends HTMLElement {
  #stop = new AbortController();
  #typing = 0;
  #read = "";

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    const part = (selector) => this.querySelector(selector);
    this.pill = part("[data-pill]");
    this.log = new ThreadLog(part(".thread__log"), part("[data-messages]"), this.dataset);
    this.feed = new ThreadFeed(this.getAttribute("src"), this.log);
    this.older = part("[data-older]");
    this.log.arrange();
    document.getElementById(`message-${this.dataset.at}`)?.classList.add("message--found");
    if (this.hasAttribute("conversation")) this.#listen(signal);
    this.#say();
  }

  disconnectedCallback() {
    this.#stop.abort();
    clearTimeout(this.#typing);
  }

  #listen(signal) {
    const mine = (detail) => detail?.conversation === this.getAttribute("conversation");
    const on = (hint, task) => live.addEventListener(hint, ({ detail }) => mine(detail) && task(detail), { signal });
    on("message.new", () => this.catchUp());
    on("message.read", () => this.catchUp());
    on("message.gone", ({ id }) => document.getElementById(`message-${id}`) && this.feed.renew(id));
    on("message.typing", () => this.#showTyping(true));
    live.addEventListener("catchup", () => this.catchUp(), { signal });
    outgoing.addEventListener("sent", ({ detail }) => mine(detail) && this.catchUp(), { signal });
    this.log.element.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    document.addEventListener("visibilitychange", () => this.#say(), { signal });
    this.pill.addEventListener("click", (event) => this.#toEnd(event), { signal });
    this.addEventListener("htmx:afterSwap", () => this.log.arrange(), { signal });
    this.older?.addEventListener("click", (event) => this.#loadOlder(event), { signal });
  }

  // A page somewhere in the past shows only that there is more.
  get isPast() {
    return "newer" in this.dataset;
  }

  async catchUp() {
    if (this.isPast) return this.#offer();
    await this.feed.newer((messages) => this.#show(messages));
    return this.#say();
  }

  #show(messages) {
    const wasAtEnd = this.log.isAtEnd;
    const fresh = this.log.append(messages);
    if (!fresh.length) return;
    this.dispatchEvent(new CustomEvent("thread:shown"));
    const own = fresh.at(-1).matches(".message--own");
    if (!own) this.#showTyping(false);
    if (wasAtEnd || own) this.log.toEnd();
    else this.#offer();
  }

  #offer() {
    if (this.pill.hidden) announce(this.pill.textContent);
    this.pill.hidden = false;
  }

  #toEnd(event) {
    if (this.isPast) return;
    event.preventDefault();
    this.log.toEnd();
    this.log.element.focus({ preventScroll: true });
    this.#scrolled();
  }

  #scrolled() {
    if (this.log.isAtEnd && !this.isPast) {
      this.pill.hidden = true;
      this.#say();
    }
    if (this.log.above < CLOSE_TO_TOP) this.#loadOlder();
  }

  async #loadOlder(event) {
    event?.preventDefault();
    const link = this.older;
    this.older = null;
    if (!link) return;
    await this.feed.older(link);
    if (link.isConnected) this.older = link;
  }

  // Only what is really before somebody's eyes is read; a request is not, until it is accepted.
  async #say() {
    const { last } = this.log;
    if (document.hidden || !this.log.isAtEnd || this.isPast || "request" in this.dataset) return;
    if (last === "0" || last === this.#read) return;
    this.#read = last;
    const { ok } = (await postQuietly(`${this.getAttribute("src")}reading/`, { until: last })) ?? {};
    if (!ok && this.#read === last) this.#read = ""; // the next look or catch-up says it again
  }

  #showTyping(shows) {
    clearTimeout(this.#typing);
    this.querySelector("[data-typing]").hidden = !shows;
    if (shows) this.#typing = setTimeout(() => this.#showTyping(false), TYPING_LASTS);
  }
}

customElements.define("message-thread", MessageThread);
