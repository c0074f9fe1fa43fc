import assert from "node:assert/strict";
import { test } from "node:test";

import { LiveSocket } from "../lib/socket.js";

function opened() {
  const sockets = [];
  const live = new LiveSocket("ws://here/ws/", (url) => {
    const socket = { url, readyState: 1, sent: [], send: (text) => socket.sent.push(JSON.parse(text)), close() {} };
    sockets.push(socket);
    return socket;
  });
  const caught = [];
  live.addEventListener("catchup", () => caught.push(sockets.length));
  live.start();
  sockets[0].onopen();
  return { live, sockets, caught };
}

const say = (socket, hint) => socket.onmessage({ data: JSON.stringify(hint) });

test("a hint is dispatched under its type", () => {
  const { live, sockets } = opened();
  const heard = [];
  live.addEventListener("tweet.counts", ({ detail }) => heard.push(detail.id));
  say(sockets[0], { type: "tweet.counts", id: "7" });
  assert.deepEqual(heard, ["7"]);
  live.stop();
});

test("everything catches up when the socket opens, and again after a reconnect", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets, caught } = opened();
  sockets[0].onclose({ code: 1006 });
  t.mock.timers.tick(30_000);
  assert.equal(sockets.length, 2);
  sockets[1].onopen();
  assert.deepEqual(caught, [1, 2]);
  live.stop();
});

test("watched ids are told again after a reconnect", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets } = opened();
  live.watch(["1", "2"]);
  sockets[0].onclose({ code: 1006 });
  t.mock.timers.tick(30_000);
  sockets[1].onopen();
  assert.deepEqual(sockets[1].sent, [{ type: "watch", ids: ["1", "2"] }]);
  live.stop();
});

test("an ended session is not asked for again", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets } = opened();
  sockets[0].onclose({ code: 4401 });
  t.mock.timers.tick(120_000);
  assert.equal(sockets.length, 1);
  live.stop();
});

test("a heartbeat goes out while the socket is open", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets } = opened();
  t.mock.timers.tick(50_000);
  assert.deepEqual(sockets[0].sent, [{ type: "ping" }, { type: "ping" }]);
  live.stop();
});

test("a tab hidden for more than a minute catches up, one hidden for less does not", () => {
  const { live } = opened();
  let caught = 0;
  live.addEventListener("catchup", () => (caught += 1));
  live.hidden(0);
  live.shown(59_000);
  assert.equal(caught, 0);
  live.hidden(0);
  live.shown(61_000);
  assert.equal(caught, 1);
  live.stop();
});

test("a frame that is not JSON is ignored", () => {
  const { live, sockets } = opened();
  sockets[0].onmessage({ data: "{" });
  sockets[0].onmessage({ data: "null" });
  live.stop();
});

test("a stopped socket stays closed until it is started", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { live, sockets } = opened();
  live.stop();
  t.mock.timers.tick(120_000);
  assert.equal(sockets.length, 1);
  live.start();
  assert.equal(sockets.length, 2);
  live.stop();
});

test("back online a new socket is opened, though the old one never closed, and everything catches up", () => {
  const { live, sockets, caught } = opened();
  live.renew();
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].onclose, null);
  sockets[1].onopen();
  assert.deepEqual(caught, [1, 2]);
  live.stop();
});

test("a socket that is opened only to be refused is asked for less and less often", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const { live, sockets } = opened();
  for (let wait = 0; wait < 60; wait += 1) {
    sockets.at(-1).onclose({ code: 4429 });
    const before = sockets.length;
    while (sockets.length === before) t.mock.timers.tick(250);
    sockets.at(-1).onopen();
  }
  assert.ok(Date.now() > 40 * 15_000);
  t.mock.timers.tick(6000); // this one stays
  sockets.at(-1).onclose({ code: 1006 });
  const { length } = sockets;
  t.mock.timers.tick(500);
  assert.equal(sockets.length, length + 1);
  live.stop();
});

test("a socket that still connects is left to open before it is closed", () => {
  const sockets = [];
  const live = new LiveSocket("ws://here/ws/", () => {
    const socket = { readyState: 0, closed: 0, close: () => (socket.closed += 1) };
    sockets.push(socket);
    return socket;
  });
  live.start();
  live.renew();
  assert.equal(sockets[0].closed, 0);
  sockets[0].onopen();
  assert.equal(sockets[0].closed, 1);
  assert.equal(sockets[1].closed, 0);
});
