// Type-checks the inline scripts of nodes/*.html: each goes into a .js file under .cache/editor/, at its own line
// numbers, and TypeScript checks that against the types of Node-RED's editor and of jQuery.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(fileURLToPath(import.meta.url), "../..");
const cache = resolve(root, ".cache/editor");

/** What @types/node-red (made for Node-RED 1.3) does not know yet. */
const globals = `
import type * as editorClient from "@node-red/editor-client";

type Validator<This> = (this: This, value: unknown, options: { label?: string }) => boolean | string;

interface PropertyDef<Value, This> {
  value: Value | "";
  required?: boolean;
  type?: string;
  label?: string;
  validate?: Validator<This>;
}

type Instance<Props extends editorClient.NodeProperties> = editorClient.NodeInstance<Props>;

interface NodeDef<Props extends editorClient.NodeProperties, Credentials>
  extends Omit<editorClient.NodeDef<Props, Credentials>, "defaults" | "credentials"> {
  categoryDescription?: string;
  defaults: { [Key in keyof Props]: PropertyDef<Props[Key], Instance<Props>> };
  credentials?: { [Key in keyof Credentials]: { type: "password" | "text"; validate?: Validator<Instance<Props>> } };
}

interface Nodes extends Omit<editorClient.Nodes, "registerType" | "node"> {
  node(id: string): any;
  registerType<Props extends editorClient.NodeProperties, Credentials>(
    type: string,
    definition: NodeDef<Props, Credentials>,
  ): void;
}

interface Editor extends Omit<editorClient.RED, "nodes" | "validators" | "_"> {
  _(key: string, values?: object): string;
  nodes: Nodes;
  validators: { typedInput(options: { type: string }): Validator<object> };
}

declare global {
  const RED: Editor;

  /** What is wrong with a value, as a key of the catalogue, or "". */
  type PlexAccessFinder = (value: unknown) => string;
  type PlexAccessTone = "running" | "ok" | "problem" | "info";

  /** Why the runtime could not do what was asked; key: a sentence of its own. */
  interface PlexAccessFailure {
    code: string;
    message: string;
    detail?: string;
    key?: string;
  }

  interface PlexAccessConnection {
    uri: string;
    local: boolean;
    relay: boolean;
    reachable: boolean | null;
    latency?: number;
    error?: string;
  }

  interface PlexAccessServer {
    machineIdentifier: string;
    name: string;
    owner: string | null;
    owned: boolean | null;
    online: boolean;
    version: string | null;
    connections?: PlexAccessConnection[];
    connection?: PlexAccessConnection | null;
  }

  /** One line of a list to choose from. */
  interface PlexAccessEntry {
    id: string;
    title: string;
    notes: string[];
    tone?: PlexAccessTone;
  }

  interface PlexAccessList {
    show(entries: PlexAccessEntry[], chosen: string): void;
    focus(): void;
  }

  /** An open form: nothing that it asked for arrives once it is closed. */
  interface PlexAccessForm {
    ask(route: string, body: object, onReply: (reply: any) => void): () => void;
    close(): void;
  }

  interface PlexAccessFields {
    id: string;
    url: string;
    token: string;
    clientIdentifier: string;
    tls: string;
    proxy: string;
  }

  interface PlexAccessDialog {
    form: PlexAccessForm;
    fields: () => PlexAccessFields;
    fill: (values: { url: string; token: string | null; name: string }) => void;
  }

  /** What the inline scripts share; plex-config.html defines it. */
  interface PlexAccess {
    say(key: string, values?: object): string;
    explain(failure: PlexAccessFailure, asked: "plex.tv" | "server"): string;
    tell(element: JQuery, tone: PlexAccessTone, ...sentences: string[]): void;
    openForm(): PlexAccessForm;
    disable(...buttons: JQuery[]): () => void;
    createList(element: JQuery, onChoose: (entry: PlexAccessEntry) => void): PlexAccessList;
    createSignIn(
      dialog: Omit<PlexAccessDialog, "fill"> & { onStart: () => void; onSignedIn: (session: string) => void },
    ): { close(): void; quiet(): void };
    createServerSearch(dialog: PlexAccessDialog & { onStart: () => void }): {
      stop(): void;
      signedIn(session: string): void;
      forgetSession(): void;
    };
    createConnectionTest(dialog: PlexAccessDialog & { watched: JQuery }): void;
    finders: Record<"url" | "token" | "timeout" | "retries" | "clientIdentifier", PlexAccessFinder>;
    findTokenHint: PlexAccessFinder;
  }

  interface Window {
    plexAccess: PlexAccess;
    plexSourcePicker: { open(): void; close(): void };
  }
}
`;

/** A page with everything but the content of its inline scripts blanked out, so that each line keeps its number. */
function keepScripts(page) {
  const script = /(<script type="text\/javascript">)([\s\S]*?)(<\/script>)/g;
  const blank = (text) => text.replace(/[^\n]/g, " ");
  let kept = "";
  let end = 0;
  for (const match of page.matchAll(script)) {
    const start = match.index + match[1].length;
    kept += blank(page.slice(end, start)) + match[2];
    end = start + match[2].length;
  }
  return kept + blank(page.slice(end));
}

rmSync(cache, { recursive: true, force: true });
mkdirSync(cache, { recursive: true });
writeFileSync(resolve(cache, "globals.d.ts"), globals);

const pages = readdirSync(resolve(root, "nodes")).filter((name) => name.endsWith(".html"));
if (pages.length === 0) throw new Error("There is no nodes/*.html to check.");
/** Each page by itself: of another page's scripts it knows what is declared above alone. */
const problems = pages.flatMap((name) => {
  const file = resolve(cache, `${basename(name, ".html")}.js`);
  const script = keepScripts(readFileSync(resolve(root, "nodes", name), "utf8"));
  if (script.trim() === "") throw new Error(`nodes/${name} has no inline <script type="text/javascript">.`);
  writeFileSync(file, script);
  const program = ts.createProgram([file, resolve(cache, "globals.d.ts")], {
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Legacy,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["jquery"],
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => ({ diagnostic, page: `nodes/${name}` }));
});

for (const { diagnostic, page } of problems) {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const { file, start = 0 } = diagnostic;
  const inPage = file?.fileName.endsWith(".js") ?? false;
  const place = file ? file.getLineAndCharacterOfPosition(start) : { line: 0, character: 0 };
  const name = inPage || !file ? page : relative(root, file.fileName);
  console.error(`${name}:${place.line + 1}:${place.character + 1} - error TS${diagnostic.code}: ${text}`);
}
if (problems.length > 0) process.exitCode = 1;
