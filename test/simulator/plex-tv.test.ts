import assert from "node:assert/strict";
import { faults, startSimulator, type Simulator } from "../../simulator";
import { ask, type Answer } from "../../testing/http/ask";

const CLIENT = { Accept: "application/json", "X-Plex-Client-Identifier": "client-1", "X-Plex-Product": "Test" };

interface Pin {
  readonly id: number;
  readonly code: string;
  readonly product: string;
  readonly clientIdentifier: string;
  readonly expiresIn: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly authToken: string | null;
  readonly newRegistration: boolean | null;
  readonly qr: string;
}

interface Resource {
  readonly name: string;
  readonly clientIdentifier: string;
  readonly accessToken: string | null;
  readonly owned: boolean;
  readonly presence: boolean;
  readonly provides: string;
  readonly sourceTitle: string | null;
  readonly ownerId: number | null;
  readonly connections: { uri: string; protocol: string; relay: boolean; IPv6: boolean }[];
}

describe("simulator: plex.tv", () => {
  let simulator: Simulator;
  let url: string;

  beforeEach(async () => {
    simulator = await startSimulator({ plexTv: true });
    url = simulator.plexTv.url;
  });
  afterEach(() => simulator.close());

  const pinOf = (answer: Answer) => JSON.parse(answer.body) as Pin;
  const create = async (query = "?strong=true") =>
    pinOf(await ask(`${url}/api/v2/pins${query}`, { method: "POST", headers: CLIENT }));
  const show = (id: number | string, headers: Record<string, string> = CLIENT) =>
    ask(`${url}/api/v2/pins/${id}`, { headers });
  const error = (answer: Answer) => (JSON.parse(answer.body) as { errors: { code: number }[] }).errors[0]!.code;

  it("has to be asked for", async () => {
    const plain = await startSimulator();
    await plain.close();
    assert.throws(() => plain.plexTv, /plexTv: true/);
  });

  it("gives out strong and plain PINs", async () => {
    const answer = await ask(`${url}/api/v2/pins?strong=true`, { method: "POST", headers: CLIENT });
    assert.equal(answer.status, 201);
    const strong = pinOf(answer);
    assert.match(strong.code, /^[a-z0-9]{25}$/);
    assert.equal(strong.expiresIn, 1800);
    assert.equal(Date.parse(strong.expiresAt) - Date.parse(strong.createdAt), 1_800_000);
    assert.match(strong.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual([strong.authToken, strong.newRegistration, strong.product], [null, null, "Test"]);
    assert.equal(strong.clientIdentifier, "client-1");
    assert.ok(strong.qr.endsWith(`/api/v2/pins/qr/${strong.code}`));
    const plain = await create("");
    assert.match(plain.code, /^[A-Z0-9]{4}$/);
    assert.equal(plain.expiresIn, 900);
    assert.notEqual(plain.id, strong.id);
  });

  it("takes strong from a form, from JSON and from the query", async () => {
    const post = async (body: string, type: string) => {
      const headers = { ...CLIENT, "Content-Type": type };
      return pinOf(await ask(`${url}/api/v2/pins`, { method: "POST", headers, body })).code.length;
    };
    assert.equal(await post("strong=true", "application/x-www-form-urlencoded"), 25);
    assert.equal(await post('{"strong":true}', "application/json"), 25);
    assert.equal(await post("{broken", "application/json"), 4);
  });

  it("answers in XML where JSON is not asked for", async () => {
    const headers = { "X-Plex-Client-Identifier": "client-1" };
    const { body } = await ask(`${url}/api/v2/pins`, { method: "POST", headers });
    assert.match(body, /<pin id="\d+" code="[A-Z0-9]{4}" product="0" trusted="0" .*authToken="" newRegistration="">/);
  });

  it("wants a client identifier: 400 with code 1000", async () => {
    const headers = { Accept: "application/json" };
    const { id } = await create();
    for (const answer of [
      await ask(`${url}/api/v2/pins`, { method: "POST", headers }),
      await show(id, headers),
      await ask(`${url}/api/v2/user`, { headers }),
      await ask(`${url}/api/v2/resources`, { headers }),
    ]) {
      assert.deepEqual([answer.status, error(answer)], [400, 1000]);
    }
  });

  it("hands the account's token over once the user allowed it", async () => {
    const { id, code } = await create();
    assert.equal(pinOf(await show(id)).authToken, null);
    assert.equal(simulator.plexTv.authorise(code), true);
    const linked = pinOf(await show(id));
    assert.deepEqual([linked.authToken, linked.newRegistration], [simulator.token, false]);
    const other = await show(id, { ...CLIENT, "X-Plex-Client-Identifier": "client-2" });
    assert.equal(other.status, 404);
  });

  it("forgets a PIN that the user denied", async () => {
    const { id, code } = await create();
    assert.equal(simulator.plexTv.deny(code), true);
    assert.equal((await show(id)).status, 404);
    assert.equal(simulator.plexTv.authorise(code), false);
    assert.equal(simulator.plexTv.deny("nosuch"), false);
  });

  it("answers 404 with code 1020 for unknown and expired PINs", async () => {
    const { id, code } = await create();
    for (const unknown of [await show(1), await show("x")]) {
      assert.deepEqual([unknown.status, error(unknown)], [404, 1020]);
    }
    simulator.advance(1_799_000);
    assert.equal((await show(id)).status, 200);
    simulator.advance(1000);
    assert.equal((await show(id)).status, 404);
    assert.equal(simulator.plexTv.authorise(code), false);
  });

  it("can say 200 without a token for an expired PIN instead", async () => {
    const { id } = await create();
    simulator.advance(1_800_000);
    simulator.plexTv.expiredPins = "null-token";
    const answer = await show(id);
    assert.deepEqual([answer.status, pinOf(answer).authToken], [200, null]);
  });

  it("has a page that allows and denies", async () => {
    const page = await ask(`${url}/auth`);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
    assert.match(page.body, /<button id="allow">Allow<\/button>/);
    const { id, code } = await create();
    assert.equal((await ask(`${url}/auth/allow?code=${code}`, { method: "POST" })).status, 200);
    assert.equal(pinOf(await show(id)).authToken, simulator.token);
    const denied = await create();
    assert.equal((await ask(`${url}/auth/deny?code=${denied.code}`, { method: "POST" })).status, 200);
    assert.equal((await show(denied.id)).status, 404);
    assert.equal((await ask(`${url}/auth/allow?code=nosuch`, { method: "POST" })).status, 404);
    assert.equal((await ask(`${url}/auth/allow?code=${code}`)).status, 404);
  });

  it("tells a good account token from a bad and from a revoked one", async () => {
    const user = (token: string, headers: Record<string, string> = CLIENT) =>
      ask(`${url}/api/v2/user`, { headers: { ...headers, "X-Plex-Token": token } });
    const good = await user(simulator.token);
    assert.equal(good.status, 200);
    assert.equal((JSON.parse(good.body) as { username: string }).username, "viewer");
    const bad = await user("bad");
    assert.deepEqual([bad.status, error(bad)], [401, 1001]);
    const badXml = await user("bad", { "X-Plex-Client-Identifier": "c" });
    assert.match(badXml.body, /<error code="1001" message="User could not be authenticated" status="401">/);
    simulator.plexTv.revoke(simulator.token);
    const revoked = await user(simulator.token);
    assert.equal(revoked.status, 422);
    assert.match(revoked.body, /<error>Invalid token<\/error>/);
  });

  describe("resources", () => {
    const list = async (query = "?includeHttps=1&includeRelay=1") => {
      const headers = { ...CLIENT, "X-Plex-Token": simulator.token };
      return JSON.parse((await ask(`${url}/api/v2/resources${query}`, { headers })).body) as Resource[];
    };

    it("is a bare array: own server, a friend's, one that is off, a player without a token", async () => {
      const [own, shared, offline, player, ...none] = await list();
      assert.deepEqual(none, []);
      assert.equal(own!.clientIdentifier, simulator.machineIdentifier);
      assert.deepEqual([own!.owned, own!.accessToken, own!.sourceTitle], [true, simulator.token, null]);
      assert.equal(`server://${shared!.clientIdentifier}`, simulator.sharedServer);
      assert.deepEqual([shared!.owned, shared!.sourceTitle, typeof shared!.ownerId], [false, "friend", "number"]);
      assert.deepEqual([offline!.presence, offline!.provides], [false, "server"]);
      assert.deepEqual([player!.accessToken, player!.connections], [null, []]);
      assert.match(player!.provides, /player/);
    });

    it("gives a token that the friend's server accepts, while the account's is not", async () => {
      const shared = (await list())[1]!;
      const status = async (token: string) =>
        (await ask(`${simulator.sharedUrl}/`, { headers: { "X-Plex-Token": token } })).status;
      assert.equal(await status(shared.accessToken!), 200);
      assert.equal(await status(simulator.token), 401);
    });

    it("leaves relays and HTTPS out where they are not asked for", async () => {
      const all = (await list())[0]!.connections;
      assert.ok(all.some(({ relay }) => relay));
      assert.ok(all.some(({ protocol }) => protocol === "https"));
      assert.ok(all.some(({ uri }) => uri === simulator.url));
      const few = (await list(""))[0]!.connections;
      assert.ok(few.every(({ relay, protocol }) => !relay && protocol === "http"));
      assert.equal(new Set(few.map(({ uri }) => uri)).size, few.length);
    });

    it("is XML where JSON is not asked for, and 401 without a token", async () => {
      const headers = { "X-Plex-Client-Identifier": "c", "X-Plex-Token": simulator.token };
      const { body } = await ask(`${url}/api/v2/resources`, { headers });
      assert.match(body, /<resources><resource name="Living Room" /);
      assert.match(body, /<connections><connection protocol="http" /);
      assert.equal((await ask(`${url}/api/v2/resources`, { headers: CLIENT })).status, 401);
    });
  });

  it("takes faults from the same queue", async () => {
    simulator.fault(faults.status(429, { retryAfter: 3 }), { server: "plexTv" });
    assert.equal((await ask(`${simulator.url}/identity`)).status, 200);
    const answer = await ask(`${url}/api/v2/pins`, { method: "POST", headers: CLIENT });
    assert.deepEqual([answer.status, answer.headers["retry-after"]], [429, "3"]);
    assert.equal(simulator.requests.at(-1)!.server, "plexTv");
  });
});
