// What lies over the whole page is closed by Back, as on a phone one expects; closed in another way it leaves no
// step behind.

const OVER = "over-page";

export function openOverPage(dialog) {
  const stop = new AbortController();
  dialog.showModal();
  history.pushState({ [OVER]: true }, "");
  addEventListener("popstate", () => dialog.close(), { signal: stop.signal });
  dialog.addEventListener("close", () => {
    stop.abort();
    if (history.state?.[OVER]) history.back();
  }, { once: true });
}
