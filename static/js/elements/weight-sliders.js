// Sliders that say their value while they move, filled from zero; the form around them sends it, and then it is said
// that the list below is in its new order. Reset sends what everybody begins with, and offers the way back.

import { toast } from "lib/announce";

const SHOWN = 4000;

class WeightSliders extends HTMLElement {
  #stop = new AbortController();

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.form = this.closest("form");
    this.panel = this.closest(".tune");
    this.said = this.querySelector(".tune__said");
    for (const slider of this.#sliders) this.#fill(slider);
    this.addEventListener("input", ({ target }) => this.#moved(target), { signal });
    this.form.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && this.#say(), { signal });
    this.panel.querySelector(".tune__close").addEventListener("click", () => this.#close(), { signal });
    this.panel.querySelector("form[data-reset]").addEventListener("submit", (event) => this.#reset(event), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
    clearTimeout(this.timer);
  }

  get #sliders() {
    return [...this.querySelectorAll("[type=range]")];
  }

  #moved(slider) {
    const output = slider.id && this.querySelector(`output[for="${slider.id}"]`);
    if (output) output.value = Number(slider.value).toFixed(1);
    this.#fill(slider);
    this.said.textContent = ""; // so that the same words are said again
  }

  // Where the bar begins and ends, as parts of the whole: one end is zero.
  #fill(slider) {
    const [least, most, value] = [slider.min, slider.max, slider.value].map(Number);
    const zero = -least / (most - least), at = (value - least) / (most - least);
    slider.style.setProperty("--zero", zero);
    slider.style.setProperty("--low", Math.min(zero, at));
    slider.style.setProperty("--high", Math.max(zero, at));
  }

  #close() {
    this.panel.open = false;
    this.panel.querySelector("summary").focus({ preventScroll: true });
  }

  #reset(event) {
    event.preventDefault();
    const before = this.#sliders.map((slider) => slider.value), name = this.form.elements.name.value;
    this.#set(this.#sliders.map((slider) => slider.dataset.first), "");
    const action = { label: this.dataset.undo, run: () => this.#set(before, name) };
    toast(this.dataset.reset, { action, topic: "weights" });
  }

  // The name goes with the weights only here: a slider that is moved keeps it.
  #set(values, name) {
    for (const [index, slider] of this.#sliders.entries()) {
      slider.value = values[index];
      this.#moved(slider);
    }
    this.panel.querySelector(".tune__name").textContent = name;
    const field = Object.assign(this.form.elements.name, { value: name, disabled: false });
    this.form.requestSubmit();
    field.disabled = true;
  }

  // What is first now is what was asked for: whoever is further down is brought to it.
  #say() {
    this.said.textContent = this.dataset.done;
    const list = document.getElementById("timeline");
    if (list.getBoundingClientRect().top < 0) list.scrollIntoView();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.said.textContent = ""; }, SHOWN);
  }
}

customElements.define("weight-sliders", WeightSliders);
