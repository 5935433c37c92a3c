import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { certificates, faults, startSimulator, type Simulator } from "../../../simulator";
import type { Fault } from "../../../simulator";
import { plexErrorCodes, type PlexErrorCode } from "../../../src";
import { ids, loadFlow, unloadFlow, type FlowSetup, type Outcome, type TestMessage } from "../../../testing/flows/flow";

interface Row {
  readonly name: string;
  readonly code: PlexErrorCode;
  readonly type?: FlowSetup["type"];
  readonly node?: Record<string, unknown>;
  readonly config?: Record<string, unknown> | null;
  readonly token?: string;
  readonly fault?: Fault;
  readonly msg?: Record<string, unknown>;
  readonly statusCode?: number;
  readonly retryable?: boolean;
  /** 1 unless told. */
  readonly attempts?: number;
  readonly retryAfter?: number;
  readonly hint: RegExp;
  /** Closes the flow while the request is open. */
  readonly close?: boolean;
}

const token = "canary-account-token";
const source = "plex-source-connection";

const settings: readonly Row[] = [
  { name: "no plex-config node", config: null, hint: /choose the server/ },
  { name: "no URL", config: { url: "" }, hint: /^Enter the address of your Plex Media Server/ },
  { name: "a URL without scheme", config: { url: "192.168.1.10:32400" }, hint: /^Enter the whole address/ },
  { name: "a URL with a password", config: { url: "http://u:canary-x@127.0.0.1" }, hint: /before the @/ },
  { name: "an IP address that means another", config: { url: "http://127.0.0.010:9" }, hint: /four numbers from 0/ },
  { name: "Plex Web", config: { url: "https://app.plex.tv/desktop" }, hint: /Plex Media Server itself/ },
  { name: "an unresolved URL", config: { url: "${NO_SUCH_URL}" }, hint: /^Set NO_SUCH_URL where Node-RED can see it/ },
  { name: "no token", token: "", hint: /^Enter an X-Plex-Token/ },
  { name: "a claim token", token: "claim-canary", hint: /^Enter an X-Plex-Token instead/ },
  { name: "a token that none can be", token: "canary+x/y==", hint: /^Copy it once more/ },
  { name: "a token with a line break", token: "canary\nx", hint: /^Copy it once more/ },
  { name: "an unresolved token", token: "${NO_SUCH_TOKEN}", hint: /^Set NO_SUCH_TOKEN/ },
  { name: "no client identifier", config: { clientIdentifier: "" }, hint: /a missing one is made/ },
  { name: "a timeout of words", config: { timeout: "soon" }, hint: /^Enter such a number/ },
  { name: "retries below zero", config: { retries: -1 }, hint: /^Enter such a number/ },
  { name: "a tls-config node that is gone", config: { tls: "gone" }, hint: /choose another one/ },
  { name: "an http proxy node that is gone", config: { proxy: "gone" }, hint: /choose another one/ },
].map((row) => ({ ...row, code: "not-configured", attempts: 0 }) as const);

const inputs: readonly Row[] = [
  { name: "no source", msg: {}, hint: /^Give server:\/\// },
  { name: "a source without prefix", msg: { payload: "tv.plex.provider.vod" }, hint: /^Put provider:\/\/ before it/ },
  { name: "a source that is a number", msg: { payload: 5 }, hint: /^Point the node at the property/ },
  { name: "bad JSONata", node: { source: "{", sourceType: "jsonata" }, hint: /correct the expression/ },
  {
    name: "JSONata that fails",
    node: { source: "$error('x')", sourceType: "jsonata" },
    hint: /correct the expression/,
  },
  { name: "a property under nothing", node: { source: "a.b.c", sourceType: "msg" }, hint: /^Give server:\/\// },
  { name: "a broken property", node: { source: "a[", sourceType: "msg" }, hint: /correct the expression/ },
].map((row) => ({ ...row, type: source, code: "invalid-input", attempts: 0 }) as const);

const busy = faults.status(429, { retryAfter: 60 });

const answers: readonly Row[] = [
  { name: "400", code: "bad-request", fault: faults.status(400), statusCode: 400, hint: /^Update Plex Media Server/ },
  { name: "a wrong token", code: "unauthorized", token: "canary-wrong", statusCode: 401, hint: /new X-Plex-Token/ },
  {
    name: "a wrong token, with an error page of 2 MiB",
    code: "unauthorized",
    fault: faults.status(401, { body: "x".repeat(2 * 1024 * 1024) }),
    statusCode: 401,
    hint: /new X-Plex-Token/,
  },
  { name: "422", code: "unauthorized", fault: faults.status(422), statusCode: 422, hint: /new X-Plex-Token/ },
  { name: "403", code: "forbidden", fault: faults.status(403), statusCode: 403, hint: /token of the server's owner/ },
  { name: "404", code: "not-found", fault: faults.status(404), statusCode: 404, hint: /1\.15\.4 or newer/ },
  {
    name: "an unknown source",
    type: source,
    msg: { payload: "server://00000000" },
    code: "not-found",
    statusCode: 404,
    hint: /source and the server URL are right/,
  },
  {
    name: "200 without a Device",
    type: source,
    msg: { payload: "server://00000000" },
    fault: faults.json({ MediaContainer: { size: 0 } }),
    code: "not-found",
    statusCode: 200,
    hint: /identifier is right/,
  },
  { name: "429", code: "rate-limited", fault: busy, statusCode: 429, retryable: true, retryAfter: 60, hint: /^Wait/ },
  { name: "500", code: "server-error", fault: faults.status(500), statusCode: 500, hint: /log of Plex Media Server/ },
  { name: "503", code: "server-error", fault: faults.status(503), statusCode: 503, retryable: true, hint: /started/ },
  { name: "409", code: "http-error", fault: faults.status(409), statusCode: 409, hint: /leads to a Plex Media Server/ },
  { name: "408", code: "http-error", fault: faults.status(408), statusCode: 408, retryable: true, hint: /^Try again/ },
  {
    name: "302",
    code: "redirected",
    fault: faults.redirect("https://elsewhere.example.org/login?next=canary"),
    statusCode: 302,
    hint: /enter https:\/\/elsewhere\.example\.org as the start/,
  },
];

const connections: readonly Row[] = [
  { name: "no answer", code: "timeout", fault: faults.hang(), retryable: true, hint: /allow more time/ },
  { name: "a reset", code: "unreachable", fault: faults.reset(), retryable: true, hint: /Secure connections/ },
  { name: "an end in the body", code: "unreachable", fault: faults.finInBody(), retryable: true, hint: /Secure/ },
  { name: "a reset in the body", code: "unreachable", fault: faults.resetInBody(), retryable: true, hint: /Secure/ },
  {
    name: "an end in a chunked body",
    code: "unreachable",
    fault: faults.finInChunkedBody(),
    retryable: true,
    hint: /Secure/,
  },
  {
    name: "a name that no DNS has",
    code: "unreachable",
    config: { url: "http://plex.invalid:32400" },
    retryable: true,
    hint: /spelled right|DNS/,
  },
  {
    name: "a cloud source that nobody reaches",
    type: source,
    node: { probe: true },
    msg: { payload: "provider://tv.plex.provider.nowhere" },
    fault: faults.json({ MediaContainer: { Device: { Connection: { uri: "http://127.0.0.1:1" } } } }),
    code: "no-connection",
    retryable: true,
    attempts: 2,
    hint: /Remote Access is on/,
  },
  { name: "a closed flow", code: "cancelled", fault: faults.hang(), close: true, attempts: 0, hint: /once the flow/ },
];

const invalid: readonly Row[] = [
  { name: "204", fault: faults.noContent(), statusCode: 204 },
  { name: "an interim answer as the end", fault: faults.informational() },
  { name: "101", fault: faults.switchingProtocols() },
  { name: "what is not HTTP", fault: faults.notHttp() },
  { name: "oversized headers", fault: faults.oversizedHeaders() },
  { name: "HTML", fault: faults.html(), statusCode: 200 },
  { name: "cut-off JSON", fault: faults.cutOffJson(), statusCode: 200 },
  { name: "cut-off XML", fault: faults.cutOffXml(), statusCode: 200 },
  { name: "no token in it", fault: faults.withoutToken(), statusCode: 200 },
  { name: "10 MiB", fault: faults.hugeJson(), statusCode: 200 },
  { name: "10 MiB in chunks", fault: faults.hugeChunkedJson(), statusCode: 200 },
  { name: "a gzip bomb", fault: faults.gzipBomb(), statusCode: 200 },
  { name: "truncated gzip", fault: faults.truncatedGzip(), statusCode: 200 },
  { name: "corrupt gzip", fault: faults.corruptGzip(), statusCode: 200 },
].map((row) => ({ ...row, code: "invalid-response", hint: /leads to a Plex Media Server/ }) as const);

const rows: readonly Row[] = [...settings, ...inputs, ...answers, ...connections, ...invalid];

describe("the error table", () => {
  let simulator: Simulator;

  before(async () => {
    simulator = await startSimulator({ token });
  });

  after(() => simulator.close());

  afterEach(() => {
    simulator.clearFaults();
  });

  async function provoke(row: Row, errorWired: boolean) {
    if (row.fault) simulator.fault(row.fault, { times: Infinity });
    const { type = "plex-transient-token", node = {} } = row;
    const config = row.config === null ? null : { url: simulator.url, timeout: 500, ...row.config };
    const flow = await loadFlow({ type, node, config, token: row.token ?? token, errorWired });
    try {
      flow.node.receive({ payload: "kept", topic: "kept", ...row.msg });
      if (row.close) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        await flow.node.close(false);
      }
      const arrival = await flow.next(0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { ...arrival, flow };
    } finally {
      await unloadFlow();
    }
  }

  function checkShape(row: Row, msg: TestMessage): void {
    const { message, hint, ...rest } = msg.error as Record<string, string>;
    assert.match(hint!, row.hint);
    assert.ok(message!.endsWith(hint!), message);
    assert.deepEqual(rest, {
      source: { id: ids.node, type: row.type ?? "plex-transient-token", name: "under test" },
      code: row.code,
      retryable: row.retryable ?? false,
      attempts: row.attempts ?? 1,
      ...(row.statusCode === undefined ? {} : { statusCode: row.statusCode }),
      ...(row.retryAfter === undefined ? {} : { retryAfter: row.retryAfter }),
    });
    assert.equal(msg.payload, row.msg && "payload" in row.msg ? row.msg.payload : "kept");
  }

  for (const row of rows) {
    it(`${row.code}: ${row.name}`, async () => {
      const wired = await provoke(row, true);
      checkShape(row, wired.msg);
      const caught = await provoke(row, false);
      assert.equal(caught.msg.error?.code, row.code);
      assert.equal(caught.msg.error.message, wired.msg.error?.message);
      assert.equal(caught.msg.topic, "kept");
      for (const [{ flow, outcome }, expected] of [
        [wired, "error"],
        [caught, "catch"],
      ] as [typeof wired, Outcome][]) {
        assert.deepEqual([outcome, flow.done, flow.received.length], [expected, 1, 1]);
        const red = { fill: "red", shape: "ring", text: `${row.type ?? "plex-transient-token"}.status.${row.code}` };
        assert.ok(flow.statuses.some((status) => JSON.stringify(status) === JSON.stringify(red)));
        const seen = JSON.stringify([flow.received, flow.statuses, caught.msg.error.stack]);
        assert.doesNotMatch(seen, /canary/);
      }
    });
  }

  it("tls: a certificate that nobody vouches for", async () => {
    const secure = await startSimulator({ token, tls: certificates().server });
    try {
      const row: Row = { name: "", code: "tls", config: { url: secure.url }, hint: /tls-config node/ };
      const { msg, outcome } = await provoke(row, true);
      assert.equal(outcome, "error");
      checkShape(row, msg);
    } finally {
      await secure.close();
    }
  });

  it("forbidden: a transient token asks for another, and is told so", async () => {
    const reply = await fetch(`${simulator.url}/security/token?type=delegation&scope=all`, {
      headers: { "X-Plex-Token": token, Accept: "application/json" },
    });
    const minted = ((await reply.json()) as { MediaContainer: { token: string } }).MediaContainer.token;
    const row: Row = { name: "", code: "forbidden", token: minted, statusCode: 403, hint: /starts with transient-/ };
    checkShape(row, (await provoke(row, true)).msg);
  });

  it("has a test for every code", () => {
    const tested = new Set<string>([...rows.map(({ code }) => code), "tls"]);
    assert.deepEqual(
      plexErrorCodes.filter((code) => !tested.has(code)),
      [],
    );
  });
});
