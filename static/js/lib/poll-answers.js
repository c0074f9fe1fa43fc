// Answers of a poll that say the same, as the server compares them: told beside the later one, whose text stays.

export function twinsIn(answers) {
  const seen = new Set();
  return answers.map((answer) => {
    const plain = answer.normalize("NFC").trim().toUpperCase().toLowerCase(); // so that ß is ss, as there
    const isTwin = plain !== "" && seen.has(plain);
    seen.add(plain);
    return isTwin;
  });
}

// Marks the fields; says whether there are any such.
export function markTwins(fields) {
  const twins = twinsIn(fields.map(({ value }) => value));
  fields.forEach((field, at) => {
    const note = field.nextElementSibling;
    note.hidden = !twins[at];
    // only then: what is hidden is read all the same where it describes
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", note.id]])
      if (twins[at]) field.setAttribute(name, value);
      else field.removeAttribute(name);
  });
  return twins.includes(true);
}
