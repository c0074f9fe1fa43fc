// 1234 as 1.2K, rounded down like the server does: 999,999 is not a million yet.

const STEPS = [
  [1_000_000_000, "B"],
  [1_000_000, "M"],
  [1_000, "K"],
];

export function compact(count) {
  for (const [step, letter] of STEPS) {
    if (count < step) continue;
    const tenths = Math.floor((count * 10) / step);
    const whole = Math.floor(tenths / 10);
    return tenths % 10 && whole < 100 ? `${whole}.${tenths % 10}${letter}` : `${whole}${letter}`;
  }
  return String(count);
}

// What a count on the page stands for; null where it was shortened and one more or less is unknown.
export function exact(text) {
  const trimmed = text.trim();
  if (trimmed === "") return 0;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : null;
}

export function nudge(text, by) {
  const count = exact(text);
  if (count === null) return text;
  const next = Math.max(0, count + by);
  return next ? compact(next) : "";
}
