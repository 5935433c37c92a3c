/** A JSON object whose fields are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether this is an object with fields, not an array and not null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects under a name: servers send one as an object or as a list of one, and none as nothing. */
export function readList(value: unknown): Fields[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter(isFields);
}

/** Own text that is not empty, else null. */
export function readString(fields: Fields, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** A flag as any server writes it: true, 1, "1" or "true". */
export function readFlag(fields: Fields, name: string): boolean {
  const value = fields[name];
  return value === true || value === 1 || (typeof value === "string" && /^(?:true|1)$/i.test(value));
}

/** A TCP port as a number or as digits, else null. */
export function readPort(fields: Fields, name: string): number | null {
  const port = Number(readString(fields, name) ?? Number.NaN);
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : null;
}

/** A finite number, as a number or as text, else null. */
export function readNumber(fields: Fields, name: string): number | null {
  const number = Number(readString(fields, name)?.trim() || Number.NaN);
  return Number.isFinite(number) ? number : null;
}
