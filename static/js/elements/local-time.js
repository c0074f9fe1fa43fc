// Keeps "2m" true, and says the exact time in the reader's own zone.

import { exactTime, shortTime } from "lib/time";

const EVERY = 30_000;
const shown = new Set();
const language = document.documentElement.lang || "en";

class LocalTime extends HTMLElement {
  connectedCallback() {
    this.time = this.querySelector("time");
    this.moment = new Date(this.time?.dateTime ?? NaN);
    if (Number.isNaN(this.moment.getTime())) return;
    this.time.title = exactTime(this.moment, language);
    shown.add(this);
    this.update(new Date());
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  update(now) {
    const full = this.getAttribute("mode") === "full";
    const recent = now - this.moment < 60_000;
    // The server's word for "now" is in the page's language already
    if (!full && recent) return;
    const words = full ? exactTime(this.moment, language) : shortTime(this.moment, now, language);
    if (this.time.textContent !== words) this.time.textContent = words;
  }
}

setInterval(() => {
  const now = new Date();
  for (const element of shown) element.update(now);
}, EVERY);

customElements.define("local-time", LocalTime);
