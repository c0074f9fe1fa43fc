// Back shows a page as it was left, kept whole or drawn again from what the browser stored: what was done since,
// here or on the page one comes from, is not on it yet.

export function onReturn(run) {
  const [visit] = performance.getEntriesByType("navigation");
  if (visit?.type === "back_forward") run();
  addEventListener("pageshow", ({ persisted }) => persisted && run());
}
