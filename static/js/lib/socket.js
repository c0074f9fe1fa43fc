// One WebSocket per tab. It carries hints (a type and ids); whoever listens fetches the truth.
// "catchup" is dispatched whenever hints may have been lost: after every (re)connect, after the tab
// was hidden for a while, and when the server says so. So a lost frame is never more than a delay.

import { delayFor } from "./backoff.js";

const HEARTBEAT = 25_000;
const HIDDEN_TOO_LONG = 60_000;
const STEADY = 5_000; // a socket that closes sooner was refused: the next one waits longer
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
  #openedAt = null;

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
    if (socket) this.#leave(socket);
  }

  // Closed while it still connects a socket would be called a failure: it closes as soon as it is open.
  #leave(socket) {
    socket.onclose = null;
    if (socket.readyState === 0) socket.onopen = () => socket.close();
    else socket.close();
  }

  // Back online: the socket of before may be dead without knowing it, and what it brought could not be fetched.
  renew() {
    this.stop();
    this.start();
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

  // The server opens a socket when nothing is missed from then on; what happened before is fetched.
  #opened() {
    this.#openedAt = Date.now();
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.#send({ type: "ping" }), HEARTBEAT);
    this.#pulse.unref?.();
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
    if (typeof hint?.type === "string") this.dispatchEvent(new CustomEvent(hint.type, { detail: hint }));
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearInterval(this.#pulse);
    if (FINAL.includes(code)) return;
    if (this.#openedAt !== null && Date.now() - this.#openedAt > STEADY) this.#attempt = 0;
    this.#openedAt = null;
    // without a network each try would be an error in the console; `online` renews
    this.#timer = setTimeout(() => globalThis.navigator?.onLine !== false && this.start(), delayFor(this.#attempt));
    this.#timer.unref?.();
    this.#attempt += 1;
  }

  #send(message) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }
}
