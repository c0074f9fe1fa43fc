// A dismissed suggestion says for a few seconds how to take that back, then asks for the next one ("refill").
// Whoever points at it or has the focus in it has all the time they want.

const STAYS = 6000;

class UndoRow extends HTMLElement {
  connectedCallback() {
    const row = this.closest("li");
    const leave = () => {
      if (!this.isConnected) return;
      if (row.matches(":hover") || row.contains(document.activeElement)) this.timer = setTimeout(leave, STAYS / 3);
      else window.htmx.trigger(row, "refill");
    };
    this.timer = setTimeout(leave, STAYS);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("undo-row", UndoRow);
