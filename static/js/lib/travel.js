// Back and Home as people expect them: Back returns to where one was, Home on Home goes to the top.

export function startTravel() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.("a[data-top]") && scrollY > 0) {
      event.preventDefault();
      scrollTo({ top: 0, behavior: "smooth" });
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
