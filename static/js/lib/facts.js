// The line of figures on a tweet's own page: each with the server's word for just so many, and gone at none.

import { compact } from "./numbers.js";

export function focused() {
  return document.querySelector(".tweet--focus")?.dataset.id;
}

export function showFacts(id, { words, ...counts }) {
  const line = words && document.querySelector(`.tweet--focus[data-id="${CSS.escape(id)}"] .tweet__facts`);
  if (!line) return;
  const facts = [...line.querySelectorAll("[data-fact]")];
  for (const fact of facts) {
    const name = fact.dataset.fact;
    fact.hidden = !counts[name];
    fact.querySelector("strong").textContent = compact(counts[name]);
    fact.querySelector("span").textContent = words[name];
  }
  line.hidden = facts.every((fact) => fact.hidden);
}
