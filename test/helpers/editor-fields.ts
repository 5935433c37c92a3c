type Listener = () => void;

/** As much of jQuery as the forms of this package use, on one element that is not drawn. */
export interface Field {
  val(): string | undefined;
  val(value: string): Field;
  on(events: string, listener: Listener): Field;
  trigger(event: string): Field;
  attr(name: string, value: string): Field;
  prop(name: string, value: unknown): Field;
  toggleClass(name: string, on: boolean): Field;
  empty(): Field;
  text(text: string): Field;
  append(...children: Field[]): Field;
  find(selector: string): { readonly length: number };
  typedInput(option: object | "type" | "value"): unknown;
  /** What a reader would see in it. */
  readonly shown: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly classes: ReadonlySet<string>;
}

/** The elements of one open dialog. */
export interface Fields {
  find(selector: string, attributes?: Record<string, string>): Field;
  /** Enters a value as a person does. */
  type(id: string, value: string): void;
}

class FakeField implements Field {
  shown = "";
  readonly attributes: Record<string, unknown>;
  readonly classes = new Set<string>();
  readonly #listeners: [string, Listener][] = [];
  #typeField: string | undefined;

  constructor(
    readonly fields: FakeFields,
    attributes: Record<string, string>,
    public value?: string,
  ) {
    this.attributes = { ...attributes };
  }

  val(): string | undefined;
  val(value: string): this;
  val(value?: string): string | undefined | this {
    if (value === undefined) return this.value;
    this.value = value;
    return this;
  }

  on(events: string, listener: Listener): this {
    this.#listeners.push(...events.split(" ").map((event): [string, Listener] => [event, listener]));
    return this;
  }

  trigger(event: string): this {
    for (const [name, listener] of this.#listeners) if (name === event) listener();
    return this;
  }

  attr(name: string, value: string): this {
    this.attributes[name] = value;
    return this;
  }

  prop(name: string, value: unknown): this {
    this.attributes[name] = value;
    return this;
  }

  toggleClass(name: string, on: boolean): this {
    this.classes[on ? "add" : "delete"](name);
    return this;
  }

  empty(): this {
    return this.text("");
  }

  text(text: string): this {
    this.shown = text;
    return this;
  }

  append(...children: Field[]): this {
    this.shown += children.map(({ shown }) => shown).join("");
    return this;
  }

  /** Looks at every field, whatever it is in: the forms ask for `[name=value]` alone. */
  find(selector: string): { readonly length: number } {
    const [, name = "", value = ""] = /^\[([\w-]+)=([\w-]+)\]$/.exec(selector) ?? [];
    return { length: this.fields.all.filter(({ attributes }) => attributes[name] === value).length };
  }

  typedInput(option: object | "type" | "value"): unknown {
    if (typeof option === "object") this.#typeField = (option as { typeField?: string }).typeField;
    if (option === "type") return this.#typeField === undefined ? "msg" : this.fields.find(this.#typeField).val();
    return option === "value" ? this.value : this;
  }
}

class FakeFields implements Fields {
  readonly #byId = new Map<string, FakeField>();

  constructor(values: Record<string, string>) {
    for (const [id, value] of Object.entries(values)) this.#byId.set(`#${id}`, new FakeField(this, {}, value));
  }

  get all(): FakeField[] {
    return [...this.#byId.values()];
  }

  find(selector: string, attributes: Record<string, string> = {}): FakeField {
    const known = this.#byId.get(selector);
    if (known) return known;
    const made = new FakeField(this, attributes);
    if (selector.startsWith("#")) this.#byId.set(selector, made);
    return made;
  }

  type(id: string, value: string): void {
    this.find(`#${id}`).val(value).trigger("input").trigger("keyup").trigger("change");
  }
}

/** A dialog with these values in its fields, by id. */
export function createFields(values: Record<string, string>): Fields {
  return new FakeFields(values);
}
