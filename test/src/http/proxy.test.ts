import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createRequire } from "node:module";
import { type ProxyEnvironment, proxyFromEnvironment } from "../../../src/http/proxy";

type CoreLookup = (url: string, options: ProxyEnvironment) => string;

/** The lookup inside Node-RED's core http request node, which ours has to agree with. */
const fromNodeRed = createRequire(require.resolve("node-red"));
const core = fromNodeRed("@node-red/nodes/core/network/lib/proxyHelper.js") as { getProxyForUrl: CoreLookup };

const urls = [
  "http://plex.example.org:32400",
  "https://plex.example.org",
  "http://192.168.1.10:32400",
  "http://[2001:db8::1]:32400",
  "http://localhost:32400",
];

const environments: readonly Record<string, string>[] = [
  {},
  { http_proxy: "http://p:3128" },
  { HTTP_PROXY: "http://upper:3128", http_proxy: "http://lower:3128" },
  { https_proxy: "p:3128" },
  { all_proxy: "http://all:1" },
  { npm_config_proxy: "http://npm:1", http_proxy: "http://p:3128" },
  { npm_config_http_proxy: "http://npm:1", NO_PROXY: "example.org" },
  { http_proxy: "http://p:1", https_proxy: "http://p:1", no_proxy: "*" },
  { http_proxy: "http://p:1", https_proxy: "http://p:1", no_proxy: "plex.example.org" },
  { http_proxy: "http://p:1", https_proxy: "http://p:1", no_proxy: ".example.org, 192.168.1.10:32400" },
  { http_proxy: "http://p:1", https_proxy: "http://p:1", no_proxy: "*.example.org:443 localhost" },
  { http_proxy: "http://p:1", NO_PROXY: "[2001:db8::1],LOCALHOST" },
  { HTTP_PROXY: "http://p:1", no_proxy: "192.168" },
];

const modes: readonly ProxyEnvironment[] = [
  {},
  { mode: "legacy" },
  { favourUpperCase: true },
  { lowerCaseOnly: true },
  { excludeNpm: true },
];

describe("proxyFromEnvironment agrees with Node-RED's http request node", () => {
  for (const mode of modes) {
    it(`with ${JSON.stringify(mode)}`, () => {
      for (const env of environments) {
        for (const url of urls) {
          // The core node looks up the address as it was typed, ours is normalised: only the trailing slash differs.
          const expected = core.getProxyForUrl(url, { ...mode, env });
          assert.equal(proxyFromEnvironment(new URL(url), { ...mode, env }), expected, JSON.stringify({ env, url }));
        }
      }
    });
  }
});
