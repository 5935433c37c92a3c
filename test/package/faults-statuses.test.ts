import assert from "node:assert/strict";
import { faults, type Fault, type Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { AskingNodes, expectConnections, mostConnections } from "../../testing/node-red/asking-nodes";
import { forRequest, nameOf, type Failure, type Failures } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const notAllowed: Failure = {
  code: "forbidden",
  says: /^The server does not allow this with the token\. Use a token of the server's/,
};
const forbidden: Failures = {
  token: notAllowed,
  request: notAllowed,
  source: { code: "forbidden", says: /^The server does not tell this account about its sources\. Use a token of/ },
};
const notUnderstood = forRequest(
  { code: "bad-request", says: /did not understand the request\. See whether the method, the path and the query are/ },
  { code: "bad-request", says: /did not understand the request\. Update Plex Media Server, .* token is set/ },
);
const unknown = forRequest(
  { code: "not-found", says: /does not know what was asked for\. See whether the path is right, and whether what it/ },
  { code: "not-found", says: /does not know what was asked for\. See whether the source .* 1\.15\.4 or newer/ },
);

/** Failures by the statuses that lead to them. */
const statuses: readonly (readonly [readonly number[], Failures])[] = [
  [[400], notUnderstood],
  [[401], { code: "unauthorized", says: /does not accept the token\. Sign in again or enter a new X-Plex-Token in/ }],
  [[403], forbidden],
  [[404], unknown],
  [[408], { code: "http-error", says: /gave up waiting for the request .*408.*\. Try again later/, retryable: true }],
  [[422], { code: "unauthorized", says: /the token has been revoked\. Sign in again or enter a new X-Plex-Token in/ }],
  [[429], { code: "rate-limited", says: /asked too often\. Wait before you ask again, and ask/, retryable: true }],
  [
    [402, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 423, 424, 425, 426, 428, 431, 451],
    {
      code: "http-error",
      says: /answered with status 4\d\d\. See whether the server URL leads to a Plex Media Server/,
    },
  ],
  [
    // Of nginx, AWS, Esri and other programs that keep to no registry.
    [444, 460, 494, 495, 496, 497, 498, 499, 600, 799, 999],
    { code: "http-error", says: /answered with status \d+\. See whether the server URL leads to a Plex Media Server/ },
  ],
  [
    [502, 503, 504],
    { code: "server-error", says: /with status 50\d\. Wait until .*; behind a reverse proxy, see/, retryable: true },
  ],
  [
    [500, 501, 505, 506, 507, 508, 510, 511, 561, 598, 599],
    {
      code: "server-error",
      says: /failed with status 5\d\d\. Look into the log of Plex Media Server, and of a reverse proxy in front/,
    },
  ],
  // Of Cloudflare and other proxy services.
  [
    [520, 521, 522, 523, 524, 530],
    { code: "server-error", says: /got no answer from it \(status 5\d\d\)\. See whether Plex Media/, retryable: true },
  ],
  [[525, 526], { code: "server-error", says: /could not make a TLS connection to it \(status 52\d\)\. See in the/ }],
];

interface Row {
  readonly status: number;
  readonly expected: Failures;
}

/** A row for every status; further details hang on whether another attempt may help. */
function rows(details: (retryable: boolean) => Partial<Failure>): Row[] {
  return statuses.flatMap(([codes, failures]) =>
    codes.map((status) => {
      const complete = (failure: Failure) => ({
        ...failure,
        statusCode: status,
        ...details(failure.retryable ?? false),
      });
      if ("code" in failures) return { status, expected: complete(failures) };
      const { token, source, request } = failures;
      return { status, expected: { token: complete(token), source: complete(source), request: complete(request) } };
    }),
  );
}

/** What becomes of a node that may try twice. */
const busy: Failure = { code: "rate-limited", says: /Wait before you ask again/, statusCode: 429, retryable: true };
/** Seconds; a run of all tests makes a few of them pass. */
const until2100 = (Date.UTC(2100, 0, 1) - Date.now()) / 1000;

interface Wait {
  readonly title: string;
  readonly header: string | string[];
  /** How it was understood: not at all unless told. */
  readonly retryAfter?: Failure["retryAfter"];
  /** 1 where the server asks for more than 30 s. */
  readonly attempts: 1 | 2;
}

/** What `Retry-After` may hold. */
const waits: readonly Wait[] = [
  { title: "no time", header: "0", retryAfter: 0, attempts: 2 },
  { title: "31 seconds", header: "31", retryAfter: 31, attempts: 1 },
  { title: "a day", header: "86400", retryAfter: 86_400, attempts: 1 },
  { title: "spaces around it", header: "  31  ", retryAfter: 31, attempts: 1 },
  { title: "more than any clock counts", header: "9".repeat(400), retryAfter: Number.MAX_SAFE_INTEGER, attempts: 1 },
  { title: "a date in the past", header: "Sun, 06 Nov 1994 08:49:37 GMT", retryAfter: 0, attempts: 2 },
  {
    title: "a date in the future",
    header: "Fri, 01 Jan 2100 00:00:00 GMT",
    retryAfter: [until2100 - 86_400, until2100 + 1],
    attempts: 1,
  },
  { title: "a date that no calendar has", header: "Fri, 32 Foo 2100 25:00:00 GMT", attempts: 2 },
  { title: "less than nothing", header: "-60", attempts: 2 },
  { title: "a part of a second", header: "0.5", attempts: 2 },
  { title: "letters", header: "abc", attempts: 2 },
  { title: "a number and a unit", header: "60s", attempts: 2 },
  { title: "infinity", header: "Infinity", attempts: 2 },
  { title: "nothing", header: "", attempts: 2 },
  { title: "a list", header: "60, 90", attempts: 2 },
  { title: "a sentence", header: "retry in 40", attempts: 2 },
  { title: "two headers, of which the first counts", header: ["31", "5"], retryAfter: 31, attempts: 1 },
];

onEachRuntime("package: error statuses", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    await nodes.deploy(simulator, { retries: 1 });
  });

  afterEach(() => {
    simulator.clearFaults();
  });

  const provoke = async (fault: Fault, expected: Failures) => {
    simulator.fault(fault, { times: Infinity });
    await nodes.expectOutcomes(expected);
    await expectConnections(simulator, "kept");
  };

  describe("alone", () => {
    for (const { status, expected } of rows((retryable) => ({ attempts: retryable ? 2 : 1 }))) {
      it(`${status}: ${nameOf(expected)}`, () => provoke(faults.status(status), expected));
    }
  });

  describe("with a Retry-After of a minute, which is told and not waited for", () => {
    for (const { status, expected } of rows(() => ({ retryAfter: 60 }))) {
      it(`${status}: ${nameOf(expected)}`, () => provoke(faults.status(status, { retryAfter: 60 }), expected));
    }
  });

  describe("429 with a Retry-After that holds", () => {
    for (const { title, header, retryAfter, attempts } of waits) {
      it(`${title} (${String(header).slice(0, 40)})`, () =>
        provoke(faults.status(429, { headers: { "Retry-After": header } }), {
          ...busy,
          attempts,
          ...(retryAfter !== undefined && { retryAfter }),
        }));
    }

    it("a second: it is waited for", async () => {
      const before = simulator.requests.length;
      simulator.fault(faults.status(429, { retryAfter: 1 }), { times: mostConnections });
      await nodes.expectResults();
      const times = simulator.requests.slice(before).map(({ time }) => time);
      assert.equal(times.length, 2 * mostConnections);
      assert.ok(times[mostConnections]! - times[0]! >= 990, times.join(" "));
    });
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(simulator);
    });
  });
});
