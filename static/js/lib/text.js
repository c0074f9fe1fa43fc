// Twitter's rules for counting, the same as twitterclone/lib/text.py: both sides prove the cases of
// twitterclone/lib/tests/text_cases.json.
import { EMOJI, EXTRA_MARKS, HEAVY, VISIBLE } from "./text-patterns.js";
import { urlSpans } from "./text-urls.js";

export const TWEET_LENGTH = 280;
const URL_WEIGHT = 23;

/** Whether nothing of the text can be seen. */
export const isBlank = (text) => !VISIBLE.test(text);

/** What the text counts against TWEET_LENGTH. */
export function weightedLength(text) {
  const composed = compose(text);
  let flat = "";
  let position = 0;
  for (const [start, end] of urlSpans(composed)) {
    flat += composed.slice(position, start) + "x".repeat(URL_WEIGHT);
    position = end;
  }
  flat = (flat + composed.slice(position)).replace(EMOJI, "\u{1f600}");
  return [...flat].length + (flat.match(HEAVY) ?? []).length;
}

const capMarks = (text) => text.replace(EXTRA_MARKS, "$1");
const compose = (text) => capMarks(capMarks(text).normalize("NFC"));
