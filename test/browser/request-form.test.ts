import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import type { Editor } from "../../testing/browser/editor";
import { onEachEditor } from "../../testing/browser/suite";
import { requestNode, sampleFlow, say } from "../../testing/browser/forms";

/** What each entry of the list of endpoints fills in: method, path and query. */
const endpoints: Readonly<Record<string, readonly [string, string, object]>> = {
  libraries: ["GET", "/library/sections", {}],
  library: ["GET", "/library/sections/1/all", {}],
  "recently-added": ["GET", "/library/recentlyAdded", {}],
  "on-deck": ["GET", "/library/onDeck", {}],
  search: ["GET", "/hubs/search", { query: "Alien", limit: 10 }],
  sessions: ["GET", "/status/sessions", {}],
  history: ["GET", "/status/sessions/history/all", { sort: "viewedAt:desc" }],
  scan: ["GET", "/library/sections/1/refresh", {}],
  watched: ["GET", "/:/scrobble", { identifier: "com.plexapp.plugins.library", key: "1" }],
  unwatched: ["GET", "/:/unscrobble", { identifier: "com.plexapp.plugins.library", key: "1" }],
  pause: ["GET", "/player/playback/pause", { type: "video" }],
  play: ["GET", "/player/playback/play", { type: "video" }],
  terminate: ["POST", "/status/sessions/terminate", { sessionId: "1", reason: "Good night" }],
};

onEachEditor("the form of plex-request", (suite) => {
  type Picker = "endpoint" | "player";
  const button = ({ page }: Editor, picker: Picker) => page.locator(`#plex-request-${picker}-picker-button`);
  const entries = ({ page }: Editor, picker: Picker) => page.locator(`#plex-request-${picker}-picker [role=option]`);
  const message = ({ page }: Editor, picker: Picker, hasText: string): Locator =>
    page.locator(`#plex-request-${picker}-picker-message`, { hasText });
  const problem = ({ page }: Editor, field: string, key: string): Locator =>
    page.locator(`#plex-request-${field}-message`, { hasText: say(`plex-request.validation.${key}`) });
  const noProblem = ({ page }: Editor, field: string): Promise<void> =>
    page.locator(`#plex-request-${field}-message`, { hasText: /^$/ }).waitFor({ state: "attached" });

  /** inject → plex request, whose form stands open. */
  async function open(properties: Readonly<Record<string, unknown>> = {}): Promise<Editor> {
    const { url, token } = suite.simulator;
    await suite.deploy([
      ...sampleFlow({ url, token }),
      {
        ...{ id: "ask", type: "inject", z: "tab", x: 120, y: 300, name: "Ask", props: [], repeat: "", once: false },
        wires: [["request"]],
      },
      { ...requestNode, all: false, ...properties },
    ]);
    const editor = await suite.open();
    await editor.edit("request");
    return editor;
  }

  const openOnce = suite.share(() => open());

  async function pick(editor: Editor, picker: Picker, title: string): Promise<void> {
    await button(editor, picker).click();
    await entries(editor, picker)
      .filter({ has: editor.page.locator(".plex-access-title", { hasText: new RegExp(`^${title}$`) }) })
      .click();
  }

  const nameOf = (endpoint: string) => say(`plex-request.endpoint.${endpoint}`);

  /** What stands in the form. */
  async function read(editor: Editor): Promise<[method: string, path: string, query: unknown]> {
    const method = await editor.field("method").inputValue();
    const path = await editor.typedInput("path").inputValue();
    return [method, path, JSON.parse(await editor.typedInput("query").inputValue())];
  }

  /** Deploys, presses the button of the inject node, and gives what the server was asked by the request node. */
  async function ask(editor: Editor) {
    assert.equal(await editor.deploy(), false);
    const before = suite.simulator.requests.length;
    await editor.inject("ask");
    const request = await suite.nodeRed.until(() => suite.simulator.requests[before], "the request");
    return { asked: `${request.method} ${request.url}`, headers: request.headers };
  }

  /** What the runtime holds of the request node. */
  async function deployed(...properties: readonly string[]): Promise<unknown[]> {
    const flows = (await suite.nodeRed.adminJson("flows")) as Record<string, unknown>[];
    const node = flows.find(({ id }) => id === "request");
    return properties.map((property) => node?.[property]);
  }

  it("leaves what is not changed as it is", async () => {
    const editor = await open();
    await editor.done();
    const { valid, changed } = await editor.node("request");
    assert.deepEqual([valid, changed ?? false, await editor.isDirty()], [true, false, false]);
  });

  it("lists the usual endpoints, each of which fills in method, path and query", async () => {
    const editor = await openOnce();
    await button(editor, "endpoint").click();
    const number = String(Object.keys(endpoints).length);
    await message(editor, "endpoint", say("plex-request.endpoints.found", { number })).waitFor();
    await button(editor, "endpoint").click();
    for (const [endpoint, filled] of Object.entries(endpoints)) {
      await pick(editor, "endpoint", nameOf(endpoint));
      await message(editor, "endpoint", say("plex-request.endpoints.chosen", { name: nameOf(endpoint) })).waitFor();
      assert.deepEqual(await read(editor), filled);
      await noProblem(editor, "path");
      await noProblem(editor, "query");
    }
  });

  it("asks for a picked endpoint, with the values that were put in the place of its own", async () => {
    const editor = await open({ path: "payload", pathType: "msg", query: "q", queryType: "msg", answer: "text" });
    await pick(editor, "endpoint", nameOf("terminate"));
    await editor.typedInput("query").fill('{"sessionId": "7", "reason": "Bed time, & now"}');
    await editor.done();
    const { asked } = await ask(editor);
    assert.equal(asked, "POST /status/sessions/terminate?sessionId=7&reason=Bed%20time%2C%20%26%20now");
    const stored = await deployed("method", "path", "pathType", "queryType", "answer");
    assert.deepEqual(stored, ["POST", "/status/sessions/terminate", "str", "json", "text"]);
  });

  it("asks page by page where a list was picked, for no more than the limit", async () => {
    const editor = await open();
    assert.equal(await editor.field("limit").isVisible(), false);
    await pick(editor, "endpoint", nameOf("library"));
    assert.equal(await editor.field("all").isChecked(), true);
    await editor.field("limit").fill("1");
    await editor.done();
    const { asked, headers } = await ask(editor);
    assert.deepEqual([asked, headers["x-plex-container-size"]], ["GET /library/sections/1/all", "1"]);
    assert.deepEqual(await deployed("all", "limit"), [true, "1"]);
  });

  it("finds who plays now, what the server controls and what the account has, and fills in the chosen one", async () => {
    const { simulator } = suite;
    const viewer = simulator.viewer({
      machineIdentifier: "tv-1",
      name: "Guest room",
      user: { id: "7", title: "anna" },
    });
    viewer.play();
    simulator.addClient({ name: "Kitchen", machineIdentifier: "htpc-2", url: "http://127.0.0.1:9" });
    const editor = await open();
    await button(editor, "player").click();
    await entries(editor, "player").first().waitFor();
    const shown = (await entries(editor, "player").allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
    const playing = say("plex-request.players.user", { names: "anna" });
    for (const entry of [`Guest room Plex for LG · ${playing} · tv-1`, "Kitchen Simulated Player · htpc-2"])
      assert.ok(shown.includes(entry), shown.join("; "));
    assert.ok(
      shown.some((entry) => entry.includes("Plexamp")),
      shown.join("; "),
    );
    await entries(editor, "player").filter({ hasText: "Guest room" }).click();
    await message(editor, "player", say("plex-request.players.chosen", { name: "Guest room" })).waitFor();
    assert.equal(await editor.typedInput("player").inputValue(), "tv-1");
    await editor.done();
    const { asked, headers } = await ask(editor);
    assert.match(asked, /^GET \/library\/sections\?commandID=\d+$/);
    assert.equal(headers["x-plex-target-client-identifier"], "tv-1");
    assert.deepEqual(await deployed("player", "playerType"), ["tv-1", "str"]);
    viewer.stop();
  });

  it("leaves what was typed by hand alone, whatever is listed beside it", async () => {
    const editor = await open();
    await editor.typedInput("path").fill("/library/metadata/2?checkFiles=1");
    await editor.typedInput("query").fill('{"includeGuids": true}');
    await editor.typedInput("player").fill("my-player");
    for (const picker of ["endpoint", "player"] as const) {
      await button(editor, picker).click();
      await entries(editor, picker).first().waitFor();
      await editor.page.keyboard.press("Escape");
      assert.equal(await entries(editor, picker).count(), 0);
    }
    await editor.done();
    const { asked, headers } = await ask(editor);
    assert.match(asked, /^GET \/library\/metadata\/2\?checkFiles=1&includeGuids=1&commandID=\d+$/);
    assert.equal(headers["x-plex-target-client-identifier"], "my-player");
  });

  it("takes a source from the message, and says what is no property", async () => {
    const editor = await open();
    await editor.typedInput("via").fill("plex source");
    await editor.typedInput("via").press("End");
    await problem(editor, "via", "via").waitFor();
    await editor.typedInput("via").fill("plex.source");
    await noProblem(editor, "via");
    await editor.done();
    assert.equal((await editor.node("request")).valid, true);
    await editor.deploy();
    assert.deepEqual(await deployed("via"), ["plex.source"]);
    // The inject node puts none there.
    await editor.inject("ask");
    await editor
      .status("request")
      .filter({ hasText: say("plex-request.status.invalid-input") })
      .waitFor();
  });

  it("says what is wrong with a path, a query or a player, and shows the node as invalid", async () => {
    const editor = await open();
    for (const [field, typed, key] of [
      ["path", "library/sections", "path-slash"],
      ["path", "//example.org/library", "path-slash"],
      ["path", "http://example.org/library", "path-address"],
      ["path", "/library/%2e%2e/secret", "path-upwards"],
      ["path", "/library#all", "path-characters"],
      ["path", "/library?x-plex-TOKEN=1", "path-token"],
      ["path", " ", "path-missing"],
      ["query", "[1]", "query-form"],
      ["query", '{"a": {"b": 1}}', "query-values"],
      ["query", '{"X-Plex-Token": "1"}', "query-token"],
      ["player", "Living room", "player-form"],
    ] as const) {
      const before = await editor.typedInput(field).inputValue();
      await editor.typedInput(field).fill(typed);
      await problem(editor, field, key).waitFor();
      assert.equal(await editor.typedInput(field).getAttribute("aria-invalid"), "true");
      await editor.typedInput(field).fill(before);
    }
    await noProblem(editor, "query");
    await noProblem(editor, "player");
    await editor.typedInput("path").fill("library/sections");
    await editor.done();
    assert.equal((await editor.node("request")).valid, false);
    assert.equal(await editor.deploy(), true, "the editor asks before it deploys what is not valid");
  });

  it("is edited with the keyboard alone: an endpoint that is found by typing, Escape, and Done", async () => {
    const editor = await open();
    const { keyboard } = editor.page;
    await button(editor, "endpoint").focus();
    await keyboard.press("Enter");
    await entries(editor, "endpoint").first().waitFor();
    // The filter has the focus by itself.
    await keyboard.type("scrobble");
    await message(editor, "endpoint", say("plex-request.endpoints.found", { number: "2" })).waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    assert.deepEqual(await read(editor), endpoints["unwatched"]);
    // The button has the focus again; Escape at the open list closes it and not the form.
    await keyboard.press("Enter");
    await entries(editor, "endpoint").first().waitFor();
    await keyboard.press("Escape");
    assert.equal(await entries(editor, "endpoint").count(), 0);
    await editor.typedInput("query").focus();
    await keyboard.press("End");
    await keyboard.press("ArrowLeft");
    await keyboard.type(', "extra": 5');
    await keyboard.press("Control+Enter");
    await editor.page.locator("#node-dialog-ok").waitFor({ state: "detached" });
    const { asked } = await ask(editor);
    assert.equal(asked, "GET /:/unscrobble?identifier=com.plexapp.plugins.library&key=1&extra=5");
  });
});
