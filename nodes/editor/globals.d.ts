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
  user: { hasPermission(permission: string): boolean };
  validators: { typedInput(options: { type: string }): Validator<object> };
}

declare global {
  const RED: Editor;

  /** A node, or its definition: whose catalogue a text is in. */
  interface PlexAccessSpeaker {
    _(key: string, values?: object): string;
  }

  interface Window {
    plexAccess: PlexAccess;
    plexSourcePicker(node: PlexAccessSpeaker): { close(): void };
    plexRequestPickers(node: PlexAccessSpeaker): { close(): void };
    plexRequestFinders: Record<"path" | "query" | "player" | "limit", PlexAccessFinder>;
    plexEventsForm: {
      /** @param problems the sentence on what is wrong with the value of a property, or "" */
      open(
        node: PlexAccessSpeaker & { media: string[] },
        problems: (property: string, value: unknown) => string,
      ): { readMedia(): string[]; close(): void };
    };
    plexConfigForm: {
      explainFields(node: PlexAccessSpeaker): void;
      open(node: PlexAccessSpeaker & { id: string; url: string }): void;
      /** @param isKept whether what stands in the form is kept */
      close(isKept: boolean): void;
      /** Whether a node has a URL that the form filled in and a token that nobody said is for it. */
      isDoubtful(id: string, url: unknown): boolean;
    };
  }
}
