import assert from "node:assert/strict";
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { recordTraffic, type Exchange } from "./traffic";
import type { FlowNode } from "../node-red/process";

/** A node as the editor holds it, cut down to what can be copied out of the page. */
export interface EditorNode extends FlowNode {
  readonly valid: boolean;
  /** What its type has in the palette; null where the type is unknown. */
  readonly known: boolean;
}

/** A place on the canvas, in px from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How an editor is opened. */
export interface EditorOptions extends Pick<BrowserContextOptions, "viewport" | "deviceScaleFactor" | "locale"> {
  /** Of Node-RED 5.0, which alone has themes. */
  readonly theme?: "light" | "dark";
}

/** What tests use of jQuery. */
interface Selection {
  find(selector: string): Selection;
  first(): Selection;
  text(): string;
}

/** The part of the editor's own global objects that tests look at. */
interface EditorWindow {
  readonly $: { (selector: string): Selection; readonly fx: { off: boolean } };
  readonly RED: {
    readonly nodes: {
      getNodeHelp(type: string): string;
      getType(type: string): object | undefined;
      dirty(): boolean;
      filterNodes(filter: object): Record<string, unknown>[];
      eachConfig(visit: (node: Record<string, unknown>) => void): void;
    };
    readonly state: { readonly IMPORT_DRAGGING: number };
    readonly view: { state(): number };
    readonly workspaces: { active(): string; show(id: string): void };
    readonly editor: { editConfig(property: string, type: string, id: string): void };
    readonly sidebar: { show(id: string): void; readonly help: { show(type: string): void } };
  };
}

/** What the editor writes of an error that it caught in a form of ours. */
const caughtMessage = /^(?:onedit\w+|Definition error)/;

/** What is thrown to a page's console or its top, and what may be there: messages of the browser about statuses. */
const statusMessage = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** What plex-request alone has. */
const ofRequests = ["method", "path", "pathType", "query", "queryType", "via", "playerType", "all", "limit", "answer"];

const cssId = (id: string) => `[id="${id}"]`;

const contexts = new WeakMap<Browser, Map<string, Promise<BrowserContext>>>();

async function makeContext(browser: Browser, { theme, ...options }: EditorOptions): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, locale: "en-US", ...options });
  context.setDefaultTimeout(10_000);
  // The editor keeps the user's choice there; nothing else may stay from one page to the next.
  const start = `localStorage.clear(); sessionStorage.clear(); localStorage.setItem("view-dark-theme", "${theme ?? "light"}");`;
  await context.addInitScript(`try { ${start} } catch {}`);
  return context;
}

/** A context for all editors that are opened alike: with the scripts of the editor in its cache, they open in half the time. */
function getContext(browser: Browser, options: EditorOptions): Promise<BrowserContext> {
  const ofBrowser = contexts.get(browser) ?? new Map<string, Promise<BrowserContext>>();
  contexts.set(browser, ofBrowser);
  const key = JSON.stringify(options);
  const context = ofBrowser.get(key) ?? makeContext(browser, options);
  ofBrowser.set(key, context);
  return context;
}

/** Node-RED's editor in a page of its own, and what a user does with it. */
export class Editor {
  readonly page: Page;
  /** What went wrong in the page: uncaught errors, and what was written to its console as an error. */
  readonly errors: readonly string[];
  /** All requests that the page sent to the admin API, with what was answered, and WebSocket messages. */
  readonly traffic: readonly Exchange[];
  /** The tabs that the page has opened, the newest last. */
  readonly tabs: readonly Page[];

  private constructor(page: Page) {
    this.page = page;
    const [errors, tabs]: [string[], Page[]] = [[], []];
    this.errors = errors;
    this.tabs = tabs;
    page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
    page.on("console", (message) => {
      const text = message.text();
      const isError = message.type() === "error" && !statusMessage.test(text);
      if (isError || caughtMessage.test(text)) errors.push(text);
    });
    page.on("popup", (tab) => tabs.push(tab));
    this.traffic = recordTraffic(page);
  }

  /** Opens the editor of a Node-RED, and waits until the nodes of this package are in its palette. */
  static async open(browser: Browser, url: string, options: EditorOptions = {}): Promise<Editor> {
    const context = await getContext(browser, options);
    const editor = new Editor(await context.newPage());
    await editor.#load(url);
    return editor;
  }

  async #load(url: string): Promise<void> {
    await this.page.goto(url);
    await this.paletteNode("plex-source-connection").waitFor({ state: "attached" });
    // The flows come after the palette, and the workspace with them.
    await this.page.waitForFunction(() => (globalThis as unknown as EditorWindow).RED.workspaces.active() !== "");
    await this.page.locator("#red-ui-loading-progress").waitFor({ state: "hidden" });
    // Dialogs and messages stand at once, for nobody waits to see them slide.
    await this.page.evaluate(() => {
      (globalThis as unknown as EditorWindow).$.fx.off = true;
    });
  }

  /** Loads the page anew, with what is deployed. What was not deployed is lost. */
  async reload(): Promise<void> {
    this.page.once("dialog", (dialog) => void dialog.accept());
    await this.#load(this.page.url().replace(/#.*/, ""));
  }

  /** Fails when something went wrong in the page since it was opened. */
  assertNoErrors(): void {
    assert.deepEqual(this.errors, []);
  }

  /** Closes the page, with what is not deployed, and the tabs that it has opened. */
  async close(): Promise<void> {
    await Promise.all([...this.tabs, this.page].map((page) => page.close()));
  }

  /** Waits until every answer that has begun to come is recorded. */
  async settled(): Promise<void> {
    await this.page.waitForLoadState("networkidle");
  }

  /** A node of the palette. */
  paletteNode(type: string): Locator {
    return this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  }

  /** A node on the canvas. */
  canvasNode(id: string): Locator {
    return this.page.locator(`#red-ui-workspace-chart ${cssId(id)}`);
  }

  /** What the editor knows of a node. */
  async node(id: string): Promise<EditorNode> {
    const nodes = await this.nodes();
    const node = nodes.find((each) => each.id === id);
    assert.ok(node, `The editor has no node ${id}.`);
    return node;
  }

  /** All nodes that the editor has, config nodes as well. */
  async nodes(): Promise<EditorNode[]> {
    return this.page.evaluate((requestProperties) => {
      const { RED } = globalThis as unknown as EditorWindow;
      const all = RED.nodes.filterNodes({});
      RED.nodes.eachConfig((node) => {
        all.push(node);
      });
      return all.map(
        ({
          id,
          type,
          name,
          valid,
          z,
          url,
          token,
          server,
          source,
          sourceType,
          property,
          clientIdentifier,
          credentials,
          player,
          user,
          media,
          settle,
          changed,
          ...request
        }) =>
          JSON.parse(
            JSON.stringify({
              ...{ id, type, name, z, url, token, server, source, sourceType, property, clientIdentifier, credentials },
              ...{ player, user, media, settle, changed },
              ...Object.fromEntries(requestProperties.map((property) => [property, request[property]])),
              valid: valid !== false,
              known: RED.nodes.getType(String(type)) !== undefined,
            }),
          ) as EditorNode,
      );
    }, ofRequests);
  }

  /** Drags a node from the palette to a place on the canvas. @returns its id */
  async drag(type: string, to: Point): Promise<string> {
    const before = new Set((await this.nodes()).map(({ id }) => id));
    await this.paletteNode(type).hover();
    const chart = await this.page.locator("#red-ui-workspace-chart").boundingBox();
    assert.ok(chart);
    const { mouse } = this.page;
    await mouse.down();
    // In steps, as a hand does it: the editor follows the movement.
    await mouse.move(chart.x + to.x - 20, chart.y + to.y, { steps: 6 });
    await mouse.move(chart.x + to.x, chart.y + to.y, { steps: 3 });
    await mouse.up();
    const added = (await this.nodes()).filter((node) => !before.has(node.id) && node.type === type);
    assert.equal(added.length, 1, `Dragging ${type} added ${added.length} nodes.`);
    return added[0]!.id;
  }

  /** Drags a wire from an output to the input of another node. */
  async wire(from: string, output: number, to: string): Promise<void> {
    await this.canvasNode(from).locator(".red-ui-flow-port-output").nth(output).hover();
    await this.page.mouse.down();
    const input = this.canvasNode(to).locator(".red-ui-flow-port-input");
    const box = await input.boundingBox();
    assert.ok(box);
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 });
    await this.page.mouse.up();
  }

  /** Whether there is something to deploy. */
  isDirty(): Promise<boolean> {
    return this.page.evaluate(() => (globalThis as unknown as EditorWindow).RED.nodes.dirty());
  }

  /**
   * Presses Deploy, and confirms it where the editor asks for that because of what is not valid.
   * @returns whether the editor asked
   */
  async deploy(): Promise<boolean> {
    const deployed = this.page.waitForResponse((response) => {
      return response.request().method() === "POST" && /\/flows$/.test(new URL(response.url()).pathname);
    });
    await this.page.locator("#red-ui-header-button-deploy").click();
    const confirm = this.page.locator("#red-ui-deploy-dialog-confirm-deploy-deploy");
    const asked = confirm.waitFor().then(
      () => true,
      () => false,
    );
    const isAsked = await Promise.race([asked, deployed.then(() => false)]);
    if (isAsked) await confirm.click();
    const response = await deployed;
    assert.equal(response.status(), 200, `Deploying was answered with ${response.status()}.`);
    await this.page.waitForFunction(() => !(globalThis as unknown as EditorWindow).RED.nodes.dirty());
    return isAsked;
  }

  /** Shows another flow, or a subflow. */
  async showWorkspace(id: string): Promise<void> {
    await this.page.evaluate((anId) => {
      (globalThis as unknown as EditorWindow).RED.workspaces.show(anId);
    }, id);
  }

  /** Opens the form of a node on the canvas with a double click. */
  async edit(id: string): Promise<void> {
    await this.canvasNode(id).locator(".red-ui-flow-node").first().dblclick();
    await this.#formIsOpen("#node-dialog-ok");
  }

  /** Presses the pencil beside the config node that a form refers to. */
  async editReferred(property: string): Promise<void> {
    await this.page.locator(`#node-input-btn-${property}-edit`).click();
    await this.#formIsOpen("#node-config-dialog-ok");
  }

  /** Presses the plus beside the config node that a form refers to. */
  async addReferred(property: string): Promise<void> {
    await this.page.locator(`#node-input-btn-${property}-add`).click();
    await this.#formIsOpen("#node-config-dialog-ok");
  }

  /** Opens the form of a config node, as a double click on it in the sidebar does. */
  async editConfig(type: string, id: string): Promise<void> {
    await this.page.evaluate(
      ([aType, anId]) => {
        (globalThis as unknown as EditorWindow).RED.editor.editConfig("", aType!, anId!);
      },
      [type, id],
    );
    await this.#formIsOpen("#node-config-dialog-ok");
  }

  /** A form slides in, and when it stands the editor puts the focus into it: only then it is a user's. */
  async #formIsOpen(button: string): Promise<void> {
    await this.page.locator(button).waitFor();
    await this.page.locator(".red-ui-tray-body").last().locator(":focus").waitFor({ state: "attached" });
  }

  /** Presses Done, Update, Cancel or the like, and waits until the form has gone. */
  async #leave(button: string): Promise<void> {
    await this.page.locator(button).click();
    await this.page.locator(button).waitFor({ state: "detached" });
  }

  /** Closes the form of a node with Done. */
  async done(): Promise<void> {
    await this.#leave("#node-dialog-ok");
  }

  /** Closes the form of a node with Cancel. */
  async cancel(): Promise<void> {
    await this.#leave("#node-dialog-cancel");
  }

  /** Closes the form of a config node with Add or Update. */
  async update(): Promise<void> {
    await this.#leave("#node-config-dialog-ok");
  }

  /** Closes the form of a config node with Cancel. */
  async cancelConfig(): Promise<void> {
    await this.#leave("#node-config-dialog-cancel");
  }

  /** A field of a config node's form. */
  configField(name: string): Locator {
    return this.page.locator(`#node-config-input-${name}`);
  }

  /** A field of a flow node's form. */
  field(name: string): Locator {
    return this.page.locator(`#node-input-${name}`);
  }

  /** What one types into, where a form has a typedInput. */
  typedInput(name: string): Locator {
    const row = this.page.locator(".form-row", { has: this.page.locator(`#node-input-${name}`) });
    return row.locator("input.red-ui-typedInput-input");
  }

  /** Chooses the type of a typedInput from its menu. */
  async chooseType(name: string, type: string): Promise<void> {
    const row = this.page.locator(".form-row", { has: this.page.locator(`#node-input-${name}`) });
    await row.locator(".red-ui-typedInput-type-select").click();
    await this.page.locator(`.red-ui-typedInput-options:visible a[value="${type}"]`).click();
  }

  /**
   * Imports one of this package's examples from the editor's menu, into a flow of its own.
   * @param to where its first node comes to lie; further up, the editor's messages lie over the canvas
   */
  async importExample(title: string, to: Point = { x: 220, y: 300 }): Promise<void> {
    const { page } = this;
    await page.locator("#red-ui-header-button-sidemenu").click();
    await page.locator("#menu-item-import").click();
    const dialog = page.locator("#red-ui-clipboard-dialog");
    await dialog.waitFor();
    await page.locator("#red-ui-clipboard-dialog-import-tabs a", { hasText: "Examples" }).click();
    const tree = page.locator("#red-ui-clipboard-dialog-import-tab-examples .red-ui-treeList-label");
    await tree.filter({ hasText: "node-red-contrib-plex-access" }).click();
    await tree.filter({ hasText: title }).click();
    await page.locator("#red-ui-clipboard-dialog-import-opt-new").click();
    const before = await page.evaluate(() => (globalThis as unknown as EditorWindow).RED.nodes.filterNodes({}).length);
    await page.locator("#red-ui-clipboard-dialog-ok").click();
    await dialog.waitFor({ state: "hidden" });
    // The examples have their server in common, so that the editor asks from the second one on.
    const copy = page.locator(".red-ui-notification button", { hasText: "Import copy" });
    const imported = page.waitForFunction((count) => {
      return (globalThis as unknown as EditorWindow).RED.nodes.filterNodes({}).length > count;
    }, before);
    await Promise.race([copy.click().catch(() => undefined), imported]);
    await imported;
    // The nodes hang on the mouse until they are put down.
    const chart = await page.locator("#red-ui-workspace-chart").boundingBox();
    assert.ok(chart);
    await page.mouse.move(chart.x + to.x - 20, chart.y + to.y);
    await page.mouse.move(chart.x + to.x, chart.y + to.y, { steps: 3 });
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForFunction(() => {
      const { RED } = globalThis as unknown as EditorWindow;
      return RED.view.state() !== RED.state.IMPORT_DRAGGING && RED.nodes.dirty();
    });
    await copy.waitFor({ state: "detached" });
  }

  /** The titles of this package's examples, as the editor's menu has them. */
  async exampleTitles(): Promise<string[]> {
    const { page } = this;
    await page.locator("#red-ui-header-button-sidemenu").click();
    await page.locator("#menu-item-import").click();
    await page.locator("#red-ui-clipboard-dialog-import-tabs a", { hasText: "Examples" }).click();
    const folder = page.locator("#red-ui-clipboard-dialog-import-tab-examples .red-ui-editableList-item-content", {
      has: page.locator(":scope > .red-ui-treeList-label", { hasText: "node-red-contrib-plex-access" }),
    });
    await folder.locator(":scope > .red-ui-treeList-label").click();
    const titles = folder.locator(".red-ui-editableList .red-ui-treeList-label-text");
    await titles.first().waitFor();
    const texts = await titles.allTextContents();
    await page.locator("#red-ui-clipboard-dialog-cancel").click();
    await page.locator("#red-ui-clipboard-dialog").waitFor({ state: "hidden" });
    return texts;
  }

  /** Presses the button of an inject node. */
  async inject(id: string): Promise<void> {
    await this.canvasNode(id).locator(".red-ui-flow-node-button-button").click();
  }

  /** The text below a node. */
  status(id: string): Locator {
    return this.canvasNode(id).locator(".red-ui-flow-node-status-label");
  }

  /** Shows the help of a type of nodes in the sidebar. */
  async openHelp(type: string): Promise<void> {
    await this.page.evaluate((aType) => {
      (globalThis as unknown as EditorWindow).RED.sidebar.help.show(aType);
    }, type);
    // The first sentence of it, in whatever language.
    await this.page.waitForFunction((aType) => {
      const editor = globalThis as unknown as EditorWindow;
      const sentence = editor
        .$(`<div>${editor.RED.nodes.getNodeHelp(aType)}</div>`)
        .find("p")
        .first()
        .text();
      return sentence !== "" && editor.$(".red-ui-help:visible").text().includes(sentence);
    }, type);
  }

  /** The help that is shown. */
  get help(): Locator {
    return this.page.locator(".red-ui-help", { has: this.page.locator("h3") }).first();
  }

  /** Shows the sidebar's messages of debug nodes. */
  async openDebug(): Promise<void> {
    await this.page.evaluate(() => {
      (globalThis as unknown as EditorWindow).RED.sidebar.show("debug");
    });
    await this.page.locator(".red-ui-debug-content-list").waitFor();
  }

  /** The messages of the debug sidebar, the newest last. */
  get debugMessages(): Locator {
    return this.page.locator(".red-ui-debug-msg");
  }
}
