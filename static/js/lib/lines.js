// The lines of the notifications page: which are unread, in what order they stand, and how two lists become one.

const UNREAD = ".notification--unread";

export function unreadOf(place) {
  return [...place.querySelectorAll(`article${UNREAD}`)];
}

// Everything that says "unread" goes at once.
export function calm(article) {
  article.classList.remove(UNREAD.slice(1));
  article.querySelector(".notification__read")?.remove();
  article.querySelector("[data-unread]")?.remove();
}

export function words(article) {
  const copy = article.querySelector(".notification__words").cloneNode(true);
  copy.querySelector("[data-unread]")?.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

// Places are "microseconds-id".
export function byTime(one, other) {
  const [[a, x], [b, y]] = [one, other].map((place) => place.split("-").map(BigInt));
  return a < b || (a === b && x < y) ? -1 : 1;
}

// What was read elsewhere: unread lines stand first, so that a first page with a read line on it, or the only
// page, names all that are unread. A message's line says nothing of that: it never looks unread.
export function settle(feed, fragment) {
  const fresh = [...fragment.querySelectorAll("article")];
  const open = new Set(unreadOf(fragment).map(({ id }) => id));
  const full = fragment.querySelector("load-more") && fresh.every((one) => one.matches(`${UNREAD}, .notification--message`));
  const read = new Set(fresh.filter(({ id }) => !open.has(id)).map(({ id }) => id));
  for (const article of unreadOf(feed)) if (full ? read.has(article.id) : !open.has(article.id)) calm(article);
}

// The first page as it is now, then what stood below it and is older. Returns how many lines are new or grew.
export function merge(feed, fragment) {
  const fresh = [...fragment.querySelectorAll("article")];
  const shown = new Map([...feed.querySelectorAll("article")].map((article) => [article.id, article]));
  const ends = !fragment.querySelector("load-more");
  const last = fresh.at(-1);
  let news = 0;
  let after = null;
  for (const article of fresh) {
    const old = shown.get(article.id);
    shown.delete(article.id);
    const node = old && words(old) === words(article) && old.matches(UNREAD) === article.matches(UNREAD) ? old : article;
    if (node !== old) {
      if (!old || words(old) !== words(article)) news += 1;
      old?.remove();
    }
    const place = after ? after.nextElementSibling : feed.firstElementChild;
    if (node !== place) feed.insertBefore(node, place);
    if (node !== old) window.htmx.process(node);
    after = node;
  }
  // what the first page would show and does not is gone; lines of later pages stay
  for (const article of shown.values()) if (!last || ends || isBefore(article, last)) article.remove();
  return news;
}

// Unread lines stand first: a read one is not missing among them.
function isBefore(article, last) {
  const among = article.matches(UNREAD) || !last.matches(UNREAD);
  return among && byTime(last.dataset.place, article.dataset.place) < 0;
}
