// The number beside Notifications, in every place it is shown and in the tab's title.

import { getFragment } from "lib/http";
import { live } from "lib/live";
import { throttle } from "lib/throttle";
import { titleWith } from "lib/title";

const shown = new Set();

const refresh = throttle(async () => {
  const [first] = shown;
  if (!first) return;
  try {
    show(await getFragment(first.getAttribute("src")));
  } catch {
    // the next hint or catch-up asks again
  }
}, 700, { jitter: 150 });

// An answer that brings the number with it shows it at once.
export function showCount(html) {
  show(new DOMParser().parseFromString(html, "text/html"));
}

function show(fragment) {
  const fresh = fragment.querySelector("unread-badge");
  if (fresh) for (const badge of shown) badge.show(fresh);
}

class UnreadBadge extends HTMLElement {
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
    document.title = titleWith(document.title, Number(fresh.dataset.count));
  }
}

live.addEventListener("notification.new", refresh);
live.addEventListener("notification.read", refresh);
live.addEventListener("notification.gone", refresh);
live.addEventListener("catchup", refresh);

customElements.define("unread-badge", UnreadBadge);
