// Escape folds the choice of readers it is pressed in, and nothing around it: not the dialog, not the draft.

export function startEscape() {
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.("details.audience[open]");
    if (!open) return;
    event.preventDefault();
    event.stopPropagation();
    open.open = false;
    open.querySelector("summary").focus();
  }, { capture: true });
}
