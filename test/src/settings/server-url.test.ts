import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inspect } from "node:util";
import { PlexError } from "../../../src/errors";
import { readServerUrl } from "../../../src/settings/server-url";
import { pastedUrls, refusedUrls } from "../../../testing/forms/pasted";

const taken: readonly (readonly [string, string])[] = [
  ...pastedUrls,
  ["http://192.168.1.10:32400", "http://192.168.1.10:32400"],
  ["  https://plex.example.org/  ", "https://plex.example.org"],
  ["http://host:32400///", "http://host:32400"],
  ["http://host:32400/web", "http://host:32400"],
  ["http://host:32400/web/index.html", "http://host:32400"],
  ["http://host:32400/web/index.html#!/settings/server", "http://host:32400"],
  ["http://host:32400/web/index.html?version=1#!/", "http://host:32400"],
  ["https://proxy.example.org/plex/", "https://proxy.example.org/plex"],
  ["https://proxy.example.org/plex/web/index.html#!/", "https://proxy.example.org/plex"],
  ["https://proxy.example.org/web/plex", "https://proxy.example.org/web/plex"],
  ["HTTP://HOST:80", "http://host"],
  ["http://[2001:db8::1]:32400", "http://[2001:db8::1]:32400"],
  [
    "https://10-0-2-123.0123456789abcdef0123456789abcdef.plex.direct:32400",
    "https://10-0-2-123.0123456789abcdef0123456789abcdef.plex.direct:32400",
  ],
];

/** The sentence of the run time for each that the form has. */
const sentences: Readonly<Record<string, RegExp>> = {
  "url-ip": /^The IP address in the server URL is not four plain numbers/,
  "url-malformed": /is not an address/,
  "url-web-app": /^The server URL is the address of Plex Web/,
  "url-login": /holds a user name or password/,
};

const refused: readonly (readonly [unknown, RegExp])[] = [
  ...refusedUrls.map(([text, key]) => [text, sentences[key]!] as const),
  ["", /^There is no server URL\. Enter the address of your Plex Media Server/],
  ["   ", /^There is no server URL\./],
  [undefined, /^There is no server URL\./],
  [{ url: "http://host" }, /^There is no server URL\./],
  ["192.168.1.10:32400", /does not start with http:\/\/ or https:\/\//],
  ["ftp://host", /does not start with http:\/\/ or https:\/\//],
  ["plex://host", /does not start with http/],
  ["http://", /is not an address/],
  ["http://host name:32400", /is not an address/],
  ["http://host:99999", /is not an address/],
  ["http://anna:secret@host:32400", /holds a user name or password/],
  ["http://anna@host:32400", /holds a user name or password/],
  ["http://host:32400/library/sections?X-Plex-Token=canary", /goes on behind a question mark.*token field/],
  ["http://host:32400/web/index.html?X-Plex-Token=canary#!/", /goes on behind a question mark.*token field/],
  ["${PLEX_URL}", /environment variable "PLEX_URL", which is not set\. Set PLEX_URL/],
  ["http://${HOST}:32400", /environment variable "HOST"/],
];

describe("readServerUrl", () => {
  for (const [text, url] of taken) {
    it(`takes ${text}`, () => {
      assert.equal(readServerUrl(text), url);
    });
  }

  for (const [value, message] of refused) {
    it(`refuses ${inspect(value)}`, () => {
      assert.throws(
        () => readServerUrl(value),
        (error) => error instanceof PlexError && error.code === "not-configured" && message.test(error.message),
      );
    });
  }

  it("repeats neither a password nor a token", () => {
    for (const url of ["http://anna:canary@host", "http://host/?X-Plex-Token=canary", "canary"]) {
      assert.throws(
        () => readServerUrl(url),
        (error: Error) => !/canary/.test(`${error.message}${error.stack}`),
      );
    }
  });
});
