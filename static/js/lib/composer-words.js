// What a composer says of what is in it: how much room is left, and why it cannot be sent yet.

import { budget } from "./budget.js";

const RESTS = 700; // who listens is told when the writing rests, not at each key

// The name of the words that say why a tweet cannot be sent yet; "" when it can.
export function hindrance({ tooLong, extras, isEmpty }) {
  if (tooLong) return "over";
  return extras || (isEmpty ? "empty" : "");
}

export class ComposerWords {
  #timer = null;

  constructor(composer, button) {
    this.button = button;
    this.ring = composer.querySelector(".ring");
    this.why = composer.querySelector(".composer__why");
    this.spoken = composer.querySelector("[aria-live][data-left]");
  }

  // Shows how it stands, and says why the button waits.
  show({ length, extras, isEmpty }) {
    const { left, state, filled, tooLong } = budget(length);
    const reason = hindrance({ tooLong, extras, isEmpty });
    this.button.disabled = Boolean(reason);
    this.#draw({ left, state, filled, isOn: length > 0 });
    const words = reason && this.#counted(this.why, reason, left);
    this.button.title = words;
    this.why.textContent = words;
    this.why.classList.toggle("visually-hidden", !reason || reason === "empty"); // an empty field says it itself
    this.why.classList.toggle("composer__why--over", tooLong);
    this.#speak(state === "near" ? this.#counted(this.spoken, "left", left) : reason === "empty" ? "" : words);
  }

  #draw({ left, state, filled, isOn }) {
    this.ring.className = `ring ring--${state}${isOn ? " ring--on" : ""}`;
    this.ring.querySelector(".ring__value").setAttribute("stroke-dashoffset", String(100 - filled));
    this.ring.querySelector(".ring__left").textContent = state === "near" ? left : "";
  }

  #counted(element, name, left) {
    const many = Math.abs(left);
    return (many === 1 && element.dataset[`${name}One`]) || element.dataset[name].replace("{n}", many);
  }

  #speak(words) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.spoken.textContent !== words) this.spoken.textContent = words;
    }, RESTS);
  }
}
