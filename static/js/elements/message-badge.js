// The number beside Messages: conversations with something unread, in every place it is shown.

import { getFragment } from "lib/http";
import { live } from "lib/live";
import { throttle } from "lib/throttle";

const shown = new Set();

const refresh = throttle(async () => {
  const [first] = shown;
  if (!first) return;
  try {
    const fresh = (await getFragment(first.getAttribute("src"))).querySelector("message-badge");
    for (const badge of shown) badge.show(fresh);
  } catch {
    // the next hint or catch-up asks again
  }
}, 700, { jitter: 150 });

class MessageBadge extends HTMLElement {
  connectedCallback() {
    shown.add(this);
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  show(fresh) {
    if (fresh.dataset.count === this.dataset.count) return;
    this.dataset.count = fresh.dataset.count;
    this.replaceChildren(...fresh.cloneNode(true).childNodes);
  }
}

for (const hint of ["message.new", "message.read", "message.gone", "catchup"]) live.addEventListener(hint, refresh);

customElements.define("message-badge", MessageBadge);
