// How a composer's ring looks at a given length.

export const LIMIT = 280;
const NEAR = 20;

export function budget(length, limit = LIMIT) {
  const left = limit - length;
  const state = left < 0 ? "over" : left <= NEAR ? "near" : "fine";
  return { left, state, filled: Math.min(100, (length / limit) * 100), tooLong: left < 0 };
}
