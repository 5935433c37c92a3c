/** What a listener gets to know of an event. */
export interface FieldEvent {
  readonly key?: string;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly altKey?: boolean;
  preventDefault(): void;
  stopPropagation(): void;
}

type Listener = (event: FieldEvent) => void;

/** As much of jQuery as the forms of this package use, on one element that is not drawn. */
export interface Field {
  readonly length: number;
  val(): string | undefined;
  val(value: string): Field;
  on(events: string, listener: Listener): Field;
  off(events: string): Field;
  trigger(event: string, details?: Partial<FieldEvent>): Field;
  attr(name: string): unknown;
  attr(name: string | Record<string, unknown>, value?: unknown): Field;
  prop(name: string): unknown;
  prop(name: string, value: unknown): Field;
  toggleClass(name: string, on: boolean): Field;
  is(selector: ":focus"): boolean;
  empty(): Field;
  text(text: string): Field;
  append(...children: Field[]): Field;
  closest(selector: string): Field;
  find(selector: string): Field | { readonly length: number };
  typedInput(option: object | "type" | "value", value?: string): unknown;
  /** What a reader would see in it. */
  readonly shown: string;
  readonly children: readonly Field[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly classes: ReadonlySet<string>;
}

/** The elements of one open dialog. */
export interface Fields {
  find(selector: string, attributes?: Record<string, string>): Field;
  /** Enters a value as a person does. */
  type(id: string, value: string): void;
  /** The element that has the focus. */
  readonly focused: Field | undefined;
}

const quietly = { preventDefault: () => undefined, stopPropagation: () => undefined };

class FakeField implements Field {
  readonly length = 1;
  /** As `element[0]`: not drawn, so that nothing has to be scrolled. */
  readonly 0: object;
  readonly attributes: Record<string, unknown>;
  readonly classes = new Set<string>();
  readonly children: Field[] = [];
  readonly #listeners: [string, Listener][] = [];
  #own = "";
  #typeField: string | undefined;

  constructor(
    readonly fields: FakeFields,
    attributes: Record<string, string>,
    public value?: string,
  ) {
    this.attributes = { ...attributes };
    this[0] = { scrollIntoView: () => undefined, contentWindow: fields.frame };
  }

  get shown(): string {
    return this.#own + this.children.map(({ shown }) => shown).join("");
  }

  val(): string | undefined;
  val(value: string): this;
  val(value?: string): string | undefined | this {
    if (value === undefined) return this.value;
    this.value = value;
    return this;
  }

  on(events: string, listener: Listener): this {
    const names = events.split(" ").map((event) => event.replace(/\..*/, ""));
    this.#listeners.push(...names.map((event): [string, Listener] => [event, listener]));
    return this;
  }

  off(): this {
    return this;
  }

  trigger(event: string, details: Partial<FieldEvent> = {}): this {
    if (event === "focus") this.fields.focused = this;
    for (const [name, listener] of this.#listeners) if (name === event) listener({ ...quietly, ...details });
    return this;
  }

  attr(name: string): unknown;
  attr(name: string | Record<string, unknown>, value?: unknown): this;
  attr(name: string | Record<string, unknown>, value?: unknown): unknown {
    if (typeof name === "string" && value === undefined) return this.attributes[name];
    Object.assign(this.attributes, typeof name === "string" ? { [name]: value } : name);
    this.fields.know(this);
    return this;
  }

  prop(name: string): unknown;
  prop(name: string, value: unknown): this;
  prop(name: string, value?: unknown): unknown {
    if (value === undefined) return this.attributes[name];
    this.attributes[name] = value;
    return this;
  }

  toggleClass(name: string, on: boolean): this {
    this.classes[on ? "add" : "delete"](name);
    return this;
  }

  is(): boolean {
    return this.fields.focused === this;
  }

  empty(): this {
    return this.text("");
  }

  text(text: string): this {
    this.children.length = 0;
    this.#own = text;
    return this;
  }

  append(...children: Field[]): this {
    this.children.push(...children);
    return this;
  }

  closest(): this {
    return this;
  }

  /** Looks at every field, whatever it is in: the forms ask for `[name=value]`, the focus and what is not theirs. */
  find(selector: string): Field | { readonly length: number } {
    const [, name, value] = /^\[([\w-]+)=([\w-]+)\]$/.exec(selector) ?? [];
    if (name === undefined) return selector === ":focus" ? { length: 0 } : new FakeField(this.fields, {});
    return { length: this.fields.all.filter(({ attributes }) => attributes[name] === value).length };
  }

  typedInput(option: object | "type" | "value", value?: string): unknown {
    if (typeof option === "object") this.#typeField = (option as { typeField?: string }).typeField;
    if (option === "type") {
      const field = this.#typeField === undefined ? undefined : this.fields.find(this.#typeField);
      return value === undefined ? (field?.val() ?? "msg") : field?.val(value);
    }
    if (option === "value") return value === undefined ? this.value : this.val(value).trigger("change");
    return this;
  }
}

class FakeFields implements Fields {
  focused: Field | undefined;
  readonly #byId = new Map<string, FakeField>();

  constructor(
    values: Record<string, string>,
    /** The window of whatever frame is in the form. */
    readonly frame: object,
  ) {
    for (const [id, value] of Object.entries(values)) this.#byId.set(`#${id}`, new FakeField(this, {}, value));
  }

  get all(): FakeField[] {
    return [...this.#byId.values()];
  }

  find(selector: string, attributes: Record<string, string> = {}): Field {
    if (selector.includes(",")) return this.#group(selector.split(", "));
    const known = this.#byId.get(selector);
    if (known) return known;
    const made = new FakeField(this, attributes);
    if (selector.startsWith("#")) this.#byId.set(selector, made);
    this.know(made);
    return made;
  }

  /** An element that a script has made is found by its id, too. */
  know(field: FakeField): void {
    const { id } = field.attributes;
    if (typeof id === "string") this.#byId.set(`#${id}`, field);
  }

  type(id: string, value: string): void {
    this.find(`#${id}`).val(value).trigger("input").trigger("keyup").trigger("change");
  }

  /** Several elements, of which one wants to hear. */
  #group(selectors: readonly string[]): Field {
    const group = new FakeField(this, {});
    group.on = (events, listener) => {
      for (const selector of selectors) this.find(selector).on(events, listener);
      return group;
    };
    return group;
  }
}

/** A dialog with these values in its fields, by id. */
export function createFields(values: Record<string, string>, frame: object = {}): Fields {
  return new FakeFields(values, frame);
}
