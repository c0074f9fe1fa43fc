// One WebSocket per tab. It carries hints (a type and ids); whoever listens fetches the truth.
// "catchup" is dispatched whenever hints may have been lost: after every (re)connect, after the tab
// was hidden for a while, and when the server says so. So a lost frame is never more than a delay.

import { delayFor } from "./backoff.js";

const HEARTBEAT = 25_000;
const HIDDEN_TOO_LONG = 60_000;
// Not logged in any more, or not the server's protocol: asking again would not help
const FINAL = [4400, 4401];

export class LiveSocket extends EventTarget {
  #url;
  #open;
  #socket = null;
  #attempt = 0;
  #timer = null;
  #pulse = null;
  #watched = [];
  #hiddenAt = null;

  constructor(url, open = (address) => new WebSocket(address)) {
    super();
    this.#url = url;
    this.#open = open;
  }

  start() {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    const socket = this.#open(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code }) => this.#closed(socket, code);
  }

  stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#pulse);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) socket.onclose = null;
    socket?.close();
  }

  // The ids of tweets whose counts this tab wants to hear about; remembered across reconnects.
  watch(ids) {
    this.#watched = ids;
    this.#send({ type: "watch", ids });
  }

  hidden(now = Date.now()) {
    this.#hiddenAt = now;
  }

  shown(now = Date.now()) {
    const away = this.#hiddenAt === null ? 0 : now - this.#hiddenAt;
    this.#hiddenAt = null;
    if (!this.#socket) this.start();
    else if (away > HIDDEN_TOO_LONG) this.dispatchEvent(new Event("catchup"));
  }

  #opened() {
    this.#attempt = 0;
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.#send({ type: "ping" }), HEARTBEAT);
    this.#pulse.unref?.();
  }

  // From "ready" on nothing is missed; what happened before it is fetched.
  #ready() {
    if (this.#watched.length) this.#send({ type: "watch", ids: this.#watched });
    this.dispatchEvent(new Event("catchup"));
  }

  #received(data) {
    let hint;
    try {
      hint = JSON.parse(data);
    } catch {
      return;
    }
    if (hint?.type === "ready") this.#ready();
    else if (typeof hint?.type === "string") this.dispatchEvent(new CustomEvent(hint.type, { detail: hint }));
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearInterval(this.#pulse);
    if (FINAL.includes(code)) return;
    this.#timer = setTimeout(() => this.start(), delayFor(this.#attempt));
    this.#timer.unref?.();
    this.#attempt += 1;
  }

  #send(message) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }
}
