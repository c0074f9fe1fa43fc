// A moment as people say it: "now", "2m", "3h", "5d", then the date.

const STEPS = [
  [60, 1, null],
  [3600, 60, "minute"],
  [86_400, 3600, "hour"],
  [604_800, 86_400, "day"],
];

export function shortTime(moment, now, language = "en", nowWord = "now") {
  const seconds = (now - moment) / 1000;
  for (const [limit, size, unit] of STEPS) {
    if (seconds >= limit) continue;
    if (!unit) return nowWord;
    const options = { style: "unit", unit, unitDisplay: "narrow" };
    return new Intl.NumberFormat(language, options).format(Math.floor(seconds / size));
  }
  const options = { month: "short", day: "numeric" };
  if (moment.getFullYear() !== now.getFullYear()) options.year = "numeric";
  return new Intl.DateTimeFormat(language, options).format(moment);
}

// As the server writes it (exact_time in ui.py), in the reader's own zone.
export function exactTime(moment, language = "en", timeZone = undefined) {
  const words = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone }).format(moment);
  return words.replaceAll("\u202F", " ");
}
