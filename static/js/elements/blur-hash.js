// Shows what a picture looks like from afar until it has come.

import { decode } from "lib/blurhash";

const SIZE = 20;
const drawn = new Map(); // hash → address of its pixels: a feed shows the same picture again and again

function drawing(hash) {
  if (drawn.has(hash)) return drawn.get(hash);
  const pixels = decode(hash, SIZE, SIZE);
  if (!pixels) return "";
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  canvas.getContext("2d").putImageData(new ImageData(pixels, SIZE, SIZE), 0, 0);
  drawn.set(hash, canvas.toDataURL());
  return drawn.get(hash);
}

class BlurHash extends HTMLElement {
  connectedCallback() {
    const image = this.querySelector("img");
    if (!image) return;
    if (image.complete) return this.clear();
    const address = drawing(this.dataset.hash);
    if (address) {
      this.style.backgroundImage = `url(${address})`;
      this.querySelector("svg")?.remove();
    }
    // come is not yet painted: without the wait there would be nothing for a moment
    image.addEventListener("load", () => image.decode().then(() => this.clear(), () => this.clear()), { once: true });
  }

  // A picture with transparent parts must not stand on its own blur
  clear() {
    this.querySelector("svg")?.remove();
    this.style.backgroundImage = "";
  }
}

customElements.define("blur-hash", BlurHash);
