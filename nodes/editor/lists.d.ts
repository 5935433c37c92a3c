// Fields of a form, and lists to choose from.
export {};

declare global {
  /** One line of a list to choose from. */
  interface PlexAccessEntry {
    id: string;
    title: string;
    notes: string[];
    tone?: PlexAccessTone;
  }

  interface PlexAccessList {
    /** @param chosen the id of the line that is chosen already, or "" */
    show(entries: PlexAccessEntry[], chosen: string): void;
    focus(): void;
    /** Chooses the line that can have the focus. */
    choose(): void;
  }

  interface PlexAccessFilteredList extends Omit<PlexAccessList, "choose"> {
    focusFilter(): void;
    /** Empties it, the filter as well. */
    clear(): void;
  }

  interface PlexAccessFilteredListOptions {
    /** An empty element to build it in. */
    element: JQuery;
    /** Begins the ids of its parts: `<id>-filter` and `<id>-list`. */
    id: string;
    label: string;
    filterLabel: string;
    /** How many lines it takes before the filter is shown. */
    least: number;
    onChoose: (entry: PlexAccessEntry) => void;
    /** @param number how many lines the filter has left */
    onFilter: (number: number) => void;
  }

  /** What a picker reads from, and writes to: see typedText and plainText. */
  interface PlexAccessTextField {
    get(): string;
    set(text: string): void;
  }

  interface PlexAccessPickerOptions {
    node: PlexAccessSpeaker;
    /** Of the empty element that it is built in; the button is `<id>-button`. */
    id: string;
    /** What its keys in the node's catalogue begin with: label, filter, asking, found, none and chosen. */
    texts: string;
    field: PlexAccessTextField;
    /** What there is to choose from: known already, or the answer of an admin route to the settings of the chosen server. */
    find:
      | { entries: PlexAccessEntry[] }
      // Each route has an answer of its own.
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      | { route: string; asked: "plex.tv" | "server"; read: (reply: any) => PlexAccessEntry[] };
  }

  interface PlexAccessTypedInputOptions {
    input: JQuery;
    label: string;
    /** Where the sentence comes. */
    line: JQuery;
    /** The sentence on what is wrong, or "". */
    explain: () => string;
    /** Ids of what describes it besides the line. */
    describedBy?: string[];
  }
}
