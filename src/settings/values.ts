import { notConfigured, type PlexError } from "../errors";

/** The longest time that a timer of Node.js can hold, in ms (about 24.8 days). */
export const maxTimerDelay = 2 ** 31 - 1;

/** Text without the slashes at its end: an expression would begin anew at each slash of a long row. */
export function trimSlashes(text: string): string {
  let end = text.length;
  while (text.endsWith("/", end)) end -= 1;
  return text.slice(0, end);
}

/** What stands in the first `${…}`. */
function findReference(text: string): string | undefined {
  const start = text.indexOf("${");
  const end = text.indexOf("}", start);
  return start === -1 || end === -1 ? undefined : text.slice(start + 2, end);
}

/**
 * Why a reference is still there. Node-RED replaces one that is the whole of a property or of a credential, and none that is
 * a part of it, whether the variable is set or not (seen in 4.1.15 and 5.0.7).
 */
function unresolved(value: string, variable: string, label: string): PlexError {
  if (value === `\${${variable}}`) {
    return notConfigured(
      `The ${label} refers to the environment variable "${variable}", which is not set.`,
      `Set ${variable} where Node-RED can see it.`,
    );
  }
  return notConfigured(
    `The ${label} refers to the environment variable "${variable}", which Node-RED only replaces where it is the whole of the setting.`,
    `Put the whole value into ${variable}, and let \${${variable}} be all that stands in the setting, without quotes or spaces around it.`,
  );
}

const quotes = ['""', "''", "``", "“”", "„“", "‘’", "«»", "<>"];

/** Text without the quotes, or the brackets of an address in a mail, in which it was copied. */
function unquote(text: string): string {
  const isQuoted =
    text.length > 1 && quotes.some(([open = "", close = ""]) => text.startsWith(open) && text.endsWith(close));
  return isQuoted ? text.slice(1, -1).trim() : text;
}

/** Text as a person may have typed or pasted it, without surrounding space and quotes; what is no text is "". */
export function readPlainText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? unquote(unquote(String(value).trim())) : "";
}

/**
 * Text as a person may have typed or pasted it, without surrounding space and quotes.
 * @param label what the user calls the setting
 * @throws PlexError `not-configured` when it still holds a `${…}` reference that nothing resolved
 */
export function readText(value: unknown, label: string): string {
  const text = readPlainText(value);
  const variable = findReference(text);
  if (variable !== undefined) throw unresolved(String(value), variable, label);
  return text;
}

interface WholeNumberRules {
  readonly label: string;
  readonly fallback: number;
  readonly min: number;
  readonly max?: number;
}

/**
 * A whole number from a form, where digits arrive as text and nothing means the default.
 * @throws PlexError `not-configured` when it is something else or out of its range
 */
export function readWholeNumber(value: unknown, rules: WholeNumberRules): number {
  const { label, fallback, min, max = maxTimerDelay } = rules;
  const text = readText(value, label);
  if (text === "") return fallback;
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw notConfigured(
    `The ${label} is not a whole number from ${min} to ${max}.`,
    `Enter such a number, or leave it empty for ${fallback}.`,
  );
}
