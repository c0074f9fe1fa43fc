// Sliders that say their value while they move, filled from zero; the form around them sends it, and then it is said
// that the list below is in its new order.

const SHOWN = 4000;

class WeightSliders extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.said = this.form.parentElement.querySelector(".tune__said");
    for (const slider of this.querySelectorAll("[type=range]")) this.#fill(slider);
    this.addEventListener("input", ({ target }) => this.#moved(target));
    this.form.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && this.#say());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
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

  #say() {
    this.said.textContent = this.dataset.done;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.said.textContent = ""; }, SHOWN);
  }
}

customElements.define("weight-sliders", WeightSliders);
