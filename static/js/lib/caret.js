// Where a character of a textarea stands on the screen (browsers tell it of all text but this), and what hangs there.

const SAME = [
  "direction", "font", "fontFeatureSettings", "letterSpacing", "lineHeight", "paddingInline", "paddingBlock",
  "borderWidth", "textAlign", "textTransform", "wordSpacing", "unicodeBidi",
];

// The box of the line at that place, in the coordinates of the window.
export function placeIn(field, index) {
  const look = getComputedStyle(field);
  const twin = document.createElement("div");
  twin.dir = field.dir;
  for (const name of SAME) twin.style[name] = look[name];
  Object.assign(twin.style, {
    position: "fixed", visibility: "hidden", boxSizing: "border-box", borderStyle: "solid", width: `${field.offsetWidth}px`,
    whiteSpace: "pre-wrap", overflowWrap: "break-word",
  });
  const mark = Object.assign(document.createElement("span"), { textContent: "\u200b" });
  twin.append(field.value.slice(0, index), mark, field.value.slice(index));
  field.after(twin);
  const { left, top } = field.getBoundingClientRect();
  const place = { x: left + mark.offsetLeft, y: top + mark.offsetTop - field.scrollTop, height: mark.offsetHeight };
  twin.remove();
  return place;
}

// Puts a fixed box under that line, or over it where there is more room; never out of sight.
export function hang(box, { x, y, height }) {
  const { offsetLeft: left, offsetTop: top, width, height: seen } = visualViewport;
  const below = y + height + 6, above = y - box.offsetHeight - 6;
  const fits = below + box.offsetHeight <= top + seen || above < top;
  box.style.left = `${Math.max(left + 8, Math.min(x - 12, left + width - box.offsetWidth - 8))}px`;
  box.style.top = `${fits ? below : above}px`;
}
