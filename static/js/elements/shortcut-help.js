// Single keys for those who never reach for the mouse, and the dialog that lists them.

import { haveSingleKeys, Keys } from "lib/keys";

const PLACES = {
  home: "/", notifications: "/notifications/", explore: "/explore/", messages: "/messages/", bookmarks: "/bookmarks/",
  settings: "/settings/",
};
const PRESSES = {
  reply: "[data-compose]", like: '[data-toggle="likes"]', retweet: '[data-toggle="retweets"]',
  bookmark: '[data-toggle="bookmarks"]',
};

class ShortcutHelp extends HTMLElement {
  #keys = new Keys();
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.dialog = this.querySelector("dialog");
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("click", (event) => event.target.closest?.("shortcut-link") && this.dialog.showModal(), { signal });
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close());
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #key(event) {
    if (!haveSingleKeys(document.cookie)) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");
    const action = this.#keys.press(event, Boolean(typing));
    if (action && this.#act(action, event)) event.preventDefault();
  }

  // Whether the key did something here; if not, the browser may have it.
  #act(action, event) {
    const here = document.activeElement?.closest?.("article");
    if (action === "search") return search();
    if (action === "profile") return press(document.querySelector(".me-menu a.menu__item"));
    if (action in PLACES) return location.assign(PLACES[action]) ?? true;
    if (action === "next" || action === "previous") return this.#move(here, action === "next" ? 1 : -1);
    if (action === "open") return this.#open(here, event);
    if (action === "quote") return quote(here?.querySelector("[data-quote]"));
    if (action in PRESSES) return press(here?.querySelector(PRESSES[action]));
    if (action === "compose") return press(document.querySelector(".nav__compose, .compose-button"));
    if (action === "fresh") return press(document.querySelector("new-posts .pill"));
    this.dialog.showModal();
    return true;
  }

  #move(here, step) {
    const articles = [...document.querySelectorAll("#main article[tabindex]")];
    const index = here ? articles.indexOf(here) + step : articles.findIndex((one) => one.getBoundingClientRect().top >= 0);
    const next = articles[index];
    if (!next) return false;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  #open(here, event) {
    if (!here?.dataset.href || event.target !== here) return false;
    location.assign(here.dataset.href);
    return true;
  }
}

// The box on the page or beside it; where there is none, the page that has one.
function search() {
  const box = [...document.querySelectorAll("search-box input")].find((input) => input.checkVisibility());
  if (box) box.select();
  else location.assign("/search/");
  return true;
}

function quote(button) {
  if (button) document.querySelector("compose-dialog").open(new URL(button.dataset.quote, location).href);
  return Boolean(button);
}

function press(element) {
  element?.click();
  return Boolean(element);
}

customElements.define("shortcut-help", ShortcutHelp);
customElements.define("shortcut-link", class extends HTMLElement {});
