// What the server answered to a tweet that was written.

// Where the new tweet belongs on this page: below the tweet it answers, or on top of home; null elsewhere.
export function placeOf(form) {
  const parent = form.elements.reply_to?.value;
  const focus = document.querySelector(".tweet--focus")?.dataset.id;
  if (parent) return parent === focus ? document.getElementById("replies") : null;
  return document.querySelector("new-posts") ? document.getElementById("timeline") : null;
}

export function errorIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("[data-error]")?.textContent.trim() ?? "";
}
