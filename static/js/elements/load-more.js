// The end of a page of tweets: htmx loads the next when it comes into sight; a failure leaves a link
// to press.

import { announce, word } from "lib/announce";

class LoadMore extends HTMLElement {
  connectedCallback() {
    for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"])
      this.addEventListener(failure, () => this.classList.add("more--failed"));
    this.addEventListener("htmx:beforeRequest", () => this.classList.remove("more--failed"));
    this.addEventListener("htmx:beforeSwap", ({ detail }) => detail.xhr.status < 400 && announce(word("loaded")));
  }
}

customElements.define("load-more", LoadMore);
