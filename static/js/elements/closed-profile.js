// The page of a private account that is closed to the reader: says whether a request waits, and opens when it is accepted.

import { live } from "lib/live";

class ClosedProfile extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    document.addEventListener("follow-changed", ({ detail }) => this.#is(detail) && this.#show(detail.requested), { signal });
    live.addEventListener("follow.accepted", ({ detail }) => this.#is(detail) && location.reload(), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #is({ user }) {
    return String(user) === this.dataset.user;
  }

  #show(asked) {
    this.querySelector("[data-asked]").hidden = !asked;
    this.querySelector("[data-unasked]").hidden = asked;
  }
}

customElements.define("closed-profile", ClosedProfile);
