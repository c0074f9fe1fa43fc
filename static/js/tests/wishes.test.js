import assert from "node:assert/strict";
import { test } from "node:test";

import { Wishes } from "../lib/wishes.js";

const OFF = { pressed: false, count: "4" };
const ON = { pressed: true, count: "5" };

// A server whose answers come when the test says so, and what the button showed at each moment.
function bench() {
  const asked = [];
  const shown = [];
  const failures = [];
  const answers = [];
  const ask = (key, wish) => {
    asked.push(wish);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  };
  const wishes = new Wishes(ask, (key, state) => shown.push(`${state.pressed} ${state.count}`), (error) => failures.push(error));
  return { wishes, asked, shown, failures, answers };
}

test("a press is shown at once and set right by the answer", async () => {
  const { wishes, asked, shown, answers } = bench();
  const done = wishes.press("like", OFF);
  assert.deepEqual([asked, shown], [[true], ["true 5"]]);
  assert.equal(wishes.shown("like").pressed, true);
  answers[0].resolve({ pressed: true, count: "9" });
  assert.deepEqual(await done, { pressed: true, count: "9" });
  assert.deepEqual(shown, ["true 5", "true 9"]);
  assert.equal(wishes.shown("like"), null);
});

test("a second press waits for the answer, shows no step back, and is sent", async () => {
  const { wishes, asked, shown, answers } = bench();
  const done = wishes.press("like", OFF);
  wishes.press("like", ON);
  assert.deepEqual([asked, shown], [[true], ["true 5", "false 4"]]);
  answers[0].resolve({ pressed: true, count: "7" });
  await new Promise(setImmediate);
  assert.deepEqual([asked, shown.at(-1)], [[true, false], "false 6"]);
  answers[1].resolve({ pressed: false, count: "6" });
  await done;
  assert.deepEqual(shown, ["true 5", "false 4", "false 6", "false 6"]);
});

test("three presses are one request", async () => {
  const { wishes, asked, shown, answers } = bench();
  const done = wishes.press("like", OFF);
  const joined = [wishes.press("like", ON), wishes.press("like", OFF)];
  assert.deepEqual(await Promise.all(joined), [null, null]);
  answers[0].resolve(ON);
  await done;
  assert.deepEqual([asked, shown], [[true], ["true 5", "false 4", "true 5", "true 5"]]);
});

test("a failure goes back to the server's last word and is told once", async () => {
  const { wishes, shown, failures, answers } = bench();
  const done = wishes.press("like", { pressed: false, count: "999" });
  answers[0].reject(new Error("refused"));
  await done;
  assert.deepEqual(shown, ["true 1K", "false 999"]);
  assert.equal(failures.length, 1);
});

test("a failure that a newer wish has overtaken is not told; the newer wish is sent", async () => {
  const { wishes, asked, failures, answers } = bench();
  const done = wishes.press("like", OFF);
  wishes.press("like", ON);
  answers[0].reject(new Error("lost"));
  await new Promise(setImmediate);
  answers[1].resolve(OFF);
  await done;
  assert.deepEqual([asked, failures], [[true, false], []]);
});

test("after a failure of the newer wish the first answer stands", async () => {
  const { wishes, shown, failures, answers } = bench();
  const done = wishes.press("like", OFF);
  wishes.press("like", ON);
  answers[0].resolve(ON);
  await new Promise(setImmediate);
  answers[1].reject(new Error("lost"));
  await done;
  assert.equal(shown.at(-1), "true 5");
  assert.equal(failures.length, 1);
});

test("a wish for one button leaves the others alone", () => {
  const { wishes, asked } = bench();
  wishes.press("like", OFF);
  wishes.press("retweet", ON);
  assert.deepEqual(asked, [true, false]);
});
