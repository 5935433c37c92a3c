import { PlexError } from "./errors";

/** The longest time that a timer of Node.js can hold, in ms (about 24.8 days). */
export const longestTimer = 2 ** 31 - 1;

/** A `not-configured` error: what is wrong with the settings, and which one to change. */
export function notConfigured(what: string, hint: string): PlexError {
  return new PlexError({ code: "not-configured", what, hint });
}

/**
 * Text as a person may have typed or pasted it, without surrounding space.
 * @param label what the user calls the setting
 * @throws PlexError `not-configured` when it still holds a `${…}` reference that nothing resolved
 */
export function readText(value: unknown, label: string): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  const reference = /\$\{([^}]*)\}/.exec(text);
  if (reference) {
    const variable = reference[1] ?? "";
    throw notConfigured(
      `The ${label} refers to the environment variable "${variable}", which is not set.`,
      `Set ${variable} where Node-RED can see it, and let \${${variable}} be the whole of the setting.`,
    );
  }
  return text;
}

interface WholeNumberRules {
  readonly label: string;
  readonly fallback: number;
  readonly least: number;
  readonly most?: number;
}

/**
 * A whole number from a form, where digits arrive as text and nothing means the default.
 * @throws PlexError `not-configured` when it is something else or out of its range
 */
export function readWholeNumber(value: unknown, rules: WholeNumberRules): number {
  const { label, fallback, least, most = longestTimer } = rules;
  const text = readText(value, label);
  if (text === "") return fallback;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw notConfigured(
    `The ${label} is not a whole number from ${least} to ${most}.`,
    `Enter such a number, or leave it empty for ${fallback}.`,
  );
}
