// What stands below a field of the composer: how much room is left near its end, how much there is too much, or
// what else is wrong. What was typed or pasted stays whole.

const NEAR = 10;

// Counted as the server counts.
export function lengthOf(text) {
  return [...text.replaceAll("\r\n", "\n").normalize("NFC").trim()].length;
}

// Which words a note has for so much room; "" far from the end.
export function roomName(left) {
  if (left < 0) return left === -1 ? "overOne" : "over";
  if (left > NEAR) return "";
  return left === 1 ? "leftOne" : "left";
}

// Says it below the field (`wrong` names words that come first); whether the text is too long.
export function markField(field, wrong = "") {
  const note = field.nextElementSibling, left = Number(field.dataset.most) - lengthOf(field.value);
  const name = wrong || roomName(left), isWrong = Boolean(wrong) || left < 0;
  note.textContent = name ? note.dataset[name].replace("{n}", Math.abs(left)) : "";
  note.hidden = !name;
  note.classList.toggle("extra__note--wrong", isWrong);
  // only then: what is hidden is read all the same where it describes
  for (const [attribute, value] of [["aria-invalid", isWrong && "true"], ["aria-describedby", name && note.id]])
    if (value) field.setAttribute(attribute, value);
    else field.removeAttribute(attribute);
  return left < 0;
}
