// Asks the browser to keep the page about a missing connection. Where it will not, its own page is shown.

export function startWorker() {
  navigator.serviceWorker?.register("/service-worker.js", { updateViaCache: "none" }).catch(() => null);
}
