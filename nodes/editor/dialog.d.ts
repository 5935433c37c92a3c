// What the form of plex-config is made of.
export {};

declare global {
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

  interface PlexAccessFields {
    id: string;
    url: string;
    token: string;
    clientIdentifier: string;
    tls: string;
    proxy: string;
    timeout: string;
  }

  /** What the form has filled in, told apart from what a person has typed or stored. */
  interface PlexAccessFilling {
    /** What is empty or null is left alone, and so is a name that a person has given. */
    fill(values: Record<string, string | null>): void;
    /** Puts back what stood in the fields before. */
    takeBack(): void;
    /** Takes up from a dialog that was closed with a URL that the form had filled in, and a token that it had not. */
    resume(url: string): void;
    /** The token that a person has typed or stored. */
    ownToken(): string;
    /** Whose values stand in the form, by name or address; "" where there are none. */
    whose(): string;
    /** Whether it is the form that changes a field right now. */
    isBusy(): boolean;
    /** Whether the URL is the form's and the token beside it is not, and nobody has said that they go together. */
    isDoubtful(): boolean;
    /** A person says that the token may go to the URL. */
    trust(): void;
  }

  /** A server that was chosen, with what plex.tv and the network tell of it. */
  interface PlexAccessChosenServer {
    name: string;
    token: string | null;
    connections: PlexAccessConnection[];
    /** Why there is no token, as the end of a key; "" where one is only held back. */
    why: "" | "none-given" | "none-found";
  }

  interface PlexAccessTab {
    /** Opens a page in it, which does not get to know from where. */
    show(url: string): void;
    close(): void;
  }

  interface PlexAccessDialog {
    form: PlexAccessForm;
    fields: () => PlexAccessFields;
  }

  interface PlexAccessTestOptions extends PlexAccessDialog {
    filling: PlexAccessFilling;
    watched: JQuery;
    /** The first setting that cannot work, with a sentence. */
    findWrong: () => { setting: string; sentence: string } | undefined;
    /** Puts the focus into the field of a setting. */
    goTo: (setting: string) => void;
  }
}
