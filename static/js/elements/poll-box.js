// A poll whose figures follow what others answer, once its results are shown.

import { getFragment } from "lib/http";
import { live } from "lib/live";
import { throttle } from "lib/throttle";

let answered = ""; // whose answer was just given here: the reader goes on in its results

class PollBox extends HTMLElement {
  #refresh = throttle(() => this.#fetch(), 2000, { jitter: 500 });

  connectedCallback() {
    this.addEventListener("submit", () => (answered = this.dataset.tweetId));
    const results = this.querySelector(".poll__results");
    if (!results) return;
    live.addEventListener("tweet.counts", this.#hint);
    if (answered !== this.dataset.tweetId) return;
    answered = "";
    results.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    live.removeEventListener("tweet.counts", this.#hint);
  }

  #hint = ({ detail }) => {
    if (String(detail.id) === this.dataset.tweetId) this.#refresh();
  };

  async #fetch() {
    if (document.hidden || !this.isConnected) return;
    try {
      const fresh = (await getFragment(this.dataset.src)).querySelector("poll-box");
      if (fresh && fresh.dataset.votes !== this.dataset.votes) this.replaceWith(fresh);
    } catch {
      return; // the next hint tries again
    }
  }
}

customElements.define("poll-box", PollBox);
