// How long to wait before the next try: doubling, capped, with jitter so that a whole crowd that
// lost its server does not come back in the same second.

export function delayFor(attempt, { base = 500, cap = 30_000, random = Math.random } = {}) {
  const ceiling = Math.min(cap, base * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + random() * (ceiling / 2));
}
