// Hands a tweet's address on. Hidden without JavaScript, where it could do nothing.

import { share } from "lib/share";

class ShareButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => share(this.dataset.url));
  }
}

customElements.define("share-button", ShareButton);
