// The `@name` or `#hashtag` that is being written: what stands before the caret, if nothing of it stands behind.

const BEGUN = /(?<![\p{L}\p{M}\p{N}_@＠#＃/&.])([@＠][\p{L}\p{M}\p{N}_]{1,50}|[#＃][\p{L}\p{M}\p{N}_]{1,100})$/u;
const LONGEST = 103; // a hashtag, its sign, and what stands before it
const GOES_ON = /^[\p{L}\p{M}\p{N}_]/u;

// {word, start} or null.
export function begunWord(text, caret) {
  if (GOES_ON.test(text.slice(caret, caret + 2))) return null;
  const from = Math.max(0, caret - LONGEST);
  const found = BEGUN.exec(text.slice(from, caret));
  return found ? { word: found[1], start: from + found.index } : null;
}
