// What @types/node-red (made for Node-RED 1.3) does not know yet, and what the scripts here share.
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

interface NodeDef<Props extends editorClient.NodeProperties, Credentials> extends Omit<
  editorClient.NodeDef<Props, Credentials>,
  "defaults" | "credentials"
> {
  categoryDescription?: string;
  defaults: { [Key in keyof Props]: PropertyDef<Props[Key], Instance<Props>> };
  credentials?: { [Key in keyof Credentials]: { type: "password" | "text"; validate?: Validator<Instance<Props>> } };
}

interface Nodes extends Omit<editorClient.Nodes, "registerType" | "node"> {
  // Of any type, and with any properties.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
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
    /** Origin of another web server, to which a redirect leads. */
    target?: string;
  }

  interface PlexAccessConnection {
    uri: string;
    address: string;
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
    // Each route has an answer of its own.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
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
    timeout: string;
  }

  interface PlexAccessPickerOptions {
    /** What the ids of its elements start with: -find, -picker, -picker-message, -filter-row, -filter. */
    name: string;
    /** What the id of its list ends with. */
    listName: string;
    words: { none(): string; noMatch(): string; found(number: number): string };
    /** The id of the entry that the field holds now, if any. */
    getChosen(): string;
    /** Finds the entries, now or later. Returns what ends that. */
    find(reply: {
      show(entries: PlexAccessEntry[]): void;
      tell(tone: PlexAccessTone, sentence: string): void;
    }): () => void;
    /** Fills the field in. Returns what there is to say. */
    onChoose(entry: PlexAccessEntry): string[];
  }

  interface PlexAccessDialog {
    form: PlexAccessForm;
    fields: () => PlexAccessFields;
    fill: (values: { url: string; token: string | null; name: string }) => void;
  }

  /** What these scripts share. */
  interface PlexAccess {
    say(key: string, values?: object): string;
    explain(failure: PlexAccessFailure, asked: "plex.tv" | "server"): string;
    tell(element: JQuery, tone: PlexAccessTone, ...sentences: string[]): void;
    openForm(): PlexAccessForm;
    disable(...buttons: JQuery[]): () => void;
    createList(element: JQuery, onChoose: (entry: PlexAccessEntry) => void): PlexAccessList;
    /** What the plex-config node that a flow node's form has chosen asks with; nothing where none is chosen. */
    readServer(): PlexAccessFields | undefined;
    createPicker(options: PlexAccessPickerOptions): { hide(): void };
    toAddress(
      connection: PlexAccessConnection,
      index: number,
      connections: readonly PlexAccessConnection[],
    ): PlexAccessEntry;
    toServer(server: PlexAccessServer): PlexAccessEntry;
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
    plexRequestPickers: { open(): void; close(): void };
    plexRequestFinders: Record<"path" | "query" | "player" | "limit", PlexAccessFinder>;
    plexConfigForm: {
      explainWhileTyping(node: { _(key: string): string }, field: string, findProblem: PlexAccessFinder): void;
      open(id: string): void;
      close(): void;
    };
  }
}
