import assert from "node:assert/strict";
import { startSimulator, type Simulator } from "../../simulator";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import {
  placed,
  route,
  server,
  sourceNode,
  tab,
  tokenNode,
  type ErrorRoute,
  type FailureAnswer,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

/** A port that nothing listens on: of a server that was there a moment ago. */
async function findDeadUrl(): Promise<string> {
  const simulator = await startSimulator();
  await simulator.close();
  return simulator.url;
}

/** A failure that both flow nodes can meet, and what tells it apart. */
interface Failure {
  readonly title: string;
  /** Id of the plex-config node that leads to it. */
  readonly server: string;
  readonly error: Readonly<Record<string, unknown>>;
  readonly says: RegExp;
}

const failures: readonly Failure[] = [
  {
    title: "a wrong token",
    server: "wrong-token",
    error: { code: "unauthorized", statusCode: 401, retryable: false, attempts: 1 },
    says: /does not accept the token/,
  },
  {
    title: "a JWT of plex.tv, which servers answer with 401",
    server: "jwt",
    error: { code: "unauthorized", statusCode: 401, retryable: false, attempts: 1 },
    says: /does not accept the token, which is a JWT of plex\.tv\. Enter the server's own X-Plex-Token/,
  },
  {
    title: "a dead server",
    server: "dead",
    error: { code: "unreachable", retryable: true, attempts: 2 },
    says: /refused the connection/,
  },
  {
    title: "a variable that is not set",
    server: "unset",
    error: { code: "not-configured", retryable: false, attempts: 0 },
    says: /"PLEX_URL_OF_NOBODY", which is not set/,
  },
  {
    title: "no plex-config node",
    server: "nobody",
    error: { code: "not-configured", retryable: false, attempts: 0 },
    says: /no plex-config node/,
  },
];

const setRefresh = { t: "set", p: "refresh", pt: "msg", to: "true", tot: "bool" };

const nodes = { token: tokenNode, source: sourceNode };

function failingRoutes(): FlowNode[] {
  return (["token", "source"] as const).flatMap((kind) =>
    (["output", "catch"] as const).flatMap((errors) =>
      failures.flatMap((failure) => {
        const path = `${kind}/${errors}/${failure.server}`;
        const node = nodes[kind]({ id: path.replaceAll("/", "-"), name: "Ask Plex", server: failure.server });
        return route(path, node, errors);
      }),
    ),
  );
}

onEachRuntime("package: a flow that asks Plex", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
    await nodeRed.deploy([
      tab,
      server(simulator.url, simulator.token),
      server(simulator.url, "not-the-token", { id: "wrong-token" }),
      server(simulator.url, "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJwbGV4In0.c2ln-_", { id: "jwt" }),
      server(await findDeadUrl(), simulator.token, { id: "dead", retries: 1 }),
      server("${PLEX_URL_OF_NOBODY}", simulator.token, { id: "unset" }),
      ...route("token", tokenNode()),
      ...route("source", sourceNode()),
      ...route("reused", tokenNode({ id: "reused", reuse: 5 })),
      placed({ id: "forced-in", type: "http in", url: "/reused/refresh", method: "post", wires: [["force"]] }),
      placed({ id: "force", type: "change", rules: [setRefresh], wires: [["reused"]] }),
      ...route("best", sourceNode({ id: "best", probe: true })),
      ...route("source/caught", sourceNode({ id: "source-caught" }), "catch"),
      ...failingRoutes(),
    ]);
  });

  it("gets a transient token that the server accepts", async () => {
    const before = Date.now();
    const { status, body } = await nodeRed.post("token", { kept: true });
    const { token, issuedAt, ...rest } = body as { token: string; issuedAt: number };
    assert.equal(status, 200);
    assert.ok(issuedAt >= before && issuedAt <= Date.now());
    assert.deepEqual(rest, {
      type: "delegation",
      scope: "all",
      expiresAt: issuedAt + 48 * 60 * 60 * 1000,
      reused: false,
      url: simulator.url,
    });
    const library = await fetch(`${simulator.url}/library/sections`, { headers: { "X-Plex-Token": token } });
    assert.equal(library.status, 200);
  });

  for (const name of ["sharedServer", "provider", "ownServer"] as const) {
    it(`gets the connections of a source (${name}) and a token for it`, async () => {
      const source = simulator[name];
      const { status, body } = await nodeRed.post("source", { source });
      const { accessToken, connections, ...rest } = body as {
        accessToken: string;
        connections: Record<string, unknown>[];
      };
      const clientIdentifier = source.slice(source.indexOf("://") + 3);
      const names = { sharedServer: "Attic", provider: "Movies & Shows", ownServer: "Living Room" };
      assert.equal(status, 200);
      assert.deepEqual(rest, { source, name: names[name], clientIdentifier });
      assert.match(accessToken, /^transient-/);
      const told = simulator.connections(
        ({ sharedServer: "shared", provider: "provider", ownServer: "own" } as const)[name],
      );
      assert.equal(connections.length, told.length);
      for (const connection of connections) {
        const { relay = false, ...same } = told.find(({ uri }) => uri === connection.uri)!;
        assert.deepEqual(connection, { ...same, relay });
      }
      const rank = ({ local, relay, protocol }: Record<string, unknown>) =>
        (relay ? 4 : local ? 0 : 2) + (protocol === "https" ? 0 : 1);
      const ranks = connections.map(rank);
      assert.deepEqual(
        ranks,
        [...ranks].sort((a, b) => a - b),
      );
    });
  }

  it("gives a token out again while it is young, and a new one when asked to", async () => {
    const ask = async (path: string) => (await nodeRed.post(path)).body as { token: string; reused: boolean };
    const first = await ask("reused");
    const second = await ask("reused");
    assert.equal(first.reused, false);
    assert.deepEqual(second, { ...first, reused: true });
    const forced = await ask("reused/refresh");
    assert.equal(forced.reused, false);
    assert.notEqual(forced.token, first.token);
  });

  it("finds the connection that answers", async () => {
    const { status, body } = await nodeRed.post("best", { source: simulator.sharedServer });
    const { connection, connections } = body as {
      connection: Record<string, unknown>;
      connections: Record<string, unknown>[];
    };
    assert.equal(status, 200);
    assert.equal(connection.uri, simulator.sharedUrl);
    assert.equal(connection.reachable, true);
    assert.ok(Number(connection.latency) >= 0);
    assert.deepEqual(
      connections.find(({ uri }) => uri === simulator.sharedUrl),
      connection,
    );
    for (const { reachable, error, latency } of connections) {
      if (reachable === false) assert.ok(["tls", "timeout", "unreachable", "invalid-response"].includes(String(error)));
      else assert.ok(reachable === null || typeof latency === "number");
    }
  });

  const expectFailure = (failed: FailureAnswer, by: ErrorRoute, id: string, type: string, expected: Failure) => {
    const { message, hint, source, ...details } = failed.error;
    assert.equal(failed.by, by);
    assert.match(String(message), expected.says);
    if (by === "output") {
      assert.deepEqual(source, { id, type, name: "Ask Plex" });
      assert.deepEqual(details, expected.error);
      assert.ok(String(message).endsWith(` ${String(hint)}`), String(message));
    } else {
      // Node-RED copies no more than these onto a message for Catch nodes.
      assert.deepEqual(Object.keys(failed.error).sort(), ["code", "message", "source", "stack"]);
      assert.deepEqual(source, { id, type, name: "Ask Plex", count: 1 });
      assert.equal(details.code, expected.error.code);
    }
  };

  for (const [kind, type] of Object.entries({ token: "plex-transient-token", source: "plex-source-connection" })) {
    for (const by of ["output", "catch"] as const) {
      for (const failure of failures) {
        it(`${type} tells of ${failure.title} by ${by}`, async () => {
          const path = `${kind}/${by}/${failure.server}`;
          const payload = { source: simulator.sharedServer, kept: [1, 2] };
          const { status, body } = await nodeRed.post(path, payload);
          assert.equal(status, 500);
          expectFailure(body as FailureAnswer, by, path.replaceAll("/", "-"), type, failure);
          assert.deepEqual((body as FailureAnswer).payload, payload);
        });
      }
    }
  }

  it("tells of a source that the server does not know", async () => {
    const { body } = await nodeRed.post("source", { source: `server://${"0".repeat(40)}` });
    const { error } = body as FailureAnswer;
    const { code, statusCode, attempts, retryable } = error;
    assert.deepEqual(
      { code, statusCode, attempts, retryable },
      {
        code: "not-found",
        statusCode: 404,
        attempts: 1,
        retryable: false,
      },
    );
  });

  it("tells of a message without a source, before any request", async () => {
    const asked = simulator.requests.length;
    for (const path of ["source", "source/caught"]) {
      const { status, body } = await nodeRed.post(path, {});
      assert.equal(status, 500);
      const { error } = body as FailureAnswer;
      assert.equal(error.code, "invalid-input");
      assert.match(String(error.message), /^There is no source\. /);
    }
    assert.equal(simulator.requests.length, asked);
  });
});
