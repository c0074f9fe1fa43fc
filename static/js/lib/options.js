// The options of a combobox's list: which one is active, and the one a key leads to.

export function activate(input, options, active) {
  for (const option of options) option.setAttribute("aria-selected", String(option === active));
  if (active) input.setAttribute("aria-activedescendant", active.id);
  else input.removeAttribute("aria-activedescendant");
  active?.scrollIntoView({ block: "nearest" });
}

// Round and round; from none down to the first, up to the last.
export function stepFrom(active, options, step) {
  return options.at((options.indexOf(active) + step + (active || step > 0 ? 0 : 1)) % options.length);
}
