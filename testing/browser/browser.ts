import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** What keeps a browser to itself: it asks nobody for anything but what a test opens. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Names as a LAN has them, which no browser takes for this machine's own.
  "--host-resolver-rules=MAP *.test 127.0.0.1",
];

/** Why there is no browser to test in, as a sentence for the closing lines of a test run. */
export const noChromium = "no Chromium was found: install chromium or google-chrome, or set CHROMIUM_PATH";

/** The Chromium of this machine, or the one that CHROMIUM_PATH names; undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { CHROMIUM_PATH } = env;
  // A path that is set and wrong is a mistake to be told of, not to be passed over.
  const places = CHROMIUM_PATH ? [CHROMIUM_PATH] : usualPlaces;
  return places.find((path) => existsSync(path));
}

let launched: Promise<Browser> | undefined;

/** The browser of this process, started at the first call. @throws Error when there is none */
export function getBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) return Promise.reject(new Error(noChromium));
  return (launched ??= chromium.launch({ executablePath, args: quiet }));
}

/** Ends the browser of this process, if it was started. */
export async function closeBrowser(): Promise<void> {
  const browser = await launched?.catch(() => undefined);
  launched = undefined;
  await browser?.close();
}
