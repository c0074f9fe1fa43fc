import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { TWEET_LENGTH, isBlank, weightedLength } from "../lib/text.js";
import { TLDS } from "../lib/tlds.js";

const cases = JSON.parse(
  readFileSync(new URL("../../../twitterclone/lib/tests/text_cases.json", import.meta.url), "utf8"),
);
const SIZE = 100_000;
const fill = (piece) => piece.repeat(SIZE / piece.length + 1).slice(0, SIZE);

for (const [name, text, weight] of cases.counts) {
  test(`weight is as published when counting ${name}`, () => assert.equal(weightedLength(text), weight));
}

test("text is blank when nothing shows", () => {
  for (const text of cases.blank) assert.equal(isBlank(text), true, JSON.stringify(text));
});

test("text is not blank when something shows", () => {
  for (const text of cases.visible) assert.equal(isBlank(text), false, JSON.stringify(text));
});

test("every address counts 23 when cut out of its text", () => {
  for (const [text, found] of cases.entities) {
    const urls = found.split("|").filter((part) => part && !/^[@＠#＃$]/.test(part));
    for (const url of urls) assert.equal(weightedLength(url), 23, `${url} of ${text}`);
  }
});

test("a tweet is full when it weighs 280", () => {
  assert.equal(weightedLength("a".repeat(TWEET_LENGTH)), 280);
  assert.equal(weightedLength("漢".repeat(140)), 280);
  assert.equal(weightedLength("👩‍🚀".repeat(140)), 280);
});

test("texts add up when a line feed separates them", () => {
  const texts = cases.counts.map(([, text]) => text);
  const sum = cases.counts.reduce((total, [, , weight]) => total + weight + 1, -1);
  assert.equal(weightedLength(texts.join("\n")), sum);
});

test("the list of domains is whole when loaded", () => {
  assert.ok(TLDS.size > 1500);
  for (const tld of ["com", "zw", "рф", "xn--p1ai", "みんな"]) assert.ok(TLDS.has(tld), tld);
});

test("time is well under a second when input is hostile", () => {
  const pieces = [
    "@", "#", ".", "a.", "(", "http://", "\u200d", "a.com_", "a.com.", "@a.com", "a.co/(", "a.co/!(", "a.co?!",
    "http://a.com", "a中", "x.com中", "a-", "\u0301\u0316", "\u0344", "🇫", "👩\u200d", "\n \u200b", " ", "://",
    "http://a.b-", "http://a:", "1.",
  ];
  for (const piece of pieces) {
    const filled = fill(piece);
    for (const text of [filled, `${filled}.com`, `a.co/${filled}`, `a${filled}`, `http://${filled}_`]) {
      const before = process.cpuUsage().user;
      weightedLength(text);
      isBlank(text);
      const seconds = (process.cpuUsage().user - before) / 1e6;
      assert.ok(seconds < 1, `${JSON.stringify(piece)} took ${seconds} s`);
    }
  }
});
