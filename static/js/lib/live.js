// The tab's one socket, and its life: closed while the page sleeps in the back-forward cache.

import { LiveSocket } from "./socket.js";

const scheme = location.protocol === "https:" ? "wss" : "ws";

export const live = new LiveSocket(`${scheme}://${location.host}/ws/`);

export function goLive() {
  live.start();
  addEventListener("pagehide", () => live.stop());
  addEventListener("pageshow", ({ persisted }) => persisted && live.start());
  addEventListener("online", () => live.renew());
  document.addEventListener("visibilitychange", () => (document.hidden ? live.hidden() : live.shown()));
}
