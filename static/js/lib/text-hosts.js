// The labels of a host name and how far a host reaches; part of text-urls.js.
import { HOST_START, TLD_NEVER_BEFORE } from "./text-patterns.js";
import { TLDS } from "./tlds.js";

const LONGEST_TLD = Math.max(...[...TLDS].map((tld) => tld.length));

/** The first match of a global or sticky pattern from `position` on. */
export function searchFrom(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

/** The run's pieces between dots; `tldEnd`: where a top-level domain at the start ends; `far`: see reach. */
export function labelsOf(text, start, end) {
  let at = start;
  const labels = text.slice(start, end).split(".").map((piece) => {
    const label = { start: at, end: at + piece.length, text: piece, tldEnd: 0, far: 0 };
    label.closes = piece !== "" && !"-_".includes(piece.at(-1));
    at = label.end + 1;
    return label;
  });
  for (let index = labels.length - 1; index > 0; index -= 1) {
    labels[index].tldEnd = tldEnd(text, labels[index]);
    labels[index - 1].far = reach(labels, index, labels[index].start);
  }
  return labels;
}

/** The last label of the longest host that opens at `opening` inside label `index`; 0 if there is none. */
export function reach(labels, index, opening) {
  // `far`: last label of a host that passes through the next label. The label before the top-level domain
  // is a registered name: those have no underscore.
  const label = labels[index];
  const inside = opening - label.start;
  if (index + 1 >= labels.length || !label.closes || "-_".includes(label.text[inside])) return 0;
  if (label.far) return label.far;
  return labels[index + 1].tldEnd && label.text.lastIndexOf("_") < inside ? index + 1 : 0;
}

/** The leftmost place in label `index`, from `lowest` on, where a host can open; -1 if there is none. */
export function openingIn(text, labels, index, lowest) {
  const label = labels[index];
  if (!label.closes || !(label.far || labels[index + 1].tldEnd)) return -1;
  const least = label.far ? label.start : label.start + label.text.lastIndexOf("_") + 1;
  const found = searchFrom(HOST_START, text, Math.max(least, lowest));
  return found && found.index < label.end ? found.index : -1;
}

function tldEnd(text, label) {
  const word = label.text.match(/^[0-9A-Za-z-]*/)[0].length;
  for (let length = Math.min(label.text.length, LONGEST_TLD); length >= Math.max(word, 1); length -= 1) {
    const close = label.start + length;
    const known = TLDS.has(label.text.slice(0, length).toLowerCase());
    if (known && !TLD_NEVER_BEFORE.test(text[close] ?? "")) return close;
  }
  return 0;
}
