// Handing a link on: the device's own sheet where there is one, the clipboard elsewhere.

import { toast, word } from "./announce.js";

export async function copyLink(path) {
  const url = new URL(path, location.href).href;
  try {
    await navigator.clipboard.writeText(url);
    toast(word("copied"));
  } catch {
    toast(url);
  }
}

export async function share(path) {
  const url = new URL(path, location.href).href;
  if (!navigator.share || matchMedia("(hover: hover)").matches) return copyLink(path);
  try {
    await navigator.share({ url });
  } catch (error) {
    if (error.name !== "AbortError") await copyLink(path);
  }
  return undefined;
}
