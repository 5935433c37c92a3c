"use strict";

const { Agent } = require("node:http");
const { createRequire } = require("node:module");
const { Session } = require("node:inspector");
const { join } = require("node:path");
const { setImmediate: turn } = require("node:timers/promises");
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

/** Frees what is free to go. Without a flag on the command line, for Node-RED shall run as users run it. */
function collectGarbage() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

const found = Symbol.for("plex-access.tests.found");

/** The living objects of a class, after garbage collection. */
function findLiving({ prototype }) {
  const session = new Session();
  session.connect();
  const ask = (method, input) => {
    let answer;
    // Within one thread the answer is there when `post` returns.
    session.post(method, input, (error, result) => {
      if (error) throw new Error(error.message);
      answer = result;
    });
    return answer;
  };
  const place = `globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(found))})]`;
  try {
    globalThis[found] = prototype;
    const { result } = ask("Runtime.evaluate", { expression: place });
    const { objects } = ask("Runtime.queryObjects", { prototypeObjectId: result.objectId });
    const functionDeclaration = `function () { ${place} = [...this]; }`;
    ask("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration });
    // A class that extends this one has a prototype that looks like an instance.
    return globalThis[found].filter((object) => !Object.hasOwn(object, "constructor"));
  } finally {
    delete globalThis[found];
    session.disconnect();
  }
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const countListeners = (emitter) => sum(emitter.eventNames().map((event) => emitter.listenerCount(event)));

const countEntries = (lists) => sum(Object.values(lists ?? {}).map(({ length }) => length));

/** The class whose instances hold a server's connections, as the nodes have loaded it. */
function loadPlexClient() {
  const fromUserDir = createRequire(join(process.cwd(), "package.json"));
  return fromUserDir("node-red-contrib-plex-access").PlexClient;
}

/** What a process holds on to that a leak would make more of. */
module.exports = (RED) => ({
  /** Bytes after garbage collection. */
  memory: async () => {
    // Streams and promises let go of things a few turns after they have ended.
    for (let round = 0; round < 3; round += 1) {
      collectGarbage();
      await turn();
    }
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss };
  },
  /** Objects, listeners and connections that are there at this moment. */
  holdings: async () => {
    for (let round = 0; round < 3; round += 1) await turn();
    const agents = findLiving(Agent);
    return {
      clients: findLiving(loadPlexClient()).length,
      controllers: findLiving(globalThis.AbortController).length,
      agents: agents.length,
      agentListeners: sum(agents.map(countListeners)),
      connections: sum(agents.map(({ sockets, freeSockets }) => countEntries(sockets) + countEntries(freeSockets))),
      processListeners: countListeners(process),
      runtimeListeners: countListeners(RED.events),
      timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    };
  },
});
