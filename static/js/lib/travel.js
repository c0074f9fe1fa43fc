// Back and Home as people expect them: Back returns to where one was, Home on Home goes to the top and shows
// what is new there, and a conversation opens at the tweet that was asked for, with what came before above it.

export function startTravel() {
  showFocus();
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("a[data-top]")) {
      const fresh = document.querySelector("new-posts .pill");
      if (scrollY > 0 || fresh) event.preventDefault();
      if (fresh) fresh.click();
      else if (scrollY > 0) scrollTo({ top: 0, behavior: "smooth" });
    }
    if (event.target.closest?.("a[data-back]") && cameFromHere()) {
      event.preventDefault();
      history.back();
    }
  });
}

function cameFromHere() {
  return history.length > 1 && document.referrer.startsWith(`${location.origin}/`);
}

function showFocus() {
  const focus = document.querySelector(".tweet--focus");
  const [visit] = performance.getEntriesByType("navigation");
  if (focus?.previousElementSibling && visit?.type === "navigate" && !location.hash) focus.scrollIntoView();
}
