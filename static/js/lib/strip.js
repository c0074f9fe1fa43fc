// The width of the strip beside the page that its scrollbar takes: while a dialog is open the strip is the
// dialog's to cover, and the page keeps its place beside it.

export function startStrip() {
  const measure = () => {
    if (document.querySelector("dialog:modal")) return; // then the page has no scrollbar to measure
    const { documentElement: root } = document;
    root.style.setProperty("--scrollbar", `${innerWidth - root.clientWidth}px`);
  };
  measure();
  addEventListener("resize", measure);
}
