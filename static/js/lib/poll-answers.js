// The answers of a poll: which of them say the same, as the server compares them, and what else is wrong with one.

import { markField } from "./field-notes.js";

export function twinsIn(answers) {
  const seen = new Set();
  return answers.map((answer) => {
    const plain = answer.normalize("NFC").trim().toUpperCase().toLowerCase(); // so that ß is ss, as there
    const isTwin = plain !== "" && seen.has(plain);
    seen.add(plain);
    return isTwin;
  });
}

// Marks the fields; the name of what hinders the poll first, "" when nothing does.
export function markAnswers(fields) {
  const twins = twinsIn(fields.map(({ value }) => value));
  const isLong = fields.map((field, at) => markField(field, twins[at] ? "twin" : "")).includes(true);
  if (twins.includes(true)) return "twins";
  if (isLong) return "answer";
  return fields.filter(({ value }) => value.trim()).length < 2 ? "poll" : "";
}
