import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Locator, Page } from "playwright-core";
import { faults, type Simulator, type SourceConnection } from "../../simulator";
import type { Editor } from "./editor";
import type { FlowNode } from "../node-red/process";

const locales = resolve(__dirname, "../../nodes/locales");

/**
 * A text of a catalogue, such as `say("plex-config.sign-in.done")`, with its values put in.
 * @param key begins with the type of the node that it belongs to
 */
export function say(key: string, values: Readonly<Record<string, string>> = {}, language = "en-US"): string {
  const [type = "", ...rest] = key.split(".");
  let found: unknown = JSON.parse(readFileSync(resolve(locales, language, `${type}.json`), "utf8"));
  for (const step of [type, ...rest]) found = (found as Record<string, unknown> | undefined)?.[step];
  assert.ok(typeof found === "string", `There is no ${key} in the catalogue for ${language}.`);
  return found.replace(/__(\w+)__/g, (_whole, name: string) => values[name] ?? "");
}

/** A port that nobody listens at. */
export const nobody = "http://127.0.0.1:9";

/**
 * Has plex.tv tell the real addresses of the simulated servers alone: those that lead nowhere would each take the whole
 * patience of a search.
 * @param more further addresses of the own server, such as {@link nobody}
 */
export function onlyReal(simulator: Simulator, more: readonly SourceConnection[] = []): void {
  for (const server of ["own", "shared"] as const) {
    const uri = server === "own" ? simulator.url : simulator.sharedUrl;
    const port = Number(new URL(uri).port);
    const real = { protocol: "http", address: "127.0.0.1", uri, port, local: true } as const;
    simulator.setConnections(server, [real, ...(server === "own" ? more : [])]);
  }
}

/** A server of an account. */
export interface ToldServer {
  readonly name: string;
  readonly machineIdentifier: string;
  /** What plex.tv gives for it. */
  readonly token: string | null;
  readonly uris: readonly string[];
}

/** Has plex.tv tell these servers of whoever asks, until the faults are cleared. */
export function tellAccount(simulator: Simulator, servers: readonly ToldServer[]): void {
  const told = servers.map(({ name, machineIdentifier, token, uris }) => ({
    ...{
      name,
      clientIdentifier: machineIdentifier,
      accessToken: token,
      provides: "server",
      product: "Plex Media Server",
    },
    ...{ productVersion: "1.43.4", owned: true, presence: true, sourceTitle: null },
    connections: uris.map((uri) => {
      const { protocol, hostname, port } = new URL(uri);
      return { protocol: protocol.slice(0, -1), address: hostname, port: Number(port), uri, local: true, relay: false };
    }),
  }));
  simulator.fault(faults.json(told), { server: "plexTv", path: "/api/v2/resources", times: Infinity });
}

/** What a test flow leads to. */
export interface FlowServer {
  readonly url: string;
  readonly token?: string;
  readonly name?: string;
}

/** inject → plex transient token → debug, and a source node, with a plex-config node named "server". */
export function sampleFlow({ url, token, name = "Ours" }: FlowServer): FlowNode[] {
  const on = (x: number, y: number) => ({ z: "tab", x, y });
  const debug = {
    active: true,
    tosidebar: true,
    console: false,
    tostatus: false,
    complete: "payload",
    targetType: "msg",
  };
  return [
    { id: "tab", type: "tab", label: "Test" },
    {
      ...{ id: "server", type: "plex-config", name, url, clientIdentifier: "editor-tests", tls: "", proxy: "" },
      ...{ timeout: 5000, retries: 0 },
      // An empty one takes the place of what an earlier flow has left.
      credentials: { token: token ?? "" },
    },
    {
      ...{ id: "go", type: "inject", name: "Go", props: [], repeat: "", once: false },
      ...on(120, 100),
      wires: [["token"]],
    },
    {
      ...{ id: "token", type: "plex-transient-token", name: "", server: "server", reuse: 0, property: "payload" },
      ...on(320, 100),
      wires: [["result"], ["failure"]],
    },
    { ...debug, ...{ id: "result", type: "debug", name: "Result" }, ...on(540, 60), wires: [] },
    { ...debug, ...{ id: "failure", type: "debug", name: "Failure", complete: "error" }, ...on(540, 140), wires: [] },
    {
      ...{ id: "source", type: "plex-source-connection", name: "", server: "server", source: "payload" },
      ...{ sourceType: "msg", refresh: false, probe: false, property: "payload", ...on(320, 220) },
      wires: [[], []],
    },
  ];
}

/** A node beside those of {@link sampleFlow}, with the longest of the forms. */
export const requestNode: FlowNode = {
  ...{ id: "request", type: "plex-request", z: "tab", x: 320, y: 300, name: "", server: "server", method: "GET" },
  ...{ path: "/library/sections", pathType: "str", query: "{}", queryType: "json", via: "", player: "" },
  ...{ playerType: "str", all: true, limit: 1000, answer: "json", property: "payload", wires: [[], []] },
};

/** One that needs no wire before it. */
export const eventsNode: FlowNode = {
  ...{ id: "events", type: "plex-events", z: "tab", x: 320, y: 380, name: "", server: "server", listen: "playback" },
  ...{ player: "", user: "", media: ["movie", "episode", "track"], settle: 2, progress: false, wires: [[], []] },
};

/** The form of a plex-config node, which stands open in an editor. */
export class ConfigForm {
  readonly page: Page;
  readonly url: Locator;
  readonly token: Locator;
  readonly name: Locator;
  readonly signIn: Locator;
  readonly find: Locator;
  readonly discover: Locator;
  readonly test: Locator;
  /** What the form says of servers. */
  readonly message: Locator;
  /** What the form says of a sign-in. */
  readonly signInMessage: Locator;
  /** What the form says of the tested connection. */
  readonly result: Locator;
  /** What is shown while a sign-in waits. */
  readonly waiting: Locator;
  readonly code: Locator;
  readonly servers: Locator;
  readonly addresses: Locator;

  constructor(readonly editor: Editor) {
    const { page } = editor;
    const part = (name: string) => page.locator(`#plex-config-${name}`);
    this.page = page;
    this.url = editor.configField("url");
    this.token = editor.configField("token");
    this.name = editor.configField("name");
    this.signIn = part("sign-in-button");
    this.find = part("find-button");
    this.discover = part("discover-button");
    this.test = part("test-button");
    this.message = part("find-message");
    this.signInMessage = part("sign-in-message");
    this.result = part("test-message");
    this.waiting = part("sign-in");
    this.code = part("code");
    this.servers = page.locator("#plex-config-servers [role=option]");
    this.addresses = page.locator("#plex-config-addresses [role=option]");
  }

  /** Opens what stands under "More settings". */
  async openMore(): Promise<void> {
    await this.page.locator("#plex-config-more").evaluate((more) => {
      (more as unknown as { open: boolean }).open = true;
    });
  }

  /** Opens the form of the node "server", unless it stands open. */
  static async open(editor: Editor): Promise<ConfigForm> {
    const isOpen = await editor.page.locator("#node-config-dialog-ok").isVisible();
    if (!isOpen) await editor.editConfig("plex-config", "server");
    return new ConfigForm(editor);
  }

  /** The same, with nothing in the form. */
  static async openEmpty(editor: Editor): Promise<ConfigForm> {
    const form = await ConfigForm.open(editor);
    await form.fill();
    return form;
  }

  /** What the form holds now. */
  async values(): Promise<{ url: string; token: string; name: string }> {
    const [url, token, name] = await Promise.all([this.url, this.token, this.name].map((field) => field.inputValue()));
    return { url: url!, token: token!, name: name! };
  }

  /** Starts a sign-in. @returns the tab with Plex's page, loaded */
  async startSignIn(): Promise<Page> {
    const opened = this.page.waitForEvent("popup");
    await this.signIn.click();
    const tab = await opened;
    await tab.locator("#allow").waitFor();
    // The form is used on behind it, and browsers let a page that is not in front wait.
    await this.page.bringToFront();
    return tab;
  }

  /** Waits until the form says that the sign-in is done, and how many servers the account has. */
  async signedIn(): Promise<void> {
    await this.signInMessage.filter({ hasText: say("plex-config.sign-in.done") }).waitFor();
    await this.message.filter({ hasText: say("plex-config.servers.found", { number: "3" }) }).waitFor();
  }

  /** Signs in on Plex's page, and waits for the list of servers; by then the page is closed. */
  async signInOnPage(): Promise<void> {
    const tab = await this.startSignIn();
    const closed = tab.waitForEvent("close");
    await tab.locator("#allow").click();
    await this.signedIn();
    await closed;
  }

  /** Fills in what a test begins with, nothing unless told. */
  async fill({ url = "", token = "", name = "" }: Partial<FlowServer> = {}): Promise<void> {
    await this.url.fill(url);
    await this.token.fill(token);
    await this.name.fill(name);
  }

  /** Chooses a server from the list, and waits until the form says what came of it. */
  async choose(server: string, outcome: RegExp | string): Promise<void> {
    await this.servers.filter({ hasText: server }).click();
    await this.message.filter({ hasText: outcome }).waitFor();
  }

  /** Presses the button that tests the connection, and waits for this in the answer. */
  async testFor(outcome: string): Promise<void> {
    await this.test.click();
    await this.result.filter({ hasText: outcome }).waitFor();
  }
}
