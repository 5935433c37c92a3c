"use strict";

const { inspect } = require("node:util");
const insides = require("./lib/insides.cjs");
const Tally = require("./lib/tally.cjs");

/**
 * Runs inside Node-RED and talks to the test over the IPC channel: a `probe` node reports every message that reaches
 * it and sends it on, and the commands below show what no admin route shows.
 */
module.exports = function probe(RED) {
  const report = (kind, content) => process.connected && process.send({ kind, time: Date.now(), ...content });

  function Probe(config) {
    RED.nodes.createNode(this, config);
    this.on("input", (msg, send, done) => {
      const content = { ...msg };
      delete content.req;
      delete content.res;
      // Through JSON by hand: what the channel cannot carry would end Node-RED.
      report("message", { probe: config.name, msg: JSON.parse(JSON.stringify(content)) });
      send(msg);
      done();
    });
  }
  RED.nodes.registerType("probe", Probe);

  const tally = new Tally(RED);

  /** Takes messages that `burst` has sent, and keeps nothing but numbers. */
  function Counter(config) {
    RED.nodes.createNode(this, config);
    this.on("input", (msg, _send, done) => {
      tally.take(config.name, msg);
      done();
    });
  }
  RED.nodes.registerType("counter", Counter);

  for (const event of ["started", "stopping", "stopped"]) {
    // With what had become of a burst by then: after the last stop nobody can ask any more.
    RED.events.on(`flows:${event}`, () => report("flows", { event, tally: tally.read() }));
  }

  const commands = {
    /** Sends a message to a node, as a wire would. */
    inject: ({ node, msg }) => RED.nodes.getNode(node).receive(msg),
    /** Sets environment variables of the process, or removes them (null). */
    environment: ({ variables }) => {
      for (const [name, value] of Object.entries(variables)) {
        if (value === null) delete process.env[name];
        else process.env[name] = value;
      }
    },
    /** A node object as a careless log line shows it, and with all that such a line leaves out. */
    dump: ({ node }) => {
      const instance = RED.nodes.getNode(node);
      const seen = new WeakSet();
      const json = JSON.stringify(instance, (_key, value) => {
        if (typeof value !== "object" || value === null) return value;
        if (seen.has(value)) return undefined;
        seen.add(value);
        return value;
      });
      const whole = { depth: null, maxArrayLength: null, maxStringLength: null };
      const hidden = inspect(instance, { ...whole, showHidden: true, getters: true });
      return { type: instance.type, json, inspect: inspect(instance, whole), hidden };
    },
    /** What keeps the event loop busy: sockets, timers, and so on. */
    resources: () => process.getActiveResourcesInfo(),
    /** Thousands of messages at once; see lib/tally.cjs. */
    burst: (input) => tally.burst(input),
    tally: () => tally.read(),
    ...insides(RED),
  };

  process.on("message", async ({ id, command, ...input }) => {
    try {
      report("answer", { id, value: await commands[command](input) });
    } catch (error) {
      report("answer", { id, error: String(error) });
    }
  });
  // A test run that is killed must not leave Node-RED behind.
  process.once("disconnect", () => process.exit());
};
