import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readSourceConnection } from "../../../src/answers/source-connection";
import { readTransientToken } from "../../../src/answers/transient-token";
import { PlexError, type PlexErrorCode } from "../../../src/errors";
import { readBody } from "../../../src/http/body";

const source = "server://243b47";

/** Reads a body as it would arrive, under a content type that says nothing. */
async function documentOf(text: string | Buffer, headers: Record<string, string> = {}): Promise<unknown> {
  return readBody({ statusCode: 200, headers, body: Buffer.from(text as string) });
}

const expected = {
  source,
  name: "Friend",
  clientIdentifier: "243b47",
  accessToken: "transient-1",
  connections: [
    {
      uri: "https://10-0-2-123.93b1.plex.direct:32400",
      protocol: "https",
      address: "10.0.2.123",
      port: 32400,
      local: true,
      relay: false,
    },
  ],
};

const connection = {
  protocol: "https",
  address: "10.0.2.123",
  uri: "https://10-0-2-123.93b1.plex.direct:32400",
  port: 32400,
  local: true,
};
const device = { name: "Friend", clientIdentifier: "243b47", accessToken: "transient-1", Connection: [connection] };

const shapes: Readonly<Record<string, string>> = {
  "a Device object with a list": JSON.stringify({ MediaContainer: { size: 1, Device: device } }),
  "a Device list": JSON.stringify({ MediaContainer: { size: 1, Device: [device] } }),
  "a single Connection": JSON.stringify({ MediaContainer: { Device: { ...device, Connection: connection } } }),
  "a MediaContainer list": JSON.stringify({ MediaContainer: [{ Device: device }] }),
  "text for numbers and flags": JSON.stringify({
    MediaContainer: {
      size: "1",
      Device: { ...device, Connection: { ...connection, port: "32400", local: "1", relay: "0" } },
    },
  }),
  "numbers for flags": JSON.stringify({
    MediaContainer: { Device: { ...device, Connection: { ...connection, local: 1, relay: 0 } } },
  }),
  "words for flags, and more fields": JSON.stringify({
    MediaContainer: { Device: { ...device, extra: {}, Connection: { ...connection, local: "true", IPv6: false } } },
  }),
  "the Device of the source among others": JSON.stringify({
    MediaContainer: { Device: [{ name: "Another", clientIdentifier: "x" }, device] },
  }),
  "a connection without uri": JSON.stringify({
    MediaContainer: {
      Device: { ...device, Connection: { ...connection, address: "10.0.2.123", uri: connection.uri, port: "" } },
    },
  }),
  XML: `<?xml version="1.0" encoding="UTF-8"?>
    <MediaContainer size="1"><Device name="Friend" clientIdentifier="243b47" accessToken="transient-1">
    <Connection protocol="https" address="10.0.2.123" uri="${connection.uri}" port="32400" local="1"/>
    </Device></MediaContainer>`,
};

describe("the answer to /security/resources", () => {
  for (const [name, text] of Object.entries(shapes)) {
    it(`is read from ${name}`, async () => {
      assert.deepEqual(readSourceConnection(await documentOf(text), source), expected);
    });
  }

  it("may lack everything but the Device", () => {
    const bare = { source, name: null, clientIdentifier: null, accessToken: null, connections: [] };
    assert.deepEqual(readSourceConnection({ MediaContainer: { Device: {} } }, source), bare);
    assert.deepEqual(readSourceConnection({ MediaContainer: { Device: { accessToken: null } } }, source), bare);
  });

  it("is ordered local, remote, relay, and https before http in each", () => {
    const names = ["relay-http", "remote-http", "local-http", "relay-https", "remote-https", "local-https"];
    const Connection = names.map((name) => ({
      uri: `${name.split("-")[1]}://${name}.example.org`,
      local: name.startsWith("local"),
      relay: name.startsWith("relay"),
    }));
    const { connections } = readSourceConnection({ MediaContainer: { Device: { Connection } } }, source);
    assert.deepEqual(
      connections.map(({ address }) => address.split(".")[0]),
      ["local-https", "local-http", "remote-https", "remote-http", "relay-https", "relay-http"],
    );
  });

  it("gets its missing parts from the others, and leaves out what leads nowhere", () => {
    const Connection = [
      { protocol: "http", address: "2001:db8::1", port: 32400 },
      { uri: "https://example.org" },
      { uri: "nonsense" },
      { uri: "ftp://example.org" },
      {},
      "text",
      null,
    ];
    const { connections } = readSourceConnection({ MediaContainer: { Device: { Connection } } }, source);
    const far = { local: false, relay: false };
    assert.deepEqual(connections, [
      { uri: "https://example.org", protocol: "https", address: "example.org", port: 443, ...far },
      { uri: "http://[2001:db8::1]:32400", protocol: "http", address: "2001:db8::1", port: 32400, ...far },
    ]);
  });

  it("takes XML elements where flags are expected for no flag", async () => {
    const text =
      '<MediaContainer><Device><Connection uri="http://a.example"><local/></Connection></Device></MediaContainer>';
    assert.equal(readSourceConnection(await documentOf(text), source).connections[0]?.local, false);
  });

  it("is not-found where the answer is about other servers, and takes what comes of a provider", () => {
    const other = { name: "Other", clientIdentifier: "ffffff", accessToken: "transient-other" };
    for (const Device of [other, [other, { ...other, clientIdentifier: "eeeeee" }]]) {
      const document = { MediaContainer: { Device } };
      assert.throws(() => readSourceConnection(document, source), isPlexError("not-found"));
      assert.equal(readSourceConnection(document, "provider://tv.plex.provider.vod").name, "Other");
    }
    const own = { ...other, clientIdentifier: "243B47", name: "Own" };
    assert.equal(readSourceConnection({ MediaContainer: { Device: [other, own] } }, source).name, "Own");
    const nameless = { name: "Nameless", accessToken: "transient-1" };
    assert.equal(readSourceConnection({ MediaContainer: { Device: nameless } }, source).name, "Nameless");
  });

  it("is not-found without a Device", () => {
    for (const container of [{}, { Device: [] }, { Device: null }, { Device: "text" }]) {
      assert.throws(() => readSourceConnection({ MediaContainer: container }, source), isPlexError("not-found"));
    }
  });
});

function isPlexError(code: PlexErrorCode) {
  return (error: unknown) => error instanceof PlexError && error.code === code;
}

describe("the answer to /security/token", () => {
  const tokens: Readonly<Record<string, string>> = {
    JSON: '{"MediaContainer":{"size":0,"token":"transient-1234567890"}}',
    "JSON with a byte order mark": '\ufeff{"MediaContainer":{"size":0,"token":"transient-1234567890"}}',
    XML: '<MediaContainer size="0" token="transient-1234567890"></MediaContainer>',
    "XML with entities": '<MediaContainer token="&#116;ransient&#x2d;1234567890" title="&lt;&amp;&apos;"/>',
  };
  for (const [name, text] of Object.entries(tokens)) {
    it(`is read from ${name}`, async () => {
      const before = Date.now();
      const { issuedAt, expiresAt, ...rest } = readTransientToken(await documentOf(text));
      assert.deepEqual(rest, { token: "transient-1234567890", type: "delegation", scope: "all", reused: false });
      assert.ok(issuedAt >= before && issuedAt <= Date.now());
      assert.equal(expiresAt - issuedAt, 48 * 60 * 60 * 1000);
    });
  }

  const wrong: readonly unknown[] = [
    null,
    [],
    "text",
    {},
    { MediaContainer: null },
    { MediaContainer: {} },
    { MediaContainer: { token: "" } },
    { MediaContainer: { token: null } },
    { MediaContainer: { token: 5 } },
    { MediaContainer: { token: "transient-1\r\nX-Evil: 1" } },
    JSON.parse('{"__proto__": {"MediaContainer": {"token": "transient-1"}}}'),
    { html: [{}] },
  ];
  for (const document of wrong) {
    it(`is invalid as ${JSON.stringify(document)}`, () => {
      assert.throws(() => readTransientToken(document), isPlexError("invalid-response"));
    });
  }
});

describe("a body", () => {
  const broken: Readonly<Record<string, string>> = {
    "cut-off JSON": '{"MediaContainer":{"size":0,"tok',
    "cut-off XML": '<MediaContainer size="0" token="transient-1"',
    "XML that is not closed": '<MediaContainer size="0" token="transient-1">',
    "a declared entity": '<!DOCTYPE a [<!ENTITY e "x">]><MediaContainer token="&e;"/>',
    "an entity of HTML": '<MediaContainer token="&nbsp;"/>',
    "plain text": "OK",
    nothing: "",
    space: "  \n",
  };
  for (const [name, text] of Object.entries(broken)) {
    it(`is invalid as ${name}`, async () => {
      await assert.rejects(documentOf(text), isPlexError("invalid-response"));
    });
  }

  it("is read in the charset that it is in, whatever it claims", async () => {
    const name = { MediaContainer: { name: "Büro" } };
    const text = JSON.stringify(name);
    const asked: readonly (readonly [Buffer, string])[] = [
      [Buffer.from(text), "application/json; charset=iso-8859-1"],
      [Buffer.from(text), "application/json; charset=utf-16le"],
      [Buffer.from(text), "text/html; charset=no-such-charset"],
      [Buffer.from(text, "latin1"), "application/json;charset=ISO-8859-1"],
      [Buffer.from(text, "utf16le"), 'application/json; charset="utf-16le"'],
    ];
    for (const [body, type] of asked) {
      assert.deepEqual(await readBody({ statusCode: 200, headers: { "content-type": type }, body }), name, type);
    }
    const xml = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><MediaContainer name="Büro"/>', "latin1");
    assert.equal(
      JSON.stringify(await readBody({ statusCode: 200, headers: {}, body: xml })),
      '{"MediaContainer":[{"name":"Büro"}]}',
    );
  });

  it("pollutes no prototype", async () => {
    await documentOf('<__proto__ polluted="1"><constructor/></__proto__>');
    await documentOf('<a __proto__="1" constructor="2"/>');
    await documentOf('{"__proto__":{"polluted":1}}');
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});
