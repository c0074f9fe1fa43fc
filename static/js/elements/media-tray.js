// The pictures of a composer: sent as soon as they are chosen, described, put in order, taken out.

import { toast } from "lib/announce";
import { AltDialog } from "lib/alt-dialog";
import { getJSON } from "lib/http";
import { Tile } from "lib/upload-tile";

class MediaTray extends HTMLElement {
  connectedCallback() {
    if (this.items) return;
    this.items = this.querySelector("[data-items]");
    this.form = this.closest("form");
    this.alt = new AltDialog(this.querySelector("dialog"));
    const shown = [...this.items.children];
    this.items.replaceChildren();
    for (const { dataset } of shown) this.restore([dataset.id]);
    this.items.addEventListener("click", (event) => this.#pressed(event));
    this.items.addEventListener("dragstart", (event) => this.#drag(event));
    this.items.addEventListener("dragover", (event) => this.#over(event));
    this.items.addEventListener("dragend", () => this.#dropped());
    this.form.addEventListener("paste", ({ clipboardData }) => this.add(clipboardData.files));
    this.form.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
    this.form.addEventListener("drop", (event) => this.#filesDropped(event));
  }

  get tiles() {
    return [...(this.items?.children ?? [])].map((element) => element.tile);
  }

  get ids() {
    return this.tiles.filter((tile) => tile.ready).map((tile) => tile.id);
  }

  get isBusy() {
    return this.tiles.some((tile) => !tile.ready || tile.isTooLong);
  }

  add(files) {
    for (const file of files) {
      const { shut, most, tooMany } = this.dataset;
      if (shut || this.tiles.length >= Number(most)) return toast(shut || tooMany, { kind: "error" });
      this.#tile().send(file);
    }
    this.#changed();
  }

  // Uploads of a kept draft; one that is gone by now is left out.
  async restore(ids, round = this.round) {
    for (const id of ids) {
      try {
        const told = await getJSON(`${this.dataset.src}${id}/`);
        if (told.state !== "failed" && round === this.round) this.#tile().take(told);
      } catch {
        continue;
      }
    }
    this.#changed();
  }

  clear() {
    this.round = {}; // what is still being fetched belongs to the last
    for (const tile of this.tiles) tile.element.remove();
    this.#changed();
  }

  #tile() {
    const element = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const csrf = this.form.elements.csrfmiddlewaretoken.value;
    element.tile = new Tile(element, this.dataset, csrf, () => this.#changed());
    this.items.append(element);
    return element.tile;
  }

  #pressed(event) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const element = button.closest(".upload"), { do: action } = button.dataset;
    if (action === "describe") this.alt.open(element.tile);
    if (action === "remove") element.tile.discard();
    if (action === "retry") element.tile.retry();
    if (action === "earlier") element.previousElementSibling?.before(element);
    if (action === "later") element.nextElementSibling?.after(element);
    if (action === "remove") this.form.elements.text.focus();
    else if (action !== "describe") button.focus();
    this.#changed();
  }

  #drag(event) {
    this.dragged = event.target.closest(".upload");
    event.dataTransfer.effectAllowed = "move";
  }

  #over(event) {
    const over = event.target.closest(".upload");
    if (!this.dragged) return;
    event.preventDefault();
    if (!over || over === this.dragged) return;
    const isLater = this.dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (isLater) over.after(this.dragged);
    else over.before(this.dragged);
  }

  #dropped() {
    this.dragged = null;
    this.#changed();
  }

  #filesDropped(event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.add(event.dataTransfer.files);
  }

  #changed() {
    this.items.dataset.count = this.items.children.length;
    this.dispatchEvent(new CustomEvent("tray:changed", { bubbles: true }));
  }
}

customElements.define("media-tray", MediaTray);
