// Sending one file, with progress, and waiting until the server has prepared it.

import { getJSON, Refused } from "./http.js";
import { live } from "./live.js";

const LOOK_AGAIN = 1500;
const PATIENCE = 330_000; // a long video is worked at for minutes

export class UploadFailed extends Error {
  isFinal = false; // the same file is refused again
}

function refused(words) {
  return Object.assign(new UploadFailed(words), { isFinal: true });
}

// Resolves to what the server says of the file ({id, state, preview_url, …}); `onProgress` gets 0 to 1.
export function send(url, file, csrf, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrf);
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.response);
      else if (request.status === 422) reject(refused(request.response?.error ?? ""));
      else reject(new UploadFailed(request.response?.error ?? ""));
    });
    request.addEventListener("error", () => reject(new UploadFailed("")));
    signal.addEventListener("abort", () => {
      request.abort();
      reject(new UploadFailed(""));
    });
    request.send(body);
  });
}

// Resolves when the upload is ready; rejects with the server's reason when it cannot be prepared.
export async function prepared(url, signal) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const told = await look(url);
    if (told?.state === "ready") return told;
    if (told?.state === "failed") throw refused(told.error);
    await hint(url, signal);
    if (signal.aborted) throw new UploadFailed("");
  }
  throw new UploadFailed("");
}

// What the server says; nothing while the line is down.
async function look(url) {
  try {
    return await getJSON(url);
  } catch (error) {
    if (error instanceof Refused && error.status < 500) throw new UploadFailed("");
    return null;
  }
}

function hint(url, signal) {
  const id = url.split("/").at(-2);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      live.removeEventListener("media.ready", told);
      resolve();
    };
    const told = ({ detail }) => detail.id === id && done();
    const timer = setTimeout(done, LOOK_AGAIN);
    live.addEventListener("media.ready", told);
    signal.addEventListener("abort", done, { once: true });
  });
}
