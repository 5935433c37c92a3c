"use strict";

const { performance } = require("node:perf_hooks");
const { setInterval } = require("node:timers");

const isOurs = ({ type }) => type.startsWith("plex-");

/** Node-RED takes the input handler away when the last of a node's close handlers is through. */
const isClosed = (node) => !node._inputCallback && !node._inputCallbacks;

const count = (counts, matches) => counts.reduce((sum, each) => sum + (matches(each) ? 1 : 0), 0);

/** Watches for how long the event loop is blocked. */
class LagMeter {
  #last = performance.now();
  longest = 0;

  constructor() {
    setInterval(() => {
      const now = performance.now();
      this.longest = Math.max(this.longest, now - this.#last);
      this.#last = now;
    }, 10).unref();
  }

  reset() {
    this.#last = performance.now();
    this.longest = 0;
  }
}

/**
 * Sends numbered messages by the thousand and counts what becomes of each: to report them all over the IPC channel
 * would be a load of its own.
 */
module.exports = class Tally {
  #RED;
  #run = 0;
  #sent = 0;
  #came = new Uint8Array(0);
  #done = new Uint8Array(0);
  #outcomes = {};
  #strays = 0;
  #late = 0;
  #generating = 0;
  #lag;

  constructor(RED) {
    this.#RED = RED;
  }

  /**
   * Sends so many messages in one tick, to the nodes in turn, and some more when these nodes are being stopped. What
   * earlier bursts still do counts as strays from now on.
   */
  burst({ nodes, count: wanted, whenStopping = 0, msg }) {
    this.#listen();
    const targets = nodes.map((id) => this.#RED.nodes.getNode(id));
    const send = (from, to) => {
      for (let number = from; number < to; number += 1) {
        const numbered = { ...this.#RED.util.cloneMessage(msg), tally: { run: this.#run, number } };
        targets[number % targets.length].receive(numbered);
      }
    };
    this.#run += 1;
    this.#sent = wanted + whenStopping;
    this.#came = new Uint8Array(this.#sent);
    this.#done = new Uint8Array(this.#sent);
    this.#outcomes = {};
    this.#lag.reset();
    const start = performance.now();
    send(0, wanted);
    this.#generating = performance.now() - start;
    if (whenStopping === 0) return;
    // At the event itself nothing has been stopped yet; by the next tick everything has been told to.
    this.#RED.events.once("flows:stopping", () => process.nextTick(send, wanted, this.#sent));
  }

  /** A message has come to a counter. */
  take(name, { tally, error }) {
    const outcome = `${name} ${error?.code ?? "ok"}`;
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    this.#mark(this.#came, tally);
  }

  /** What has become of the messages so far. */
  read() {
    return {
      sent: this.#sent,
      came: count(this.#came, (times) => times > 0),
      cameTwice: count(this.#came, (times) => times > 1),
      done: count(this.#done, (times) => times > 0),
      doneTwice: count(this.#done, (times) => times > 1),
      strays: this.#strays,
      late: this.#late,
      outcomes: this.#outcomes,
      generating: Math.round(this.#generating),
      longestLag: Math.round(this.#lag?.longest ?? 0),
    };
  }

  /** Not before it is wanted: hooks cost every message of every flow a little. */
  #listen() {
    if (this.#lag) return;
    this.#lag = new LagMeter();
    this.#RED.hooks.add("onComplete.tally", ({ msg, node: { node } }) => {
      if (isOurs(node)) this.#mark(this.#done, msg.tally);
      if (isOurs(node) && isClosed(node)) this.#late += 1;
    });
    this.#RED.hooks.add("onSend.tally", (events) => {
      for (const { source } of events) if (isOurs(source.node) && isClosed(source.node)) this.#late += 1;
    });
  }

  #mark(times, tally) {
    if (tally?.run === this.#run) times[tally.number] += 1;
    else this.#strays += 1;
  }
};
