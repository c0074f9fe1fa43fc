// Hands an address on; with `data-copy` always by the clipboard. Hidden without JavaScript, where it could do nothing.

import { copyLink, share } from "lib/share";

class ShareButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => ("copy" in this.dataset ? copyLink : share)(this.dataset.url));
  }
}

customElements.define("share-button", ShareButton);
