// Pictures over the whole page: arrows and swipes walk through those of one tweet, Escape and Back lead back.

import { openOverPage } from "lib/over-page";

const SWIPE = 50;

class MediaViewer extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.dialog = this.querySelector("dialog");
    this.image = this.querySelector(".viewer__image");
    this.alt = this.querySelector(".viewer__alt");
    document.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("click", ({ target }) => this.#chosen(target));
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("close", () => this.image.removeAttribute("src"));
    this.dialog.addEventListener("pointerdown", ({ clientX }) => { this.from = clientX; });
    this.dialog.addEventListener("pointerup", ({ clientX }) => this.#swiped(clientX));
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #pressed(event) {
    const link = event.target.closest?.("a[data-view]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.links = [...link.closest("[data-gallery]").querySelectorAll("a[data-view]")];
    this.#show(this.links.indexOf(link));
    openOverPage(this.dialog);
  }

  #show(at) {
    if (at < 0 || at >= this.links.length) return;
    this.at = at;
    const link = this.links[at];
    const small = link.querySelector("img");
    this.image.src = link.href;
    this.image.alt = link.dataset.alt;
    this.image.width = small?.width ?? 0;
    this.alt.textContent = link.dataset.alt;
    this.querySelector("[data-step='-1']").hidden = at === 0;
    this.querySelector("[data-step='1']").hidden = at === this.links.length - 1;
  }

  #chosen(target) {
    const button = target.closest("button");
    if (button?.dataset.step) this.#show(this.at + Number(button.dataset.step));
    else if (button || target === this.image) this.dialog.close();
  }

  #key(event) {
    const backwards = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) this.#show(this.at + step * backwards);
  }

  #swiped(to) {
    const distance = to - this.from;
    if (Math.abs(distance) > SWIPE) this.#show(this.at + (distance < 0 ? 1 : -1));
  }
}

customElements.define("media-viewer", MediaViewer);
