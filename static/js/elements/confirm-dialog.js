// Asks before what cannot be undone: htmx elements with hx-confirm, and plain buttons with
// data-confirm. Without JavaScript the link leads to a page that asks.

class ConfirmDialog extends HTMLElement {
  #stop = new AbortController();
  #agreed = null;

  connectedCallback() {
    const { signal } = (this.#stop = new AbortController());
    this.dialog = this.querySelector("dialog");
    document.addEventListener("htmx:confirm", (event) => this.#asksHtmx(event), { signal });
    document.addEventListener("click", (event) => this.#asksButton(event), { signal, capture: true });
    this.dialog.addEventListener("close", () => this.#answered(), { signal });
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close("no"), { signal });
  }

  disconnectedCallback() {
    this.#stop.abort();
  }

  #asksHtmx(event) {
    const { question, elt, issueRequest } = event.detail;
    if (!question) return;
    event.preventDefault();
    this.#ask(elt, question, () => issueRequest(true));
  }

  #asksButton(event) {
    const button = event.target.closest?.("button[data-confirm]");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.closest("menu-button")?.close();
    this.#ask(button, button.dataset.confirm, () => this.#submit(button));
  }

  // Tells the server that it was asked: without this field it asks on a page of its own.
  #submit(button) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "1" });
    button.form.append(field);
    button.form.requestSubmit(button);
    field.remove();
  }

  #ask(element, text, agreed) {
    const [yes] = this.dialog.querySelectorAll("button");
    this.dialog.querySelector(".dialog__title").textContent = element.dataset.confirmTitle ?? "";
    this.dialog.querySelector(".dialog__text").textContent = text;
    yes.textContent = element.dataset.confirmAction ?? "OK";
    this.#agreed = agreed;
    this.dialog.returnValue = "no";
    this.dialog.showModal();
    this.dialog.querySelector("[value=no]").focus();
  }

  #answered() {
    const agreed = this.#agreed;
    this.#agreed = null;
    if (this.dialog.returnValue === "yes") agreed?.();
  }
}

customElements.define("confirm-dialog", ConfirmDialog);
