// Fetching what the server renders. A redirect to the log-in page means the session has ended.

export class Refused extends Error {
  constructor(status) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

async function get(url, accept) {
  const headers = { "HX-Request": "true", Accept: accept };
  const response = await fetch(url, { headers, credentials: "same-origin" });
  if (response.redirected && endsSession(response.url)) location.assign(response.url);
  if (!response.ok) throw new Refused(response.status);
  return response;
}

export function endsSession(url) {
  return new URL(url, "http://here").pathname.startsWith("/accounts/login");
}

export async function getFragment(url) {
  const holder = document.createElement("template");
  holder.innerHTML = await (await get(url, "text/html")).text();
  return holder.content;
}

export async function getJSON(url) {
  return (await get(url, "application/json")).json();
}
