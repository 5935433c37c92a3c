// What the forms share.
export {};

declare global {
  /** What is wrong with a value, as a key of the catalogue, or "". */
  type PlexAccessFinder = (value: unknown) => string;

  type PlexAccessTone = "running" | "ok" | "problem" | "info";

  /** Why the runtime could not do what was asked; key: a sentence of its own. */
  interface PlexAccessFailure {
    code: string;
    message: string;
    detail?: string;
    key?: string;
    /** The setting that it is about. */
    setting?: string;
    /** The environment variable that it is about. */
    variable?: string;
    /** Origin of another web server, to which a redirect leads. */
    target?: string;
  }

  /** An open form: nothing that it asked for arrives once it is closed. */
  interface PlexAccessForm {
    // Each route has an answer of its own.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    ask(route: string, body: object, onReply: (reply: any) => void): () => void;
    close(): void;
  }

  /** What these scripts share. */
  interface PlexAccess {
    say(key: string, values?: object): string;
    explain(failure: PlexAccessFailure, asked: "plex.tv" | "server"): string;
    tell(element: JQuery, tone: PlexAccessTone, ...sentences: string[]): void;
    openForm(): PlexAccessForm;
    disable(...buttons: JQuery[]): () => void;
    makeIcon(tone: PlexAccessTone): JQuery;
    createList(element: JQuery, onChoose: (entry: PlexAccessEntry) => void): PlexAccessList;
    createFilteredList(options: PlexAccessFilteredListOptions): PlexAccessFilteredList;
    createPicker(options: PlexAccessPickerOptions): { close(): void };
    /** A typedInput: what is chosen is a fixed text. */
    typedText(input: JQuery): PlexAccessTextField;
    plainText(input: JQuery): PlexAccessTextField;
    /** What the chosen plex-config node asks with, or a sentence on why that is not known. */
    readServer(): PlexAccessFields | string;
    /** Whether the user may deploy, and so may use what asks the runtime. */
    mayAsk(): boolean;
    toAddress(
      connection: PlexAccessConnection,
      index: number,
      connections: readonly PlexAccessConnection[],
    ): PlexAccessEntry;
    toServer(server: PlexAccessServer): PlexAccessEntry;
    /** Has a button do something unless it is disabled. */
    onPress(button: JQuery, press: () => void): void;
    /** Where the user may not deploy: disables the buttons, and says why. */
    lockForReaders(message: JQuery, ...buttons: JQuery[]): void;
    /** The sentence below a field. explain tells what is wrong, "" for nothing; it returns a function that looks again. */
    explainField(options: {
      field: JQuery;
      line: JQuery;
      explain: (isTyped: boolean) => { problem: string; hint?: string };
    }): () => void;
    explainTypedInput(options: PlexAccessTypedInputOptions): void;
    /** "Result in": the property of the message, with its sentence. The form has a line `<type>-property-message`. */
    openPropertyField(node: PlexAccessSpeaker & { type: string }): void;
    openTab(): PlexAccessTab | null;
    createSignIn(dialog: PlexAccessDialog & { onStart: () => void; onSignedIn: (session: string) => void }): {
      close(): void;
      quiet(): void;
    };
    createFilling(options: { onDoubt: (isDoubtful: boolean) => void }): PlexAccessFilling;
    createAddressChoice(options: { filling: PlexAccessFilling; message: JQuery }): {
      clear(): void;
      settle(server: PlexAccessChosenServer, best: PlexAccessConnection | null | undefined): void;
    };
    createServerSearch(dialog: PlexAccessDialog & { filling: PlexAccessFilling; onStart: () => void }): {
      /** Forgets the account, and lists nothing of it. */
      leaveAccount(): void;
      signedIn(session: string): void;
      forgetSession(): void;
    };
    createConnectionTest(options: PlexAccessTestOptions): void;
    /** @returns a function that hides the token again */
    openTokenSight(options: { isBusy: () => boolean }): () => void;
    finders: Record<"url" | "token" | "timeout" | "retries" | "clientIdentifier", PlexAccessFinder>;
    findTokenHint: PlexAccessFinder;
  }
}
