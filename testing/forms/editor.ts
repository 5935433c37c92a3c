import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import nodeRed from "node-red";
import { name as packageName } from "../../package.json";
import { FakeBrowser } from "./document";
import { createFields, type Fields } from "./fields";

const root = resolve(__dirname, "../..");
const inlinePage = createRequire(__filename)("../../scripts/inline-page.cjs") as (path: string) => string;

/** A node as the editor hands it to the functions of a definition. */
export interface EditorNode {
  id: string;
  type: string;
  changed?: boolean;
  [property: string]: unknown;
}

/** One property or credential of a definition. */
export interface PropertyDefinition {
  value?: unknown;
  type?: string;
  required?: boolean;
  label?: string;
  validate?(this: EditorNode, value: unknown, options: object): boolean | string;
}

/** The second argument of `RED.nodes.registerType` in the editor. */
export interface Definition {
  category: string;
  categoryDescription?: string;
  color?: string;
  icon?: string;
  inputs?: number;
  outputs?: number;
  defaults: Record<string, PropertyDefinition>;
  credentials?: Record<string, PropertyDefinition>;
  label(this: EditorNode): string;
  paletteLabel?(this: EditorNode): string;
  outputLabels?(this: EditorNode, index: number): string;
  oneditprepare(this: EditorNode): void;
  oneditsave?(this: EditorNode): void;
  oneditcancel?(this: EditorNode): void;
  oneditdelete?(this: EditorNode): void;
}

/** Why a request of a form failed, as its routes tell it. */
interface Failure {
  readonly code: string;
  readonly detail?: string;
  readonly key?: string;
  readonly message?: string;
  readonly target?: string;
}

/** What the scripts of the package's pages share, as far as tests ask for it. */
export interface PlexAccess {
  explain: (failure: Failure, asked: string) => string;
  finders: Readonly<Record<"url" | "token", (value: unknown) => string>>;
  findTokenHint: (value: unknown) => string;
}

/** The page of one node type, with its script run against a recording editor. */
export interface Page {
  readonly type: string;
  readonly html: string;
  /** All inline scripts, one behind the other. */
  readonly script: string;
  readonly form: string;
  /** What the form uses of the browser. */
  readonly browser: FakeBrowser;
  readonly plexAccess: PlexAccess;
  /** The config nodes that the editor knows, by id. */
  readonly nodes: Map<string, object>;
  readonly help: string;
  /** Every sentence and word of the catalogue by its key, such as `plex-config.label.url`. */
  readonly catalogue: ReadonlyMap<string, string>;
  /** What the script registered: type and definition. */
  readonly registered: readonly (readonly [type: string, definition: Definition])[];
  readonly definition: Definition;
  /** Makes a node of this type, as the editor does: `_` speaks the words of the catalogue. */
  createNode(properties?: Record<string, unknown>): EditorNode;
  /** What a validator of the definition says: true, or a sentence. */
  validate(property: string, value: unknown, node?: EditorNode): boolean | string;
  /** Tells the script what happens in the editor, as `RED.events.emit` does. */
  emit(event: string, ...args: unknown[]): void;
  /** Fills in the form and calls oneditprepare. */
  openDialog(node: EditorNode, values: Record<string, string>): Fields;
  closeDialog(): void;
}

/** A file of this package as text. */
export function readText(path: string): string {
  return readFileSync(resolve(root, path), "utf8");
}

/** The help of a node type in a language, as the editor gets it: with the pieces that it refers to in it. */
export function readHelp(language: string, type: string): string {
  return inlinePage(resolve(root, `nodes/locales/${language}/${type}.html`));
}

/** The page of a node type, as the editor gets it: with the scripts and stylesheets that it refers to in it. */
export function readPage(type: string): string {
  return inlinePage(resolve(root, `nodes/${type}.html`));
}

/** The content of every `<script>` of a page whose opening tag has this text in it. */
export function findScripts(html: string, attribute: string): string[] {
  return [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)]
    .filter(([, attributes = ""]) => attributes.includes(attribute))
    .map(([, , content = ""]) => content);
}

function flatten(tree: object, path: string[] = []): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null
      ? flatten(value, [...path, key])
      : [[[...path, key].join("."), String(value)] as [string, string]],
  );
}

function isProperty(expression: string): boolean {
  try {
    nodeRed.util.normalisePropertyExpression(expression);
    return true;
  } catch {
    return false;
  }
}

/** Stands for RED.validators.typedInput: its rule for properties, and words of its own. */
function typedInput({ type }: { type: string }) {
  return (value: string) =>
    !["msg", "flow", "global"].includes(type) || isProperty(value) || `Node-RED: invalid ${type} property`;
}

function loadCatalogue(type: string): Map<string, string> {
  return new Map(flatten(JSON.parse(readText(`nodes/locales/en-US/${type}.json`)) as object));
}

/** Looks keys up as the editor does: with the package and the node type in front, or those of the page's own type. */
function createTranslator(ownType: string) {
  return (key: string, values: Record<string, unknown> = {}): string => {
    const [, type = ownType, name = ""] = new RegExp(`^(?:${packageName}/([\\w-]+):)?(.*)$`).exec(key) ?? [];
    const text = loadCatalogue(type).get(name);
    return text?.replace(/__(\w+)__/g, (_, value: string) => String(values[value])) ?? key;
  };
}

const readScripts = (html: string) => findScripts(html, 'type="text/javascript"');

/**
 * Loads `nodes/<type>.html`, its catalogue and its help.
 * @param mayDeploy whether the editor's user has the permission to deploy
 */
export function loadPage(type: string, mayDeploy = true): Page {
  const html = readPage(type);
  const script = readScripts(html).join("\n");
  // The editor loads the pages in the order of package.json: that of the config node, which shares some, comes first.
  const shared = readScripts(readPage("plex-config")).filter((part) => !part.includes("registerType"));
  const catalogue = loadCatalogue(type);
  const translate = createTranslator(type);
  const browser = new FakeBrowser();
  const nodes = new Map<string, object>();
  const registered: [string, Definition][] = [];
  const listeners: [string, (...args: unknown[]) => void][] = [];
  let fields = createFields({});
  const RED = {
    _: translate,
    events: { on: (event: string, listener: (...args: unknown[]) => void) => listeners.push([event, listener]) },
    nodes: {
      registerType: (name: string, given: Definition) => registered.push([name, given]),
      node: (id: string) => nodes.get(id) ?? null,
    },
    user: { hasPermission: () => mayDeploy },
    utils: { validatePropertyExpression: isProperty },
    validators: { typedInput },
  };
  const find = (selector: string, attributes?: Record<string, string>) => fields.find(selector, attributes);
  const $ = Object.assign(find, { ajax: browser.ajax });
  const { setInterval, clearInterval } = browser;
  const window = { URL, crypto: globalThis.crypto, setInterval, clearInterval };
  const context = createContext({ RED, $, window, document: { body: {}, activeElement: undefined } });
  for (const part of type === "plex-config" ? [script] : [...shared, script]) runInContext(part, context);
  const { plexAccess } = window as unknown as { plexAccess: PlexAccess };
  const definition = registered[0]?.[1];
  if (!definition) throw new Error(`nodes/${type}.html registers no type.`);

  const createNode = (properties: Record<string, unknown> = {}): EditorNode => ({
    id: "node-1",
    type,
    _: translate,
    ...properties,
  });

  return {
    type,
    html,
    script,
    browser,
    plexAccess,
    nodes,
    form: findScripts(html, `data-template-name="${type}"`).join("\n"),
    help: findScripts(readHelp("en-US", type), `data-help-name="${type}"`).join("\n"),
    catalogue,
    registered,
    definition,
    createNode,
    validate(property, value, node = createNode()) {
      const validator = { ...definition.credentials, ...definition.defaults }[property];
      if (validator?.validate?.length !== 2)
        throw new Error(`${property} has no validator that may return a sentence.`);
      return validator.validate.call(node, value, {});
    },
    emit(event, ...args) {
      for (const [name, listener] of listeners) if (name === event) listener(...args);
    },
    openDialog(node, values) {
      fields = createFields(values, { open: browser.open });
      definition.oneditprepare.call(node);
      return fields;
    },
    closeDialog() {
      fields = createFields({});
    },
  };
}
