// A <details> menu that behaves: one open at a time, closed by Escape, by a press elsewhere and by
// choosing; arrow keys, Home and End walk through it, and who opens it by a key stands on its first item; it opens
// upwards when there is no room below. With `src` it is a link until it is pressed, and the menu is fetched then.

import { getFragment } from "lib/http";
import { copyLink } from "lib/share";

const EDGE = 8; // a menu keeps so far from the end of what is seen
const HEAD = 60; // and does not cover the head of the column

export class MenuButton extends HTMLElement {
  #byKey = false;

  connectedCallback() {
    this.attach(this.querySelector("details"));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => this.#chosen(event));
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.#outside, true);
  }

  // What opens the menu, and has the focus again when the menu closes.
  get opener() {
    return this.details.querySelector("summary");
  }

  get items() {
    return [...this.querySelectorAll(".menu__item")];
  }

  attach(details) {
    this.details = details;
    details?.addEventListener("toggle", () => this.#toggled());
  }

  async #fetch(link) {
    if (link.ariaBusy === "true") return;
    link.ariaBusy = "true";
    try {
      const fresh = (await getFragment(this.getAttribute("src"))).querySelector("details");
      link.replaceWith(fresh);
      window.htmx.process(fresh);
      this.attach(fresh);
      fresh.open = true;
      this.opener.focus();
    } catch {
      location.assign(link.href);
    }
  }

  close(refocus = false) {
    if (!this.details) return;
    this.details.open = false;
    if (refocus) this.opener.focus();
  }

  #toggled() {
    if (!this.details.open) {
      document.removeEventListener("click", this.#outside, true);
      return;
    }
    for (const other of document.querySelectorAll("menu-button details[open]"))
      if (other !== this.details) other.open = false;
    document.addEventListener("click", this.#outside, true);
    if (!this.details.matches(".me-menu")) this.#place();
    if (this.#byKey) this.items[0]?.focus();
  }

  #outside = (event) => {
    if (!this.contains(event.target)) this.close();
  };

  #place() {
    this.details.classList.remove("menu--up");
    const { bottom, height, top } = this.querySelector(".menu__sheet").getBoundingClientRect();
    const floor = document.querySelector(".bar")?.offsetHeight ?? 0; // of a phone
    this.details.classList.toggle("menu--up", innerHeight - floor - bottom < EDGE && top - height > HEAD);
  }

  #key(event) {
    if (!this.details?.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close(true);
    }
    const { items } = this, here = items.indexOf(document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined || !items.length) return;
    event.preventDefault();
    items.at(next % items.length).focus();
  }

  #chosen(event) {
    if (!this.details?.open) this.#byKey = event.detail === 0; // a pointer's click is counted
    const link = event.target.closest("a[aria-haspopup]");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      this.#fetch(link);
    }
    const item = event.target.closest(".menu__item");
    if (!item) return;
    if (item.hasAttribute("data-copy")) {
      event.preventDefault();
      copyLink(item.href);
    }
    // not yet: a form that is submitted must still know which of its buttons was pressed
    setTimeout(() => this.close(true));
  }
}

customElements.define("menu-button", MenuButton);
