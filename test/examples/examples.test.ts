import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faults, startSimulator, TRANSIENT_TOKEN_LIFE, type Simulator } from "../../simulator";
import { loadPage } from "../../testing/forms/editor";
import {
  listExamples,
  ownTypes,
  PLACEHOLDER_URL,
  readExample,
  readExampleText,
  type ExampleNode,
} from "../../testing/flows/examples";
import { TestBroker } from "../../testing/flows/examples-broker";
import { initializers, RunningExample, type Entered } from "../../testing/flows/examples-runtime";

const PART = "/library/parts/1/1767225600/file.wav";
const UNAUTHORIZED =
  "The server does not accept the token. Sign in again or enter a new X-Plex-Token in the plex-config node.";
const REFUSED = "The connection ended before the answer was whole.";

/** What Node-RED itself keeps of a node. */
const everyNodesProperties = ["id", "type", "z", "x", "y", "wires"];

const isConfig = (node: ExampleNode) => node.x === undefined;

/** What comments name in bold that stands in no form of ours. */
const namesElsewhere = new Set([
  ...["Update", "Done", "Deploy", "URL", "Client ID", "Accept file uploads?"],
  ...["Plex Pass", "Webhooks", "Add Webhook", "Push Notifications"],
  // Of Radarr and Sonarr.
  ...["Settings", "Connect", "Webhook", "On File Import", "On File Upgrade"],
]);

describe("examples: files", () => {
  const examples = listExamples();
  const everyNode = examples.flatMap(readExample);

  it("are named so that the Import menu shows them in order", () => {
    assert.ok(examples.length >= 7);
    examples.forEach((name, index) => {
      assert.match(name, new RegExp(`^${String(index + 1).padStart(2, "0")} - [A-Z]`));
    });
  });

  it("use every flow node of this package", () => {
    const used = new Set(everyNode.map(({ type }) => type));
    for (const type of ownTypes()) assert.ok(used.has(type), type);
  });

  it("share config nodes, so that a second import finds the server that is set up already", () => {
    const configs = new Map<string, ExampleNode>();
    for (const node of everyNode.filter(isConfig)) {
      assert.deepEqual(node, configs.get(node.id) ?? node);
      configs.set(node.id, node);
    }
    assert.equal([...configs.values()].filter(({ type }) => type === "plex-config").length, 2);
  });

  it("have no id twice, but for shared config nodes", () => {
    const ids = everyNode.filter((node) => !isConfig(node)).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  for (const name of examples) {
    describe(name, () => {
      const text = readExampleText(name);
      const nodes = readExample(name);
      const ids = new Set(nodes.map(({ id }) => id));

      it("is an array of nodes without a tab, with ids as Node-RED makes them", () => {
        assert.ok(Array.isArray(nodes) && nodes.length > 0);
        assert.equal(ids.size, nodes.length);
        for (const { id } of nodes) assert.match(id, /^[0-9a-f]{16}$/);
        assert.equal(new Set(nodes.filter((node) => !isConfig(node)).map(({ z }) => z)).size, 1);
        assert.ok(!nodes.some(({ type, id, z }) => type === "tab" || id === z));
      });

      it("uses core nodes and ours alone", () => {
        for (const { type } of nodes) assert.ok(type in initializers, type);
      });

      it("refers to nothing that is not in it", () => {
        const references = nodes.flatMap((node) => [
          ...(node.wires ?? []).flat(),
          ...("server" in node ? [String(node["server"])] : []),
          ...("broker" in node && !isConfig(node) ? [String(node["broker"])] : []),
          ...["scope", "links"].flatMap((list) => (Array.isArray(node[list]) ? (node[list] as string[]) : [])),
        ]);
        for (const id of references) assert.ok(ids.has(id), id);
      });

      it("has only properties that the form of a node knows, with values that it accepts", () => {
        for (const node of nodes.filter(({ type }) => ownTypes().includes(type))) {
          const page = loadPage(node.type);
          const { defaults } = page.definition;
          const properties = Object.keys(node).filter((property) => !everyNodesProperties.includes(property));
          assert.deepEqual(properties.sort(), Object.keys(defaults).sort());
          for (const property of properties.filter((each) => "validate" in (defaults[each] ?? {}))) {
            // The editor makes the identifier when the example is imported.
            if (property === "clientIdentifier" && node[property] === "") continue;
            assert.equal(page.validate(property, node[property], page.createNode(node)), true, property);
          }
          assert.equal(node.wires?.length, isConfig(node) ? undefined : 2);
        }
      });

      it("explains itself in a comment", () => {
        const comments = nodes.filter(({ type }) => type === "comment");
        assert.ok(comments.length > 0);
        for (const { name: title, info } of comments) {
          assert.match(title ?? "", /^Read me: /);
          assert.match(info ?? "", /^## Set it up$/m);
          assert.match(info ?? "", /^## What happens$/m);
        }
        const info = comments.map((comment) => comment.info).join("\n");
        const changed = nodes.filter(
          (node) => node.type !== "comment" && JSON.stringify(node).includes(PLACEHOLDER_URL),
        );
        for (const node of changed) assert.ok(info.includes(`*${String(node.name)}*`), node.name);
        // What a comment calls by its name is there.
        const names = nodes.map((node) => node.name);
        for (const [, called] of info.matchAll(/(?<!\*)\*([A-Z][^*]+)\*(?!\*)/g))
          assert.ok(names.includes(called), called);
      });

      it("calls the fields and buttons of forms by the names that they have there", () => {
        const info = nodes.map((node) => (node.type === "comment" ? node.info : "")).join("\n");
        const own = ownTypes().flatMap((type) => [...loadPage(type).catalogue.values()]);
        const named = [...info.matchAll(/\*\*([A-Z][^*]*[^*.])\*\*/g)].map(([, called = ""]) => called);
        const unknown = named.filter((called) => !own.includes(called) && !namesElsewhere.has(called));
        assert.deepEqual(unknown, []);
      });

      it("holds no token, no identifier and no address but placeholders", () => {
        for (const node of nodes.filter(({ type }) => type === "plex-config")) {
          assert.match(String(node["url"]), /^(http:\/\/192\.168\.1\.10:32400|\$\{PLEX_URL\})$/);
          assert.match(String(node["clientIdentifier"]), /^(|\$\{PLEX_CLIENT_IDENTIFIER\})$/);
        }
        assert.ok(!nodes.some((node) => "credentials" in node || "token" in node));
        assert.doesNotMatch(text, /transient-[0-9a-f]|X-Plex-Token=[\w-]|[0-9a-f]{8}-[0-9a-f]{4}-/);
        for (const [, host] of text.matchAll(/https?:\/\/([^/\s"'`\\]+)/g)) {
          assert.match(host!, /^(192\.168\.1\.(10:32400|20:32500|30:8080)|homeassistant\.local:8123|localhost:1880)$/);
        }
      });

      it("is laid out so that no node hides another", () => {
        const placed = nodes.filter((node) => !isConfig(node));
        for (const [index, one] of placed.entries()) {
          for (const other of placed.slice(index + 1)) {
            const apart = Math.abs(one.x! - other.x!) >= 160 || Math.abs(one.y! - other.y!) >= 40;
            assert.ok(apart, `${one.name} and ${other.name}`);
          }
        }
      });
    });
  }
});

/** The flows for a home need players and more: each is run by a file of its own beside this one. */
const isForAHome = (name: string) => Number.parseInt(name, 10) >= 8;

/** What each example does when it runs. A file in examples/ that is not here fails the suite. */
const runs: Record<string, (start: (entered?: Partial<Entered>) => Promise<RunningExample>) => void> = {};

let simulator: Simulator;
let running: RunningExample | undefined;
const deployed = new Set<string>();

const stopRunning = async () => {
  await running?.stop();
  running = undefined;
};

/** Whether a token opens the simulated server. */
const opens = async (token: unknown) => {
  const answer = await fetch(`${simulator.url}/library/sections`, { headers: { "X-Plex-Token": String(token) } });
  return answer.ok;
};

runs["01 - Get a token"] = (start) => {
  it("shows a token that works, in a message kept whole", async () => {
    const flow = await start();
    const token = flow.watch("Token");
    const before = Date.now();
    flow.press("Get a token");
    const { payload, topic, error } = await token.next();
    const result = payload as { token: string; issuedAt: number; expiresAt: number };
    assert.match(result.token, /^transient-/);
    assert.ok(await opens(result.token));
    assert.equal(result.expiresAt - result.issuedAt, TRANSIENT_TOKEN_LIFE);
    assert.ok(result.issuedAt >= before && result.issuedAt <= Date.now());
    assert.equal(topic, "living room");
    assert.equal(error, undefined);
    assert.equal(simulator.requests.length - 1, 1);
    assert.deepEqual(flow.complaints, []);
  });

  it("gets a new one in any case, where tokens are reused as well", async () => {
    const flow = await start({ config: { "plex-transient-token": { reuse: 60 } } });
    const token = flow.watch("Token");
    const tokens: string[] = [];
    for (const button of ["Get a token", "Get a token", "A new one in any case"]) {
      flow.press(button);
      tokens.push(((await token.next()).payload as { token: string }).token);
    }
    assert.equal(tokens[1], tokens[0]);
    assert.notEqual(tokens[2], tokens[0]);
    assert.deepEqual(flow.complaints, []);
  });

  it("shows what is wrong", async () => {
    const flow = await start({ token: "not-the-owners" });
    const [token, error] = [flow.watch("Token"), flow.watch("Error")];
    flow.press("Get a token");
    const msg = await error.next();
    assert.equal(msg.error?.["code"], "unauthorized");
    assert.equal(msg.error["message"], UNAUTHORIZED);
    assert.equal(msg.topic, "living room");
    assert.deepEqual(token.all, []);
    assert.deepEqual(flow.complaints, []);
  });
};

runs["02 - Find the way to a source"] = (start) => {
  it("shows the connections of a server and takes the best", async () => {
    const flow = await start();
    const [whole, best] = [flow.watch("Source"), flow.watch("Best connection")];
    flow.press("A server");
    const source = (await whole.next()).payload as { connections: { uri: string }[]; accessToken: string };
    assert.equal(source.connections.length, 4);
    assert.match(source.connections[0]!.uri, /^https:.*plex\.direct/);
    assert.ok(await opens(source.accessToken));
    const msg = await best.next();
    const expected = { name: "Living Room", url: source.connections[0]!.uri, token: source.accessToken };
    assert.deepEqual({ ...(msg.payload as object) }, expected);
    assert.equal(msg["source"], simulator.ownServer);
    assert.equal(simulator.requests[0]!.query.has("refresh"), false);
    assert.deepEqual(flow.complaints, []);
  });

  it("has the server ask plex.tv", async () => {
    const flow = await start();
    const best = flow.watch("Best connection");
    flow.press("A server, asked anew");
    await best.next();
    assert.equal(simulator.requests[0]!.query.get("refresh"), "1");
  });

  it("finds a cloud source", async () => {
    const flow = await start();
    const best = flow.watch("Best connection");
    flow.press("A cloud source");
    assert.equal(((await best.next()).payload as { name: string }).name, "Movies & Shows");
    assert.equal(simulator.requests[0]!.query.get("source"), "provider://tv.plex.provider.vod");
  });

  it("tries the connections and takes the best that answers", async () => {
    const flow = await start();
    const [tried, reachable] = [flow.watch("Tried"), flow.watch("Reachable connection")];
    flow.press("A server, tried out");
    const { connections } = (await tried.next()).payload as {
      connections: { uri: string; reachable: boolean | null }[];
    };
    assert.deepEqual(
      connections.slice(0, 2).map((connection) => connection.reachable),
      [false, true],
    );
    const payload = (await reachable.next()).payload as { name: string; url: string; token: string };
    assert.equal(payload.name, "Living Room");
    assert.equal(payload.url, simulator.url);
    assert.ok(await opens(payload.token));
    assert.deepEqual(flow.complaints, []);
  });

  it("tells when none of the connections answers", async () => {
    const known = simulator.connections("own");
    simulator.setConnections("own", known.slice(0, 1));
    const flow = await start();
    const [silent, reachable] = [flow.watch("None answers"), flow.watch("Reachable connection")];
    flow.press("A server, tried out");
    assert.equal((await silent.next()).error?.["code"], "no-connection");
    assert.deepEqual(reachable.all, []);
    assert.deepEqual(flow.complaints, []);
    simulator.setConnections("own", known);
  });

  it("tells of a source without connections", async () => {
    const known = simulator.connections("own");
    simulator.setConnections("own", []);
    const flow = await start();
    const [none, best] = [flow.watch("No connection"), flow.watch("Best connection")];
    flow.press("A server");
    assert.equal((await none.next())["source"], simulator.ownServer);
    assert.deepEqual(best.all, []);
    simulator.setConnections("own", known);
  });

  it("shows what is wrong", async () => {
    const flow = await start({ source: "server://1111" });
    const [error, whole] = [flow.watch("Error"), flow.watch("Source")];
    flow.press("A server");
    const msg = await error.next();
    assert.equal(msg.error?.["code"], "not-found");
    assert.equal(msg["source"], "server://1111");
    assert.deepEqual(whole.all, []);
    assert.deepEqual(flow.complaints, []);
  });
};

runs["03 - Handle errors by code"] = (start) => {
  const busy = (retryAfter?: number) => faults.status(503, retryAfter === undefined ? {} : { retryAfter });

  it("does nothing more when all is well", async () => {
    const flow = await start();
    const [token, notification] = [flow.watch("Token"), flow.watch("Notification")];
    flow.press("Get a token");
    assert.ok(await opens(((await token.next()).payload as { token: string }).token));
    assert.deepEqual(notification.all, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("tries again when the time is over that the server asked for", async () => {
    const flow = await start({ config: { "plex-config": { retries: 0 } } });
    const [token, notification, pause] = [flow.watch("Token"), flow.watch("Notification"), flow.watch("Wait")];
    simulator.fault(busy(1));
    flow.press("Get a token");
    const msg = await token.next();
    assert.ok(await opens((msg.payload as { token: string }).token));
    assert.equal(msg.error, undefined);
    assert.deepEqual(
      pause.all.map((waiting) => waiting["delay"]),
      [1000],
    );
    const [first, second] = simulator.requests;
    assert.ok(second!.time - first!.time >= 1000);
    assert.deepEqual(notification.all, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("waits longer each time, gives up after three more tries, and says what happened", async () => {
    const flow = await start({ config: { "plex-config": { retries: 0 } } });
    const [token, notification, pause] = [flow.watch("Token"), flow.watch("Notification"), flow.watch("Wait")];
    simulator.fault(faults.reset(), { times: Infinity });
    flow.press("Get a token");
    for (const delay of [10_000, 20_000, 40_000]) {
      assert.equal((await pause.next())["delay"], delay);
      assert.deepEqual(notification.all, []);
      // Sends on at once what waits in a delay node.
      flow.node("Wait").receive({ flush: true });
      await pause.next();
    }
    const msg = await notification.next();
    assert.equal(msg["topic"], "Plex is out of order");
    assert.equal(msg.payload, `3 more tries did not help. ${String(msg.error?.["message"])}`);
    assert.ok(String(msg.error?.["message"]).startsWith(REFUSED));
    assert.equal(simulator.requests.length, 4);
    assert.deepEqual(token.all, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("waits as long as the server asked for, but not for more than a day", async () => {
    const flow = await start();
    const pause = flow.watch("Wait");
    for (const [asked, delay] of [
      [600, 600_000],
      [3_000_000, 86_400_000],
    ] as const) {
      simulator.fault(busy(asked));
      flow.press("Get a token");
      assert.equal((await pause.next())["delay"], delay);
    }
  });

  for (const [status, what] of [
    [401, "unauthorized"],
    [403, "forbidden"],
  ] as const) {
    it(`says at once what to do: ${what}`, async () => {
      const flow = await start();
      const [notification, pause] = [flow.watch("Notification"), flow.watch("Wait")];
      simulator.fault(faults.status(status));
      flow.press("Get a token");
      const msg = await notification.next();
      assert.equal(msg["topic"], "Plex needs you");
      assert.equal(msg.error?.["code"], what);
      assert.equal(msg.payload, msg.error["hint"]);
      assert.equal(simulator.requests.length, 1);
      assert.deepEqual(pause.all, []);
      assert.deepEqual(flow.complaints, []);
    });
  }

  it("says at once what to do: not-configured", async () => {
    const flow = await start({ token: "" });
    const notification = flow.watch("Notification");
    flow.press("Get a token");
    const msg = await notification.next();
    assert.equal(msg["topic"], "Plex needs you");
    assert.equal(msg.payload, "Enter an X-Plex-Token of this server.");
  });

  it("says nothing of a message that a deploy cancels", async () => {
    const flow = await start();
    const [kind, notification] = [flow.watch("Which kind?"), flow.watch("Notification")];
    simulator.fault(faults.hang());
    flow.press("Get a token");
    while (simulator.requests.length === 0) await new Promise(setImmediate);
    await flow.redeploy("plex-transient-token", { name: "another name" });
    assert.equal((await kind.next()).error?.["code"], "cancelled");
    assert.deepEqual(notification.all, []);
  });

  it("says what happened where a retry would not help", async () => {
    const flow = await start();
    const [notification, pause] = [flow.watch("Notification"), flow.watch("Wait")];
    simulator.fault(faults.html());
    flow.press("Get a token");
    const msg = await notification.next();
    assert.equal(msg["topic"], "Plex is out of order");
    assert.equal(msg.error?.["code"], "invalid-response");
    assert.equal(msg.payload, msg.error["message"]);
    assert.deepEqual(pause.all, []);
  });
};

runs["04 - Catch errors"] = (start) => {
  it("does nothing more when all is well", async () => {
    const flow = await start();
    const [token, caught] = [flow.watch("Token"), flow.watch("Will it pass?")];
    flow.press("Get a token");
    assert.ok(await opens(((await token.next()).payload as { token: string }).token));
    assert.deepEqual(caught.all, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("catches what only the user can mend", async () => {
    const flow = await start({ token: "not-the-owners" });
    const [token, caught, notification] = [
      flow.watch("Token"),
      flow.watch("Will it pass?"),
      flow.watch("Notification"),
    ];
    flow.press("Get a token");
    const { error } = await caught.next();
    assert.deepEqual(Object.keys(error ?? {}).sort(), ["code", "message", "source", "stack"]);
    const msg = await notification.next();
    assert.equal(msg["topic"], "Plex needs you");
    assert.equal(msg.payload, `Token for the TV: ${UNAUTHORIZED}`);
    assert.deepEqual(token.all, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("catches what may pass", async () => {
    const flow = await start();
    const notification = flow.watch("Notification");
    simulator.fault(faults.reset(), { times: 3 });
    flow.press("Get a token");
    const msg = await notification.next();
    assert.equal(msg["topic"], "Plex is out of reach for now");
    assert.ok((msg.payload as string).startsWith(`Token for the TV: ${REFUSED}`));
    assert.deepEqual(flow.complaints, []);
  });
};

runs["05 - Answer a webhook with a media URL"] = (start) => {
  const call = async (base: string, body: unknown) => {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${base}/plex/media-url`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };

  it("answers with an address that plays, and nothing else", async () => {
    const flow = await start();
    const answer = await call(await flow.serve(), { part: PART });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.deepEqual(Object.keys(answer.body), ["url"]);
    const url = String(answer.body["url"]);
    assert.ok(url.startsWith(`${simulator.url}${PART}?X-Plex-Token=transient-`));
    const file = Buffer.from(await (await fetch(url)).arrayBuffer());
    assert.equal(file.length, 16044);
    assert.equal(file.toString("latin1", 0, 4), "RIFF");
    const range = await fetch(url, { headers: { Range: "bytes=0-9" } });
    assert.equal(range.status, 206);
    assert.deepEqual(Buffer.from(await range.arrayBuffer()), file.subarray(0, 10));
    assert.deepEqual(flow.complaints, []);
  });

  it("answers every one of many at the same time", async () => {
    const flow = await start();
    const base = await flow.serve();
    const parts = [1, 2, 1, 2].map((id) => `/library/parts/${id}/1767225600/file.wav`);
    const answers = await Promise.all(parts.map((part) => call(base, { part })));
    const urls = answers.map(({ body }) => String(body["url"]));
    assert.deepEqual(
      urls.map((url) => new URL(url).pathname),
      parts,
    );
    assert.equal(new Set(urls).size, 4);
  });

  it("lets nothing but a media part into the address", async () => {
    const flow = await start();
    const base = await flow.serve();
    for (const part of [
      undefined,
      "",
      7,
      "@evil.example/",
      ".evil.example/library/parts/1/2/file.wav",
      "/library/parts/1/2/file.wav?x=",
      "/library/parts/../../security/token",
      `${PART}\n@evil.example`,
      { "1": 2 },
    ]) {
      const answer = await call(base, { part });
      assert.equal(answer.status, 400);
      assert.deepEqual(Object.keys(answer.body), ["error"]);
      assert.equal((answer.body["error"] as { code: string }).code, "bad-part");
    }
    assert.deepEqual(simulator.requests, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("answers 502 with message and hint when it cannot", async () => {
    const flow = await start({ token: "not-the-owners" });
    const answer = await call(await flow.serve(), { part: PART });
    assert.equal(answer.status, 502);
    const hint = "Sign in again or enter a new X-Plex-Token in the plex-config node.";
    assert.deepEqual(answer.body, { error: { code: "unauthorized", message: UNAUTHORIZED, hint } });
    assert.equal(answer.headers.get("retry-after"), null);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.deepEqual(flow.complaints, []);
  });

  it("answers 503 when a later try may work, and when that is", async () => {
    const flow = await start();
    simulator.fault(faults.status(503, { retryAfter: 60 }));
    const answer = await call(await flow.serve(), { part: PART });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "60");
    assert.equal((answer.body["error"] as { code: string }).code, "server-error");
    assert.deepEqual(flow.complaints, []);
  });
};

runs["06 - Answer an MQTT message with a media URL"] = (start) => {
  let broker: TestBroker;
  beforeEach(async () => {
    broker = await TestBroker.start();
  });
  afterEach(async () => {
    // The flow first: it would complain of a broker that is gone.
    await stopRunning();
    await broker.stop();
  });

  const connect = async (entered?: Partial<Entered>) => {
    const subscribed = broker.subscriptions(2);
    const config = { "mqtt-broker": { broker: "127.0.0.1", port: String(broker.port) } };
    const flow = await start({ config, ...entered });
    await subscribed;
    return flow;
  };

  it("answers with an address that plays, and that the broker does not keep", async () => {
    // A request that the broker has kept must not make the answer one that it keeps.
    broker.publish("plex/media/request", PART, true);
    const flow = await connect();
    const answer = await broker.answer("plex/media/url");
    assert.equal(answer.retain, false);
    assert.ok(answer.text.startsWith(`${simulator.url}${PART}?X-Plex-Token=transient-`));
    const range = await fetch(answer.text, { headers: { Range: "bytes=0-9" } });
    assert.equal(range.status, 206);
    assert.equal((await range.arrayBuffer()).byteLength, 10);
    assert.deepEqual(flow.complaints, []);
  });

  it("asks by its own button, and shows what went over MQTT", async () => {
    const flow = await connect();
    const shown = flow.watch("What went over MQTT");
    flow.press("Ask for a file");
    const messages = [await shown.next(), await shown.next()];
    assert.deepEqual(messages.map(({ topic }) => topic).sort(), ["plex/media/request", "plex/media/url"]);
    assert.deepEqual(flow.complaints, []);
  });

  it("lets nothing but a media part into the address", async () => {
    const flow = await connect();
    broker.publish("plex/media/request", "@evil.example/");
    const answer = JSON.parse((await broker.answer("plex/media/error")).text) as { code: string };
    assert.equal(answer.code, "bad-part");
    assert.deepEqual(simulator.requests, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("answers on another topic when it cannot", async () => {
    const flow = await connect({ token: "not-the-owners" });
    broker.publish("plex/media/request", PART);
    const answer = JSON.parse((await broker.answer("plex/media/error")).text) as object;
    const hint = "Sign in again or enter a new X-Plex-Token in the plex-config node.";
    assert.deepEqual(answer, { code: "unauthorized", message: UNAUTHORIZED, hint });
    assert.ok(!broker.published.some(({ topic }) => topic === "plex/media/url"));
    assert.deepEqual(flow.complaints, []);
  });
};

runs["07 - Take the settings from environment variables"] = (start) => {
  const names = ["PLEX_URL", "PLEX_TOKEN", "PLEX_CLIENT_IDENTIFIER", "PLEX_SOURCE"] as const;
  const original = { ...process.env };
  const set = (values: Partial<Record<(typeof names)[number], string>>) => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, values);
  };
  const all = () => ({
    PLEX_URL: simulator.url,
    PLEX_TOKEN: simulator.token,
    PLEX_CLIENT_IDENTIFIER: "identifier-from-the-environment",
    PLEX_SOURCE: simulator.sharedServer,
  });
  after(() => {
    set({});
    for (const name of names) if (original[name] !== undefined) process.env[name] = original[name];
  });
  // What the comment says to type into the Token field.
  const typed = { token: "${PLEX_TOKEN}" };

  it("asks the server of the environment with its token and identifier", async () => {
    set(all());
    const flow = await start(typed);
    const [token, found] = [flow.watch("Token"), flow.watch("Source")];
    flow.press("Get a token");
    assert.ok(await opens(((await token.next()).payload as { token: string }).token));
    flow.press("Find the source");
    assert.equal(((await found.next()).payload as { name: string }).name, "Attic");
    assert.equal(simulator.requests[0]!.headers["x-plex-client-identifier"], "identifier-from-the-environment");
    assert.deepEqual(flow.complaints, []);
  });

  for (const name of ["PLEX_URL", "PLEX_TOKEN", "PLEX_CLIENT_IDENTIFIER"] as const) {
    it(`names ${name} when it is not set`, async () => {
      set(all());
      Reflect.deleteProperty(process.env, name);
      const flow = await start(typed);
      const error = flow.watch("Error");
      flow.press("Get a token");
      const msg = await error.next();
      assert.equal(msg.error?.["code"], "not-configured");
      assert.ok(String(msg.error["message"]).includes(`"${name}"`));
      assert.deepEqual(simulator.requests, []);
    });
  }

  it("refuses to ask without a source", async () => {
    set(all());
    Reflect.deleteProperty(process.env, "PLEX_SOURCE");
    const flow = await start(typed);
    const error = flow.watch("Source error");
    flow.press("Find the source");
    assert.equal((await error.next()).error?.["code"], "invalid-input");
    assert.deepEqual(flow.complaints, []);
  });
};

describe("examples: the flows for a home", () => {
  const tests = readdirSync(__dirname).map((file) => readFileSync(join(__dirname, file), "utf8"));
  const run = tests.flatMap((text) => /^const NAME = "(.+)";$/m.exec(text)?.[1] ?? []);

  it("have a file of tests each", () => {
    assert.deepEqual(run.sort(), listExamples().filter(isForAHome));
  });
});

describe("examples: in Node-RED", () => {
  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.close());
  afterEach(async () => {
    await stopRunning();
    simulator.clearFaults();
    simulator.requests.length = 0;
  });

  for (const name of listExamples().filter((each) => !isForAHome(each))) {
    describe(name, () => {
      runs[name]?.(async (entered) => {
        const { url, token, ownServer: source } = simulator;
        deployed.add(name);
        running = await RunningExample.deploy(name, { url, token, source, ...entered });
        return running;
      });
    });
  }

  describe("altogether", () => {
    it("have all been run", () => {
      const expected = listExamples().filter((name) => !isForAHome(name));
      assert.deepEqual([...deployed], expected);
    });
  });
});
