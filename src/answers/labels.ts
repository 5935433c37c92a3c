import { type Fields, readString } from "./fields";

/** The longest text from outside that is shown. */
const maxLength = 200;

/** A text from outside as it may be shown: one line of a bounded length; null when nothing is left. */
export function readLabel(fields: Fields, name: string): string | null {
  const text =
    readString(fields, name)
      ?.replace(/[\p{C}\p{Z}]+/gu, " ")
      .trim() ?? "";
  return text === "" ? null : Array.from(text).slice(0, maxLength).join("");
}

/** An identifier that can stand behind `server://` or `provider://`; null when it is none. */
export function readIdentifier(fields: Fields, name: string): string | null {
  const text = readString(fields, name);
  return text !== null && /^[\w.:-]{1,128}$/.test(text) ? text : null;
}
