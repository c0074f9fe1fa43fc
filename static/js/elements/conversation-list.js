// The list of conversations beside a thread: what is written in moves up, what is read grows calm.

import { getFragment } from "lib/http";
import { live } from "lib/live";
import { throttle } from "lib/throttle";

class ConversationList extends HTMLElement {
  #stop = new AbortController();
  #refresh = throttle(() => this.#fetch(), 500, { jitter: 80 });

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.list = this.querySelector("[data-list]");
    for (const hint of ["message.new", "message.read", "message.gone", "catchup"]) live.addEventListener(hint, this.#refresh, { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
    this.#refresh.cancel();
  }

  async #fetch() {
    try {
      this.#merge(await getFragment(this.getAttribute("src")));
    } catch {
      // the next hint or catch-up asks again
    }
  }

  // The first page as it is now; of what was shown, only what is older stays below it.
  #merge(fragment) {
    const fresh = [...fragment.querySelectorAll(".conversation")];
    const oldest = fresh.at(-1)?.dataset.last;
    const more = fragment.querySelector(".chat__more");
    const ids = new Set(fresh.map(({ dataset }) => dataset.conversation));
    const focused = document.activeElement?.closest?.(".conversation")?.dataset.conversation;
    for (const row of this.list.querySelectorAll(".conversation")) {
      const below = more && BigInt(row.dataset.last) < BigInt(oldest);
      if (ids.has(row.dataset.conversation) || !below) row.remove();
    }
    const stays = this.list.querySelector(".conversation, .chat__more");
    this.list.prepend(...fresh);
    if (!more) this.list.querySelector(".chat__more")?.remove();
    else if (!stays) this.list.append(more);
    this.#mark(fragment.querySelector("template")?.dataset.waiting ?? "0");
    window.htmx.process(this.list);
    if (focused) this.list.querySelector(`[data-conversation="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  }

  #mark(waiting) {
    const open = this.getAttribute("open");
    if (open) this.list.querySelector(`[data-conversation="${CSS.escape(open)}"] a`)?.setAttribute("aria-current", "page");
    const tag = document.querySelector("[data-requests]");
    if (!tag) return;
    tag.textContent = waiting;
    tag.hidden = waiting === "0";
  }
}

customElements.define("conversation-list", ConversationList);
