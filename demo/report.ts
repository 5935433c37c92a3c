import type { DemoServer } from "./server";

/** What the demo's own flow answers: as much as it got. */
export interface Outcome {
  readonly token?: { readonly token: string; readonly expiresAt: number };
  readonly source?: {
    readonly name: string;
    readonly source: string;
    readonly connections: readonly { readonly uri: string; readonly local: boolean; readonly relay: boolean }[];
  };
  readonly error?: { readonly message: string };
}

const coloured = process.stdout.isTTY && !process.env["NO_COLOR"];
const style = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Bold, where the terminal can. */
export const bold = style(1);
const dim = style(2);
const red = style(31);
const green = style(32);

/** Prints one line with its label in a column of its own. What servers tell may hold control characters. */
export function tell(label: string, text: string, mark = " "): void {
  console.log(`${mark} ${dim(label.padEnd(8))} ${text.replace(/\p{Cc}/gu, "")}`);
}

function formatToken(token: string, { simulated }: DemoServer): string {
  return simulated ? token : `${token.slice(0, 14)}… ${dim("(shortened: it opens your server)")}`;
}

function formatExpiry(expiresAt: number): string {
  const time = new Date(expiresAt).toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
  const hours = Math.round((expiresAt - Date.now()) / 3_600_000);
  return `${time}: in ${hours} hours, or when the server restarts`;
}

/** Prints what the nodes got, and tells whether that was all. */
export function report({ token, source, error }: Outcome, server: DemoServer): boolean {
  const done = green("✔");
  if (token) {
    tell("Token", formatToken(token.token, server), done);
    tell("expires", formatExpiry(token.expiresAt));
  }
  if (source) {
    tell("Source", `${bold(source.name)}  ${source.source}`, done);
    source.connections.forEach(({ uri, local, relay }, index) => {
      tell(`${index + 1} ${relay ? "relay" : local ? "local" : "remote"}`, uri);
    });
  } else if (token && !error) {
    tell("Source", "not asked for: the server did not say who it is. Set PLEX_SOURCE to server://…");
  }
  if (error) tell("Error", error.message, red("✘"));
  return !error;
}
