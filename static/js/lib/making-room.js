// The round button over a list goes out of the way while one moves down, and is back on the way up and at both
// ends: at the lower one the page leaves room for it.

const NOTICED = 8;

export function startMakingRoom() {
  const button = document.querySelector(".compose-button");
  if (!button) return;
  let last = scrollY;
  addEventListener("scroll", () => {
    const down = scrollY - last;
    if (Math.abs(down) < NOTICED && !isAtAnEnd()) return;
    last = scrollY;
    button.toggleAttribute("data-away", down > 0 && !isAtAnEnd());
  }, { passive: true });
}

function isAtAnEnd() {
  return scrollY <= 0 || scrollY + innerHeight >= document.documentElement.scrollHeight - NOTICED;
}
