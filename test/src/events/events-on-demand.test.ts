import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, it } from "mocha";
import { startSimulator, type Simulator } from "../../../simulator";
import { EventsOnDemand } from "../../../src/events";
import { HttpClient, identityHeaders } from "../../../src/http";
import { Ear } from "../../../testing/events/ear";

const run = promisify(execFile);
const root = resolve(__dirname, "../../..");

describe("events that are loaded with the first listener", () => {
  let simulator: Simulator;
  let http: HttpClient;
  let events: EventsOnDemand;

  beforeEach(async () => {
    simulator = await startSimulator();
    const headers = identityHeaders({ clientIdentifier: "0123456789abcdef" });
    const { url, token } = simulator;
    http = new HttpClient({ url, token, headers, timeout: 5_000, retries: 0, proxy: "" });
    events = new EventsOnDemand(http);
  });

  afterEach(async () => {
    events.close();
    http.close();
    await simulator.close();
  });

  it("are told to who came first and who came later, and to nobody after the end", async () => {
    const first = new Ear(events);
    await first.connected();
    const later = new Ear(events);
    const viewer = simulator.viewer();
    viewer.play();
    assert.deepEqual(await Promise.all([first.hears(1), later.hears(1)]), [["started"], ["started"]]);
    later.stop();
    viewer.pause();
    assert.deepEqual(await first.hears(2), ["started", "paused"]);
    assert.deepEqual(later.topics, ["started"]);
    events.close();
    new Ear(events);
    await sleep(150);
    assert.equal(events.streamsLost, 0);
    assert.equal(simulator.requests.filter(({ path }) => path.includes("eventsource")).length, 1);
  });

  for (const [what, end] of [
    [
      "a listener that has gone",
      (ear: Ear) => {
        ear.stop();
      },
    ],
    [
      "a client that is closed",
      () => {
        events.close();
      },
    ],
  ] as const) {
    it(`open no stream for ${what} meanwhile`, async () => {
      const ear = new Ear(events);
      end(ear);
      await sleep(250);
      assert.deepEqual([simulator.requests.length, ear.changes], [0, []]);
    });
  }

  it("are an outage where they cannot be loaded, told with its place and never with its text", async function () {
    this.timeout(30_000);
    const hooks = `export async function resolve(specifier, context, next) {
      if (specifier !== "./plex-events.js") return next(specifier, context);
      throw Object.assign(new Error("Cannot find canary"), { code: "ERR_MODULE_NOT_FOUND" });
    }`;
    const script = `
      const { register } = require("node:module");
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
      const { EventsOnDemand } = require("./src/events");
      const told = [];
      const listener = { onStatus: (status) => told.push(status.state), onChange: ({ error }) => told.push(error.message), onEvent() {} };
      new EventsOnDemand({}).listen({}, listener);
      new EventsOnDemand({}).listen({}, { ...listener, onStatus() { throw new Error("of the listener"); } });
      setTimeout(() => console.log(JSON.stringify(told)), 500);`;
    const { stdout } = await run(process.execPath, ["--import", "tsx", "--eval", script], { cwd: root });
    const [state, message, ...more] = JSON.parse(stdout) as string[];
    assert.deepEqual([state, more], ["failed", []]);
    assert.match(message!, /^Something went wrong inside node-red-contrib-plex-access \(Error ERR_MODULE_NOT_FOUND/);
    assert.doesNotMatch(message!, /canary/);
  });
});
