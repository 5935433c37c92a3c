import { notConfigured } from "../errors";
import { isOddIp, parseUrl } from "../url";
import { readText, trimSlashes } from "./values";

const example = "http://192.168.1.10:32400";

/** What the web app, and people who copy its address, put behind the server's own address. */
const webAppTail = /\/web(?:\/(?:index\.html)?)?$/;

/** The hosts of Plex's own pages, at which no server is; a name may end in a dot. */
const plexWeb = /^(?:(?:app|watch|www)\.)?plex\.tv\.?$/;

function refuse(what: string, hint: string): never {
  throw notConfigured(what, hint);
}

function parse(text: string): URL {
  if (!/^https?:\/\//i.test(text)) {
    refuse(
      "The server URL does not start with http:// or https://.",
      `Enter the whole address of your Plex Media Server, such as ${example}.`,
    );
  }
  const url = parseUrl(text);
  if (url?.username || url?.password) {
    refuse(
      "The server URL holds a user name or password.",
      "Remove what stands before the @: Plex is asked with the token alone.",
    );
  }
  // A parser leaves out line breaks, and turns a backslash around.
  const isRepaired = /[\s\\]/.test(text);
  if (!isRepaired && isOddIp(text)) {
    refuse(
      "The IP address in the server URL is not four plain numbers, so that it could mean another machine.",
      `Enter it like ${example}: four numbers from 0 to 255, and none with a zero in front.`,
    );
  }
  if (url && !isRepaired) return url;
  return refuse("The server URL is not an address.", `Enter it like ${example}.`);
}

/**
 * The base URL of a Plex Media Server, without a trailing slash. Surrounding space and quotes, a trailing slash and the tail of
 * the web app's address are forgiven.
 * @throws PlexError `not-configured` for what is not plainly the address of a server
 */
export function readServerUrl(value: unknown): string {
  const text = readText(value, "server URL");
  if (text === "")
    refuse("There is no server URL.", `Enter the address of your Plex Media Server, such as ${example}.`);
  const url = parse(text);
  if (plexWeb.test(url.hostname)) {
    refuse(
      "The server URL is the address of Plex Web, the app in the browser, and not of a server.",
      `Enter the address of your Plex Media Server itself, such as ${example}.`,
    );
  }
  if (/X-Plex-Token/i.test(text) || (url.search !== "" && !webAppTail.test(url.pathname))) {
    refuse(
      "The server URL goes on behind a question mark.",
      "Keep only what stands before the ?, and put an X-Plex-Token into the token field instead.",
    );
  }
  return url.origin + trimSlashes(url.pathname.replace(webAppTail, ""));
}
