// The retweet button of a tweet that may be quoted as well: a press asks which of the two. Without scripts, and
// for the key `t`, the button retweets at once.

import { MenuButton } from "elements/menu-button";

class RetweetMenu extends MenuButton {
  connectedCallback() {
    super.connectedCallback();
    if (!this.opener.dataset.quote) return;
    this.opener.setAttribute("aria-haspopup", "true");
    this.opener.setAttribute("aria-expanded", "false");
    this.addEventListener("click", this.#pressed, { capture: true }); // before htmx and the form
  }

  get opener() {
    return this.querySelector("[data-toggle]");
  }

  #pressed = (event) => {
    if (event.target.closest("[data-pressed]")) this.opener.click();
    if (!event.isTrusted || !this.opener.contains(event.target)) return; // a script that presses has chosen already
    event.preventDefault();
    event.stopPropagation();
    if (this.details?.open) this.close();
    else this.#open();
  };

  #open() {
    this.details?.remove();
    const menu = document.getElementById("retweet-menu").content.firstElementChild.cloneNode(true);
    for (const item of menu.querySelectorAll("[data-pressed]"))
      if (item.dataset.pressed !== this.opener.getAttribute("aria-pressed")) item.remove();
    menu.querySelector("a").href = this.opener.dataset.quote;
    menu.addEventListener("toggle", () => this.opener.setAttribute("aria-expanded", String(menu.open)));
    this.append(menu);
    this.attach(menu);
    menu.open = true;
    menu.querySelector(".menu__item").focus();
  }
}

customElements.define("retweet-menu", RetweetMenu);
