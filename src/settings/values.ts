import { notConfigured } from "../errors";

/** The longest time that a timer of Node.js can hold, in ms (about 24.8 days). */
export const maxTimerDelay = 2 ** 31 - 1;

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
