// A list of articles: a press anywhere on one opens it, unless it meant something else; each is
// numbered for those who listen.

const OWN = "a, button, summary, details, input, textarea, select, label, form, menu-button, media-player";

class TweetFeed extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("auxclick", (event) => event.button === 1 && this.#pressed(event));
    this.changes = new MutationObserver(() => this.#number());
    this.changes.observe(this, { childList: true, subtree: true });
    this.#number();
  }

  disconnectedCallback() {
    this.changes.disconnect();
  }

  #pressed(event) {
    const place = event.target.closest("[data-href]");
    if (!place || event.defaultPrevented || event.target.closest(OWN)) return;
    if (String(getSelection())) return;
    const elsewhere = event.ctrlKey || event.metaKey || event.button === 1;
    if (elsewhere) open(place.dataset.href, "_blank", "noopener");
    else location.assign(place.dataset.href);
  }

  #number() {
    const articles = this.querySelectorAll("article");
    const more = this.querySelector("load-more");
    articles.forEach((article, index) => {
      article.setAttribute("aria-posinset", String(index + 1));
      article.setAttribute("aria-setsize", more ? "-1" : String(articles.length));
    });
  }
}

customElements.define("tweet-feed", TweetFeed);
