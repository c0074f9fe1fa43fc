// What was chosen in a composer besides its words, as it is kept with the draft.

const FIELDS = ["content_warning", "is_sensitive", "reply_policy", "poll_expires_in", "poll_multiple", "audience"];

function optionsIn(form) {
  return [...form.querySelectorAll("[name=poll_option]")];
}

export function valuesIn(form) {
  const values = { poll_option: optionsIn(form).map((field) => field.value) };
  for (const name of FIELDS) {
    const field = form.elements[name];
    if (field) values[name] = field.type === "checkbox" ? field.checked : field.value;
  }
  return values;
}

// Writes what is given and leaves the rest.
export function writeInto(form, { poll_option: options, ...values }) {
  if (options) optionsIn(form).forEach((field, at) => { field.value = options[at] ?? ""; });
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (field?.type === "checkbox") field.checked = value;
    else if (field) field.value = value;
  }
}
