// Numbers and marks that stay true: tells the server which tweets are on screen, and fetches the counts of those
// that changed, at most once a second, all in one request; and of all on a page one comes back to.

import { focused, showFacts } from "lib/facts";
import { getJSON } from "lib/http";
import { live } from "lib/live";
import { showCounts } from "lib/optimistic";
import { onReturn } from "lib/returning";
import { throttle } from "lib/throttle";

const MOST = 100;

class LiveCounts extends HTMLElement {
  #onScreen = new Set();
  #changed = new Set();
  #tell = throttle(() => live.watch(this.#ids()), 500);
  #fetch = throttle(() => this.#refresh(), 1000, { jitter: 200 });

  connectedCallback() {
    this.sight = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "200px 0px" });
    this.changes = new MutationObserver(() => this.#look());
    this.changes.observe(document.getElementById("main"), { childList: true, subtree: true });
    live.addEventListener("tweet.counts", this.#hint);
    live.addEventListener("catchup", this.#catchUp);
    this.#look();
    onReturn(() => this.#returned());
  }

  disconnectedCallback() {
    this.sight.disconnect();
    this.changes.disconnect();
    live.removeEventListener("tweet.counts", this.#hint);
    live.removeEventListener("catchup", this.#catchUp);
  }

  #look() {
    for (const tweet of document.querySelectorAll("article[data-id]:not([data-seen])")) {
      tweet.dataset.seen = "";
      this.sight.observe(tweet);
    }
  }

  #seen(entries) {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) this.#onScreen.add(target);
      else this.#onScreen.delete(target);
    this.#tell();
  }

  #ids() {
    const ids = [...this.#onScreen].filter((tweet) => tweet.isConnected).map((tweet) => tweet.dataset.id);
    return [...new Set(ids)].slice(0, MOST);
  }

  #hint = ({ detail }) => {
    this.#changed.add(String(detail.id));
    this.#fetch();
  };

  #catchUp = () => {
    for (const id of this.#ids()) this.#changed.add(id);
    if (this.#changed.size) this.#fetch();
  };

  #returned() {
    for (const tweet of document.querySelectorAll("article[data-id]")) this.#changed.add(tweet.dataset.id);
    this.#refresh();
  }

  async #refresh() {
    const ids = [...this.#changed].slice(0, MOST);
    if (!ids.length || document.hidden) return;
    for (const id of ids) this.#changed.delete(id);
    if (this.#changed.size) this.#fetch();
    const asked = performance.now();
    try {
      const counts = await getJSON(`${this.getAttribute("src")}?ids=${ids.join(",")}&focus=${focused() ?? ""}`);
      for (const [id, values] of Object.entries(counts)) {
        showCounts(id, values, asked);
        showFacts(id, values);
      }
    } catch {
      for (const id of ids) this.#changed.add(id);
    }
  }
}

customElements.define("live-counts", LiveCounts);
