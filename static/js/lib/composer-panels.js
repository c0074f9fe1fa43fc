// The panels of a composer and the buttons that open them. A tweet has pictures or a poll: the one keeps the
// button of the other shut, and that says why.

import { toast } from "./announce.js";

export class Panels {
  constructor(details, tools) {
    this.all = new Map([...details.querySelectorAll("[data-panel]")].map((one) => [one.dataset.panel, one]));
    this.tools = tools;
    this.all.get("media").hidden = true;
    details.open = true;
    tools.hidden = false;
  }

  isOpen(name) {
    return !this.all.get(name).hidden;
  }

  open(name, opens) {
    this.all.get(name).hidden = !opens;
    this.#button(name).setAttribute("aria-expanded", String(opens));
  }

  // Turns a panel as its button was pressed; says which way, or null where it may not.
  turn(button) {
    if (button.getAttribute("aria-disabled") === "true") {
      toast(button.title);
      return null;
    }
    const { tool } = button.dataset, opens = !this.isOpen(tool);
    this.open(tool, opens);
    if (opens) this.all.get(tool).querySelector("input").focus();
    return opens;
  }

  // Which buttons wait now. Returns why no picture can be added; "" when one can.
  show(hasMedia) {
    const hasPoll = this.isOpen("poll");
    this.#shut("poll", hasMedia && !hasPoll);
    this.#shut("warning", false);
    return this.#shut("media", hasPoll);
  }

  #shut(name, isShut) {
    const button = this.#button(name), { wait, close } = button.dataset;
    button.title = isShut ? wait : (button.ariaExpanded === "true" && close) || button.ariaLabel;
    button.setAttribute("aria-disabled", String(isShut));
    return isShut ? wait : "";
  }

  #button(name) {
    return this.tools.querySelector(`[data-tool=${name}]`);
  }
}
