import assert from "node:assert/strict";
import { test } from "node:test";

import { delayFor } from "../lib/backoff.js";
import { begunWord } from "../lib/begun.js";
import { budget } from "../lib/budget.js";
import { hindrance } from "../lib/composer-words.js";
import { Drafts } from "../lib/drafts.js";
import { endsSession } from "../lib/http.js";
import { lengthOf, roomName } from "../lib/field-notes.js";
import { haveSingleKeys, Keys } from "../lib/keys.js";
import { compact, nudge } from "../lib/numbers.js";
import { stepFrom } from "../lib/options.js";
import { twinsIn } from "../lib/poll-answers.js";
import { Recent } from "../lib/recent.js";
import { throttle } from "../lib/throttle.js";
import { exactTime, shortTime } from "../lib/time.js";
import { titleWith } from "../lib/title.js";

test("waiting doubles, is capped, and is spread out", () => {
  assert.equal(delayFor(0, { random: () => 1 }), 500);
  assert.equal(delayFor(3, { random: () => 1 }), 4000);
  assert.equal(delayFor(50, { random: () => 1 }), 30_000);
  assert.equal(delayFor(50, { random: () => 0 }), 15_000);
});

test("a ring is fine, near, and over", () => {
  assert.deepEqual(budget(0), { left: 280, state: "fine", filled: 0, tooLong: false });
  assert.equal(budget(260).state, "near");
  assert.deepEqual(budget(281), { left: -1, state: "over", filled: 100, tooLong: true });
});

test("a button that waits says the first thing that hinders it", () => {
  assert.equal(hindrance({ tooLong: true, extras: "poll", isEmpty: false }), "over");
  assert.equal(hindrance({ tooLong: false, extras: "busy", isEmpty: true }), "busy");
  assert.equal(hindrance({ tooLong: false, extras: "", isEmpty: true }), "empty");
  assert.equal(hindrance({ tooLong: false, extras: "", isEmpty: false }), "");
});

test("counts are shortened by rounding down", () => {
  const pairs = [[0, "0"], [999, "999"], [1000, "1K"], [1234, "1.2K"], [12_890, "12.8K"], [999_999, "999K"], [1_250_000, "1.2M"]];
  for (const [count, words] of pairs) assert.equal(compact(count), words);
});

test("a press moves a whole count by one and leaves a shortened one", () => {
  assert.equal(nudge("", 1), "1");
  assert.equal(nudge("1", -1), "");
  assert.equal(nudge("999", 1), "1K");
  assert.equal(nudge("1.2K", 1), "1.2K");
});

test("a moment is now, minutes, hours, days, then a date", () => {
  const now = new Date(2026, 10, 22, 12, 0, 0);
  const ago = (seconds) => shortTime(new Date(now - seconds * 1000), now);
  assert.equal(ago(59), "now");
  assert.equal(ago(-5), "now");
  assert.equal(ago(60), "1m");
  assert.equal(ago(7199), "1h");
  assert.equal(ago(3 * 86_400), "3d");
  assert.equal(ago(10 * 86_400), "Nov 12");
  assert.equal(ago(400 * 86_400), "Oct 18, 2025");
});

test("the title carries the unread number once", () => {
  assert.equal(titleWith("Home · T", 3), "(3) Home · T");
  assert.equal(titleWith("(3) Home · T", 4), "(4) Home · T");
  assert.equal(titleWith("(1.2K) Home · T", 0), "Home · T");
});

test("single keys are on unless this browser said no", () => {
  assert.equal(haveSingleKeys(""), true);
  assert.equal(haveSingleKeys("theme=dark; keys=off"), false);
  assert.equal(haveSingleKeys("monkeys=off"), true);
});

test("keys act alone, after g, and not while typing", () => {
  const keys = new Keys();
  assert.equal(keys.press({ key: "j" }, false, 0), "next");
  assert.equal(keys.press({ key: "j" }, true, 0), null);
  assert.equal(keys.press({ key: "l", ctrlKey: true }, false, 0), null);
  assert.equal(keys.press({ key: "g" }, false, 0), null);
  assert.equal(keys.press({ key: "n" }, false, 500), "notifications");
  assert.equal(keys.press({ key: "g" }, false, 0), null);
  assert.equal(keys.press({ key: "n" }, false, 5000), "compose");
  assert.equal(keys.press({ key: "d" }, false, 5000), "bookmark");
  assert.equal(keys.press({ key: "t" }, false, 5000), "retweet");
  assert.equal(keys.press({ key: "q" }, false, 5000), "quote");
  for (const [key, place] of Object.entries({ m: "messages", b: "bookmarks", p: "profile", s: "settings" })) {
    keys.press({ key: "g" }, false, 9000);
    assert.equal(keys.press({ key }, false, 9100), place);
  }
});

test("drafts belong to a person and a place, and a broken storage costs nothing", () => {
  const store = new Map();
  const storage = { getItem: (k) => store.get(k) ?? null, setItem: (k, v) => store.set(k, v), removeItem: (k) => store.delete(k) };
  const drafts = new Drafts(storage, "1");
  drafts.keep("home", "half a thought");
  assert.equal(drafts.read("home"), "half a thought");
  assert.equal(new Drafts(storage, "2").read("home"), "");
  drafts.keepWhole("home", { text: "with a poll", more: "{}" });
  assert.deepEqual(drafts.whole("home"), { text: "with a poll", more: "{}" });
  drafts.keepWhole("home", { text: "  " });
  assert.equal(store.size, 0);
  const broken = new Drafts({ getItem() { throw new Error("no"); }, setItem() { throw new Error("full"); } }, "1");
  assert.equal(broken.read("home"), "");
  assert.equal(broken.keep("home", "x"), false);
});

test("many calls become one now and one at the end of the period", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let runs = 0;
  const call = throttle(() => (runs += 1), 1000);
  for (let i = 0; i < 9; i += 1) call();
  t.mock.timers.tick(0);
  assert.equal(runs, 1);
  for (let i = 0; i < 9; i += 1) call();
  t.mock.timers.tick(999);
  assert.equal(runs, 1);
  t.mock.timers.tick(1);
  assert.equal(runs, 2);
});

test("the later of two answers that say the same is the twin", () => {
  assert.deepEqual(twinsIn(["Tea", "Coffee", " tea ", ""]), [false, false, true, false]);
  assert.deepEqual(twinsIn(["Stra\u00dfe", "STRASSE", "", ""]), [false, true, false, false]);
  assert.deepEqual(twinsIn(["Caf\u00e9", "Cafe\u0301"]), [false, true]);
});

test("a field says how much room is left near its end, counted as the server counts", () => {
  assert.deepEqual([30, 11, 10, 1, 0, -1, -2].map(roomName), ["", "", "left", "leftOne", "left", "overOne", "over"]);
  assert.equal(lengthOf(" Cafe\u0301 \u{1f375}\r\n"), 6);
});

test("a time in full is written as the server writes it", () => {
  assert.equal(exactTime(new Date("2026-11-29T13:06:00Z"), "en", "UTC"), "November 29, 2026 at 1:06 PM");
  assert.equal(exactTime(new Date("2026-01-02T00:00:00Z"), "en", "UTC"), "January 2, 2026 at 12:00 AM");
});

test("the log-in page means the session has ended", () => {
  assert.equal(endsSession("http://here/accounts/login/?next=/"), true);
  assert.equal(endsSession("http://here/alice/"), false);
});

test("searches are remembered newest first, each once, at most five, and forgotten", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const recent = new Recent("searches:1", storage);
  for (const text of ["a", "b", "c", "a", "d", "e", "f"]) recent.add(text);
  assert.deepEqual(recent.list(), ["f", "e", "d", "a", "c"]);
  assert.deepEqual(new Recent("searches:2", storage).list(), []);
  kept.set("searches:1", '{"not": "a list"}');
  assert.deepEqual(recent.list(), []);
  recent.add("g");
  recent.clear();
  assert.deepEqual(recent.list(), []);
  assert.deepEqual(new Recent("searches:1", null).list(), []);
});

test("a slash asks for the search box, unless somebody types", () => {
  assert.equal(new Keys().press({ key: "/" }, false), "search");
  assert.equal(new Keys().press({ key: "/" }, true), null);
});

test("a word is completed while it is written, and only a name or a hashtag", () => {
  const begun = (text) => begunWord(text.replace("|", ""), text.indexOf("|"));
  assert.deepEqual(begun("Hello @ali|"), { word: "@ali", start: 6 });
  assert.deepEqual(begun("(@a| b"), { word: "@a", start: 1 });
  assert.deepEqual(begun("雨が#コメ|"), null);
  assert.deepEqual(begun("雨 ＃コメ|"), { word: "＃コメ", start: 2 });
  assert.deepEqual(begun(`${"x ".repeat(200)}#com|`), { word: "#com", start: 400 });
  for (const text of ["|", "@|", "me@example|", "@ali|ce", "@ali |", "https://a.example/#top|", "a&#39|", "##a|", `#${"a".repeat(101)}|`])
    assert.equal(begun(text), null, text);
});

test("options are walked through round and round", () => {
  const options = ["a", "b", "c"];
  assert.deepEqual([stepFrom(null, options, 1), stepFrom(null, options, -1)], ["a", "c"]);
  assert.deepEqual([stepFrom("c", options, 1), stepFrom("a", options, -1), stepFrom("b", options, 1)], ["a", "c", "c"]);
});
