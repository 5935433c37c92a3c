import assert from "node:assert/strict";
import { faults, type RecordedRequest, type Simulator } from "../../simulator";
import type { FlowNode, NodeRedProcess } from "../../testing/node-red/process";
import {
  placed,
  probe,
  route,
  server,
  sourceNode,
  tab,
  tokenNode,
  type FailureAnswer,
} from "../../testing/node-red/flows";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const identifier = "3f0e5a52-8a9e-4f25-9e1a-9d2a0b6a7c11";

/** The header that tells installations apart, of the last request. */
function lastIdentifier(requests: readonly RecordedRequest[]): string | string[] | undefined {
  return requests.at(-1)?.headers["x-plex-client-identifier"];
}

onEachRuntime("package: environment variables", ({ start, simulate }) => {
  let first: Simulator;
  let second: Simulator;
  let nodeRed: NodeRedProcess;

  before(async () => {
    first = await simulate();
    second = await simulate();
    nodeRed = await start({
      env: {
        PLEX_URL: first.url,
        PLEX_TOKEN: first.token,
        PLEX_IDENTIFIER: identifier,
        PLEX_TIMEOUT: "300",
        PLEX_RETRIES: "1",
        PLEX_SOURCE: first.sharedServer,
      },
    });
  });

  describe("of the process", () => {
    before(() =>
      nodeRed.deploy([
        tab,
        server("${PLEX_URL}", "${PLEX_TOKEN}", {
          clientIdentifier: "${PLEX_IDENTIFIER}",
          timeout: "${PLEX_TIMEOUT}",
          retries: "${PLEX_RETRIES}",
        }),
        server(first.url, "${PLEX_TOKEN_OF_NOBODY}", { id: "no-token" }),
        server(first.url, first.token, { id: "no-timeout", timeout: "${PLEX_TIMEOUT_OF_NOBODY}" }),
        ...route("token", tokenNode()),
        ...route("source/env", sourceNode({ id: "env", source: "PLEX_SOURCE", sourceType: "env" })),
        ...route("source/str", sourceNode({ id: "str", source: "${PLEX_SOURCE}", sourceType: "str" })),
        server("${PLEX_URL}/plex", first.token, { id: "url-part" }),
        server(first.url, "pre-${PLEX_TOKEN}", { id: "token-part" }),
        server(first.url, "${PLEX_TOKEN} ", { id: "token-space" }),
        server(first.url, first.token, { id: "identifier-part", clientIdentifier: "id-${PLEX_IDENTIFIER}" }),
        ...["url-part", "token-part", "token-space", "identifier-part"].flatMap((id) =>
          route(id, tokenNode({ id: `token-${id}`, server: id })),
        ),
        ...route("no-token", tokenNode({ id: "token-no-token", server: "no-token" })),
        ...route("no-timeout", tokenNode({ id: "token-no-timeout", server: "no-timeout" })),
      ]),
    );

    it("give URL, token and client identifier", async () => {
      assert.equal((await nodeRed.post("token")).status, 200);
      assert.equal(lastIdentifier(first.requests), identifier);
    });

    it("give timeout and number of retries", async () => {
      const asked = first.requests.length;
      first.fault(faults.hang(), { times: 2 });
      const start = Date.now();
      const { error } = (await nodeRed.post("token")).body as FailureAnswer;
      const { code, attempts } = error;
      assert.deepEqual({ code, attempts }, { code: "timeout", attempts: 2 });
      assert.equal(first.requests.length - asked, 2);
      assert.ok(Date.now() - start < 3000);
    });

    for (const type of ["env", "str"]) {
      it(`give the source (as ${type})`, async () => {
        const { body } = await nodeRed.post(`source/${type}`);
        assert.equal((body as { source: string }).source, first.sharedServer);
      });
    }

    for (const [path, variable] of [
      ["no-token", "PLEX_TOKEN_OF_NOBODY"],
      ["no-timeout", "PLEX_TIMEOUT_OF_NOBODY"],
    ] as const) {
      it(`are named where one is missing (${path})`, async () => {
        const { error } = (await nodeRed.post(path)).body as FailureAnswer;
        assert.equal(error.code, "not-configured");
        assert.ok(String(error.message).includes(`"${variable}", which is not set`), String(error.message));
      });
    }

    for (const [path, variable] of [
      ["url-part", "PLEX_URL"],
      ["token-part", "PLEX_TOKEN"],
      ["token-space", "PLEX_TOKEN"],
      ["identifier-part", "PLEX_IDENTIFIER"],
    ] as const) {
      it(`are not told as missing where they are set, but a part of the setting (${path})`, async () => {
        const asked = first.requests.length;
        const { error } = (await nodeRed.post(path)).body as FailureAnswer;
        assert.equal(error.code, "not-configured");
        const says = `"${variable}", which Node-RED only replaces where it is the whole of the setting`;
        assert.ok(String(error.message).includes(says), String(error.message));
        assert.equal(first.requests.length, asked);
      });
    }
  });

  describe("of the flow file", () => {
    const env = (variables: Record<string, string>) =>
      Object.entries(variables).map(([name, value]) => ({ name, value, type: "str" }));

    const deployWith = (places: { readonly global?: FlowNode; readonly tab?: object; readonly group?: object }) =>
      nodeRed.deploy([
        { ...tab, ...(places.tab && { env: env(places.tab as Record<string, string>) }) },
        ...(places.global ? [places.global] : []),
        server("${MY_URL}", "${MY_TOKEN}", { z: places.global ? "" : tab.id }),
        {
          id: "group",
          type: "group",
          z: tab.id,
          nodes: ["source"],
          env: env((places.group ?? {}) as Record<string, string>),
        },
        ...route("source", {
          ...sourceNode({ source: "MY_SOURCE", sourceType: "env", property: "${MY_PROPERTY}" }),
          g: "group",
        }),
      ]);

    it("of a tab and a group in it", async () => {
      await deployWith({
        tab: { MY_URL: second.url, MY_TOKEN: second.token, MY_PROPERTY: "unused" },
        group: { MY_SOURCE: second.sharedServer, MY_PROPERTY: "payload.found" },
      });
      const { status, body } = await nodeRed.post("source", { kept: true });
      assert.equal(status, 200);
      const { kept, found } = body as { kept: boolean; found: { source: string } };
      assert.equal(kept, true);
      assert.equal(found.source, second.sharedServer);
    });

    it("of all flows", async () => {
      await deployWith({
        global: {
          id: "globals",
          type: "global-config",
          env: env({
            MY_URL: second.url,
            MY_TOKEN: second.token,
            MY_SOURCE: second.provider,
            MY_PROPERTY: "payload",
          }),
        },
      });
      const { body } = await nodeRed.post("source");
      assert.equal((body as { source: string }).source, second.provider);
    });
  });

  describe("of subflow instances", () => {
    const instance = (id: string, simulator: Simulator): FlowNode[] => [
      placed({
        id,
        type: "subflow:ask",
        env: [
          { name: "SUBFLOW_URL", value: simulator.url, type: "str" },
          { name: "SUBFLOW_TOKEN", value: simulator.token, type: "str" },
        ],
        wires: [[`${id}-success`], [`${id}-error`]],
      }),
      probe(`to-${id}`, `to ${id}`, [id]),
      probe(`${id}-success`, `${id} success`),
      probe(`${id}-error`, `${id} error`),
    ];

    const deploySubflow = () =>
      nodeRed.deploy([
        tab,
        {
          id: "ask",
          type: "subflow",
          name: "Ask",
          in: [{ x: 0, y: 0, wires: [{ id: "token" }] }],
          out: [
            { x: 0, y: 0, wires: [{ id: "token", port: 0 }] },
            { x: 0, y: 0, wires: [{ id: "token", port: 1 }] },
          ],
          env: [
            { name: "SUBFLOW_URL", value: "", type: "str" },
            { name: "SUBFLOW_TOKEN", value: "", type: "str" },
          ],
        },
        server("${SUBFLOW_URL}", "${SUBFLOW_TOKEN}", { z: "ask" }),
        placed({ ...tokenNode(), wires: [[], []] }, "ask"),
        ...instance("one", first),
        ...instance("two", second),
      ]);

    it("give each its own server", async () => {
      await deploySubflow();
      const asked = [first.requests.length, second.requests.length];
      await nodeRed.inject("to-one", { topic: "to one" });
      await nodeRed.inject("to-two", { topic: "to two" });
      for (const id of ["one", "two"]) {
        const { msg } = await nodeRed.until(() => nodeRed.messagesAt(`${id} success`)[0], `the result of ${id}`);
        assert.equal(msg.topic, `to ${id}`);
      }
      assert.deepEqual(
        [first.requests.length, second.requests.length],
        asked.map((count) => count + 1),
      );
    });

    it("and each its own failures", async () => {
      await deploySubflow();
      second.fault(faults.status(500));
      await nodeRed.inject("to-two", {});
      await nodeRed.inject("to-one", {});
      const { msg } = await nodeRed.until(() => nodeRed.messagesAt("two error")[0], "the failure of two");
      assert.equal((msg.error as { code: string }).code, "server-error");
      await nodeRed.until(() => nodeRed.messagesAt("one success").length === 2, "the result of one");
      assert.deepEqual(nodeRed.messagesAt("one error"), []);
    });
  });

  describe("in a config node that two subflow instances share", () => {
    it("work for both", async () => {
      const results = nodeRed.messagesAt("shared success").length;
      await nodeRed.deploy([
        tab,
        { id: "ask", type: "subflow", name: "Ask", in: [{ wires: [{ id: "token" }] }], out: [], env: [] },
        server("${PLEX_URL}", "${PLEX_TOKEN}"),
        placed({ ...tokenNode(), wires: [["shared-success"], []] }, "ask"),
        probe("shared-success", "shared success", [], "ask"),
        ...["one", "two"].flatMap((id) => [placed({ id, type: "subflow:ask" }), probe(`to-${id}`, `to ${id}`, [id])]),
      ]);
      await nodeRed.inject("to-one", {});
      await nodeRed.inject("to-two", {});
      await nodeRed.until(() => nodeRed.messagesAt("shared success").length === results + 2, "both results");
    });
  });
});
