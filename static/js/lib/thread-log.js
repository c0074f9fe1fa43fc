// The list of a conversation: messages go where their ids say, each once, and nothing moves under a reader.

import { clock, dayWord, layout } from "./days.js";

const NEAR = 80;
const language = document.documentElement.lang || "en";

export class ThreadLog {
  constructor(element, list, words) {
    Object.assign(this, { element, list, words });
  }

  get messages() {
    return [...this.list.querySelectorAll(":scope > .message")];
  }

  get last() {
    return this.messages.at(-1)?.dataset.id ?? "0";
  }

  // The log is upside down: its end is at 0, and what lies above is negative.
  get isAtEnd() {
    return Math.abs(this.element.scrollTop) < NEAR;
  }

  toEnd() {
    this.element.scrollTop = 0;
  }

  // How much is to be scrolled upwards still.
  get above() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - clientHeight + scrollTop;
  }

  // Newer ones below; whoever reads further up stays where they are. Returns those that were new.
  append(messages) {
    const fresh = messages.filter(({ id }) => !document.getElementById(id));
    this.#keepingPlace(!this.isAtEnd, () => this.#put(fresh, () => this.list.append(...fresh)));
    return fresh;
  }

  prepend(messages) {
    const fresh = messages.filter(({ id }) => !document.getElementById(id));
    this.element.setAttribute("aria-busy", "true"); // what is old is not news
    this.#keepingPlace(false, () => this.#put(fresh, () => this.list.prepend(...fresh)));
    this.element.removeAttribute("aria-busy");
  }

  replace(id, fresh) {
    const old = document.getElementById(`message-${id}`);
    this.#put(fresh ? [fresh] : [], () => old?.replaceWith(...(fresh ? [fresh] : [])));
  }

  // Days and hours of the reader's zone, and the word "Seen" under one's last message.
  arrange() {
    for (const day of this.list.querySelectorAll("[data-day]")) day.remove();
    const rows = this.messages.map((element) => {
      const time = element.querySelector(".message__facts time");
      return { element, time, moment: new Date(time.dateTime), own: element.matches(".message--own") };
    });
    layout(rows).forEach(({ begins, joined }, at) => {
      const { element, time, moment } = rows[at];
      time.textContent = clock(moment, language);
      element.classList.toggle("message--joined", joined && !element.querySelector("[data-seen]"));
      if (begins) element.before(this.#day(moment));
    });
  }

  seen(id) {
    for (const word of this.list.querySelectorAll("[data-seen]")) word.remove();
    const facts = document.getElementById(`message-${id}`)?.querySelector(".message__facts");
    if (!facts) return;
    const word = Object.assign(document.createElement("span"), { className: "message__seen", textContent: this.words.seenWord });
    word.dataset.seen = "";
    facts.append(word);
    this.arrange();
  }

  #day(moment) {
    const item = Object.assign(document.createElement("li"), { className: "thread__day" });
    item.dataset.day = "";
    item.textContent = dayWord(moment, new Date(), language, this.words);
    return item;
  }

  #put(messages, change) {
    change();
    for (const message of messages) window.htmx.process(message);
    this.arrange();
  }

  #keepingPlace(isAway, change) {
    const before = this.element.scrollHeight;
    const { scrollTop } = this.element;
    change();
    this.element.scrollTop = isAway ? scrollTop - (this.element.scrollHeight - before) : scrollTop;
  }
}
