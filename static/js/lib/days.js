// Days and hours of a conversation in the reader's own zone; what was written together shares one time.

const TOGETHER = 5 * 60_000;

export function dayWord(moment, now, language, { today, yesterday }) {
  const days = Math.round((midnight(now) - midnight(moment)) / 86_400_000);
  if (days === 0) return today;
  if (days === 1) return yesterday;
  const options = days < 7 && days > 0 ? { weekday: "long" } : { day: "numeric", month: "long", year: sameYear(moment, now) ? undefined : "numeric" };
  return new Intl.DateTimeFormat(language, options).format(moment);
}

export function clock(moment, language) {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(moment);
}

// For messages in order ({moment, own}): whether each begins a day, and whether the next one belongs to it.
export function layout(messages) {
  return messages.map(({ moment, own }, at) => {
    const before = messages[at - 1];
    const next = messages[at + 1];
    return {
      begins: !before || midnight(before.moment) !== midnight(moment),
      joined: Boolean(next) && next.own === own && next.moment - moment < TOGETHER && midnight(next.moment) === midnight(moment),
    };
  });
}

function midnight(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

function sameYear(one, other) {
  return one.getFullYear() === other.getFullYear();
}
