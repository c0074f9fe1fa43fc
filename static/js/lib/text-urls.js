// Finds web addresses in text in linear time, as twitterclone/lib/text_urls.py describes: runs of host
// characters are cut into labels, and one pass from the right notes how far a host can reach from each.
import { labelsOf, openingIn, reach, searchFrom } from "./text-hosts.js";
import { GIVEN_HOST, LATIN_LABEL, LATIN_TAIL, PROTOCOL, RUN, TAIL } from "./text-patterns.js";

const LABEL_LENGTH = 63;
const URL_LENGTH = 4096;

/** Start and end (in UTF-16 units) of every address, in order. */
export function urlSpans(text) {
  const spans = [];
  if (!text.includes(".") && !text.includes("://")) return spans;
  let position = 0;
  let run;
  while ((run = searchFrom(RUN, text, position))) {
    position = addUrlsOfRun(text, run.index, run.index + run[0].length, spans);
  }
  return spans;
}

function addUrlsOfRun(text, start, end, spans) {
  const labels = labelsOf(text, start, end);
  const tailEnd = end + searchFrom(TAIL, text, end)[0].length;
  const stopAt = (close) => (close === end ? tailEnd : close);
  const protocol = protocolStart(text, start);
  let first = 0;
  let lowest = start;
  const given = protocol < 0 ? 0 : givenEnd(text, labels);
  if (given) {
    lowest = given;
    first = text.slice(start, given).split(".").length - 1;
    addIfFits(spans, protocol, stopAt(lowest), text, text.slice(start, lowest));
  }
  while (first < labels.length - 1) {
    const opening = openingIn(text, labels, first, lowest);
    if (opening < 0) {
      first += 1;
      continue;
    }
    const last = reach(labels, first, opening);
    lowest = labels[last].tldEnd;
    if (opening === 0 || !"-_./".includes(text[opening - 1])) {
      addBareUrls(text, labels.slice(first, last + 1), opening, stopAt(lowest), spans);
    }
    first = last;
  }
  return lowest === end ? tailEnd : end;
}

function protocolStart(text, start) {
  if (text.slice(Math.max(start - 3, 0), start) !== "://") return -1;
  const from = Math.max(start - 9, 0);
  const found = PROTOCOL.exec(text.slice(from, start - 3));
  return found ? from + found.index : -1;
}

function givenEnd(text, labels) {
  const last = reach(labels, 0, labels[0].start);
  const close = last ? labels[last].tldEnd : 0;
  if (close && text[close] !== ".") return close;
  const found = searchFrom(GIVEN_HOST, text, labels[0].start);
  return Math.max(close, found ? found.index + found[0].length : 0);
}

function addBareUrls(text, labels, opening, end, spans) {
  const reaches = labels.map(() => 0);
  for (let index = labels.length - 2; index >= 0; index -= 1) {
    const following = labels[index + 1];
    const onward = LATIN_LABEL.test(following.text) ? reaches[index + 1] : 0;
    reaches[index] = onward || (following.tldEnd ? index + 1 : 0);
  }
  let index = 0;
  while (index < labels.length - 1) {
    const last = reaches[index];
    const start = latinStart(labels[index], opening, last === index + 1);
    if (!last || start < 0) {
      index += 1;
      continue;
    }
    const close = labels[last].tldEnd;
    const stop = last === labels.length - 1 ? end : close;
    addIfFits(spans, start, stop, text, text.slice(start, labels[last].start - 1));
    index = last;
    opening = close;
  }
}

function latinStart(label, lowest, registered) {
  const tail = label.text.slice(Math.max(lowest - label.start, 0)).slice(-LABEL_LENGTH - 1);
  const found = LATIN_TAIL.exec(tail);
  if (!found || (registered && found[0].includes("_"))) return -1;
  return label.end - tail.length + found.index;
}

function addIfFits(spans, start, end, text, host) {
  const short = host.split(".").every((piece) => [...piece].length <= LABEL_LENGTH);
  if (short && [...text.slice(start, end)].length <= URL_LENGTH) spans.push([start, end]);
}
