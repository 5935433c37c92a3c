/** A place in a {@link LinkedList}. */
export class Link<T> {
  next: Link<T> = this;
  previous: Link<T> = this;

  constructor(readonly value: T) {}

  /** Takes the value out of its list, if it is in one. */
  remove(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    this.previous = this;
  }
}

/**
 * Values in the order in which they came, each of which can leave at any time. Not a Set: V8 makes a new table for one
 * whenever enough values have left, and each old table keeps the next one alive until a major garbage collection, with
 * all that was in it. Under load, that was a third of all memory that requests had used.
 */
export class LinkedList<T> {
  readonly #head = new Link<T | undefined>(undefined);

  /** Puts a value at the end. */
  add(value: T): Link<T> {
    const head = this.#head as Link<T>;
    const link = new Link(value);
    link.next = head;
    link.previous = head.previous;
    head.previous.next = link;
    head.previous = link;
    return link;
  }

  /** The value that has been there the longest; undefined when there is none. */
  get first(): T | undefined {
    return this.#head.next.value;
  }

  /** Takes out the value that has been there the longest; undefined when there is none. */
  shift(): T | undefined {
    const first = this.#head.next;
    first.remove();
    return first.value;
  }
}
