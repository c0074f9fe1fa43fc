// The page about a missing connection: as light or dark as the site, right about what is missing, and gone
// as soon as the connection is back.

const { cookie, documentElement: root } = document;
const theme = /(?:^|; )theme=(light|dark)(?:;|$)/.exec(cookie)?.[1];
if (theme) root.dataset.theme = theme;

function tell() {
  for (const part of document.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "online") !== navigator.onLine;
}

document.addEventListener("DOMContentLoaded", tell);
addEventListener("offline", tell);
addEventListener("online", () => location.reload());
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-again]")) return;
  event.preventDefault();
  location.reload();
});
