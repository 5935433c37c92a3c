import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import nodeRed from "node-red";
import { name as packageName } from "../../package.json";
import { createFields, type Fields } from "./editor-fields";

const root = resolve(__dirname, "../..");

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
}

/** The page of one node type, with its script run against a recording editor. */
export interface Page {
  readonly type: string;
  readonly html: string;
  readonly script: string;
  readonly form: string;
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

/** Loads `nodes/<type>.html`, its catalogue and its help. */
export function loadPage(type: string): Page {
  const html = readText(`nodes/${type}.html`);
  const script = findScripts(html, 'type="text/javascript"').join("\n");
  const catalogue = new Map(flatten(JSON.parse(readText(`nodes/locales/en-US/${type}.json`)) as object));
  const translate = (key: string) => catalogue.get(key.replace(`${packageName}/${type}:`, "")) ?? key;
  const registered: [string, Definition][] = [];
  const listeners: [string, (...args: unknown[]) => void][] = [];
  let fields = createFields({});
  const RED = {
    _: translate,
    events: { on: (event: string, listener: (...args: unknown[]) => void) => listeners.push([event, listener]) },
    nodes: { registerType: (name: string, given: Definition) => registered.push([name, given]) },
    utils: { validatePropertyExpression: isProperty },
    validators: { typedInput },
  };
  const $ = (selector: string, attributes?: Record<string, string>) => fields.find(selector, attributes);
  runInContext(script, createContext({ RED, $, window: { URL, crypto: globalThis.crypto } }));
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
    form: findScripts(html, `data-template-name="${type}"`).join("\n"),
    help: findScripts(readText(`nodes/locales/en-US/${type}.html`), `data-help-name="${type}"`).join("\n"),
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
      fields = createFields(values);
      definition.oneditprepare.call(node);
      return fields;
    },
    closeDialog() {
      fields = createFields({});
    },
  };
}
