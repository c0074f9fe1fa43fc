// The pill "Show 4 new tweets". Its row opens above the tweets: who stands at the top, or writes there, keeps
// the page as it is, and for who reads down among them it is scrolled by that row, so that no line moves. Only a
// press brings the new tweets in.

import { announce } from "lib/announce";
import { getFragment } from "lib/http";
import { live } from "lib/live";
import { throttle } from "lib/throttle";

const GATHERING = [150, 600, 1500, 3000]; // ms: a timeline that begins is filled aside
const MANY = 20;
const HEAD = 53; // the tabs, which stay in sight

class NewPosts extends HTMLElement {
  #look = throttle(() => this.#refresh(), 600, { jitter: 120 });

  connectedCallback() {
    live.addEventListener("timeline.new", this.#look);
    live.addEventListener("catchup", this.#look);
    live.addEventListener("timeline.gone", this.#gone);
    document.addEventListener("htmx:afterRequest", this.#followed);
    this.addEventListener("click", (event) => this.#pressed(event));
  }

  disconnectedCallback() {
    live.removeEventListener("timeline.new", this.#look);
    live.removeEventListener("catchup", this.#look);
    live.removeEventListener("timeline.gone", this.#gone);
    document.removeEventListener("htmx:afterRequest", this.#followed);
    this.#look.cancel();
  }

  async #refresh() {
    try {
      const fragment = await getFragment(`${this.getAttribute("src")}?after=${this.getAttribute("after")}`);
      const fresh = fragment.querySelector("new-posts") ?? fragment;
      const words = fresh.querySelector(".pill [data-words]")?.textContent.trim() ?? "";
      if (words === (this.querySelector(".pill [data-words]")?.textContent.trim() ?? "")) return;
      this.#keepingPlace(() => this.replaceChildren(...fresh.childNodes));
      if (words) announce(words);
    } catch {
      // the next hint or catch-up asks again
    }
  }

  // Down among the tweets is where they begin above what is seen below the head.
  #keepingPlace(change) {
    const timeline = document.getElementById("timeline");
    const stood = timeline.getBoundingClientRect().top;
    change();
    const moved = timeline.getBoundingClientRect().top - stood;
    if (stood < HEAD) scrollBy({ top: moved, behavior: "instant" });
  }

  // An empty home takes in what those wrote whom one follows on it.
  #followed = async ({ detail }) => {
    if (!detail.successful || !detail.pathInfo.requestPath.endsWith("/follow/")) return;
    for (const pause of GATHERING) {
      await new Promise((done) => setTimeout(done, pause));
      const timeline = document.getElementById("timeline");
      if (!this.isConnected || timeline.querySelector("article")) return;
      await this.#fill(timeline);
    }
  };

  async #fill(timeline) {
    try {
      const lines = [...(await getFragment("/")).children];
      const first = lines.find((line) => line.matches("article"));
      if (!first || timeline.querySelector("article")) return;
      this.setAttribute("after", first.id.replace("tweet-", ""));
      timeline.replaceChildren(...lines);
      window.htmx.process(timeline);
    } catch {
      // the next try or the next visit brings them
    }
  }

  #gone = ({ detail }) => {
    const line = document.getElementById(`tweet-${detail.id}`);
    if (line?.contains(document.activeElement)) (line.nextElementSibling ?? line.previousElementSibling)?.focus({ preventScroll: true });
    line?.remove();
    this.#look();
  };

  #pressed(event) {
    const pill = event.target.closest(".pill");
    if (!pill || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (Number(pill.dataset.total) >= MANY) return;
    event.preventDefault();
    this.#show();
  }

  async #show() {
    const timeline = document.getElementById("timeline");
    try {
      const fragment = await getFragment(`/?after=${this.getAttribute("after")}`);
      const tweets = [...fragment.children].filter((child) => child.matches("article"));
      for (const tweet of tweets) document.getElementById(tweet.id)?.remove();
      this.replaceChildren();
      if (!tweets.length) return;
      this.setAttribute("after", tweets[0].id.replace("tweet-", ""));
      for (const tweet of tweets) tweet.classList.add("tweet--new");
      timeline.prepend(...tweets);
      for (const tweet of tweets) window.htmx.process(tweet);
      scrollTo({ top: 0 });
      tweets[0].focus({ preventScroll: true });
    } catch {
      location.assign("/");
    }
  }
}

customElements.define("new-posts", NewPosts);
