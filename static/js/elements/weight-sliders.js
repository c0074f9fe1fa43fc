// Sliders that say their value while they move; the form around them sends it.

class WeightSliders extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", ({ target }) => {
      const output = target.id && this.querySelector(`output[for="${target.id}"]`);
      if (output) output.value = Number(target.value).toFixed(1);
    });
  }
}

customElements.define("weight-sliders", WeightSliders);
