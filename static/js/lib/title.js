// "(3) Home · Twitterclone": the unread number in front of the tab's title, and off it again.

import { compact } from "./numbers.js";

export function titleWith(title, unread) {
  const bare = title.replace(/^\([\d.]+[KMB]?\) /, "");
  return unread > 0 ? `(${compact(unread)}) ${bare}` : bare;
}
