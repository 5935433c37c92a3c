import { isDeepStrictEqual } from "node:util";
import { type Fields, isFields } from "../answers";

/** Items to ask for at a time: servers are reported to refuse more than 1000, and some cloud sources more than 300. */
export const pageSize = 200;

/** What to ask for next: the headers `X-Plex-Container-Start` and `X-Plex-Container-Size`. */
export interface PageWish {
  readonly start: number;
  readonly size: number;
}

/** The lists of one page under their names. */
type Lists = ReadonlyMap<string, readonly unknown[]>;

/** What a server that knows one item may send as that item itself, and not as a list of one. */
const usualLists = new Set(["Metadata", "Directory", "Hub", "Playlist", "Video", "Track", "Photo"]);

/** It describes the items of a page and is none; XML has it as a list like all elements. */
const description = "Meta";

/** Fields that tell of one page and not of the whole. */
const ofThePage = new Set(["offset", "size", "totalSize"]);

/** A number of items as a number or as digits, else undefined. */
function readCount(value: unknown): number | undefined {
  const isCount = typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value.trim()));
  const count = isCount ? Number(value) : -1;
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function readLists(content: Fields): Lists {
  const lists = new Map<string, readonly unknown[]>();
  for (const [name, value] of Object.entries(content)) {
    if (Array.isArray(value) && name !== description) lists.set(name, value);
    else if (isFields(value) && usualLists.has(name)) lists.set(name, [value]);
  }
  return lists;
}

function countItems(lists: Lists): number {
  return [...lists.values()].reduce((sum, list) => sum + list.length, 0);
}

/**
 * Joins the pages of a list into one: tells what to ask for next, takes what came, and stops at the end of the list, at a
 * limit, or where a server begins to repeat itself.
 */
export class ListPages {
  readonly #limit: number;
  readonly #lists = new Map<string, unknown[]>();
  #content: unknown;
  #first: Lists | undefined;
  #latest: Lists | undefined;
  #count = 0;
  #total: number | undefined;
  #end: "not a list" | "empty page" | "repeated page" | "limit" | undefined;

  /** @param limit the most items to bring, at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many items have come, and of how many; undefined where nobody tells. */
  get progress(): readonly [count: number, total: number | undefined] {
    return [this.#count, this.#total];
  }

  /** Whether all is there that can be. */
  get isOver(): boolean {
    return this.#end !== undefined || this.#count >= Math.min(this.#total ?? Infinity, this.#limit);
  }

  /** The next page to ask for, while it is not over. */
  get next(): PageWish {
    return { start: this.#count, size: Math.min(pageSize, this.#limit - this.#count) };
  }

  /**
   * Takes a page.
   * @param content what stood in its MediaContainer
   * @param totalHeader its header `X-Plex-Container-Total-Size`, which counts where the content does not tell
   */
  add(content: unknown, totalHeader: unknown): void {
    const fields = isFields(content) ? content : {};
    const lists = readLists(fields);
    this.#total = readCount(fields.totalSize) ?? readCount(totalHeader) ?? this.#total;
    if (!this.#first) {
      this.#first = lists;
      this.#content = content;
      const isEmptyList = this.#total !== undefined || readCount(fields.size) === 0;
      if (!isFields(content) || (lists.size === 0 && !isEmptyList)) this.#end = "not a list";
    }
    if (this.#end !== undefined) return;
    if (this.#isRepeated(lists)) this.#end = "repeated page";
    else this.#append(lists);
    if (countItems(lists) === 0) this.#end = "empty page";
    this.#latest = lists;
  }

  /**
   * All that came: the lists joined, the other fields of the first page, and `complete`, which tells whether nothing is
   * left. An answer that was no list is that answer.
   */
  result(): unknown {
    if (this.#end === "not a list") return this.#content;
    const isOfTheWhole = ([name]: [string, unknown]) => !ofThePage.has(name) && !this.#lists.has(name);
    const fields = Object.entries(this.#content as Fields).filter(isOfTheWhole);
    return { ...Object.fromEntries([...fields, ...this.#lists]), complete: this.#isComplete() };
  }

  #isComplete(): boolean {
    if (this.#end === "limit") return false;
    // At the limit, without a total, there may be more or not.
    return this.#total === undefined ? this.#end === "empty page" : this.#count >= this.#total;
  }

  #isRepeated(lists: Lists): boolean {
    return [this.#first, this.#latest].some((earlier) => earlier !== lists && isDeepStrictEqual(earlier, lists));
  }

  #append(lists: Lists): void {
    for (const [name, items] of lists) {
      const list = this.#lists.get(name) ?? [];
      this.#lists.set(name, list);
      const wanted = items.slice(0, this.#limit - this.#count);
      for (const item of wanted) list.push(item);
      this.#count += wanted.length;
      if (wanted.length < items.length) this.#end = "limit";
    }
  }
}
