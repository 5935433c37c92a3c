import assert from "node:assert/strict";
import { putOn, startPlayer, startSimulator, type Simulator } from "../../simulator";
import { ask, container } from "../../testing/http/ask";

const TOKEN_QUERY = "/security/token?type=delegation&scope=all";
const JSON_TYPE = { Accept: "application/json" };

describe("simulator: media server", () => {
  let simulator: Simulator;
  let auth: { "X-Plex-Token": string };

  before(async () => {
    simulator = await startSimulator();
    auth = { "X-Plex-Token": simulator.token };
  });
  after(() => simulator.close());

  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    ask(simulator.url + path, { headers, method });

  it("tells who it is to everybody, in JSON or XML by Accept", async () => {
    const json = await get("/identity", JSON_TYPE);
    assert.equal(json.headers["content-type"], "application/json");
    const { machineIdentifier, claimed, size } = container(json);
    assert.deepEqual([machineIdentifier, claimed, size], [simulator.machineIdentifier, true, 0]);
    for (const accept of [{}, { Accept: "*/*" }, { Accept: "application/xml" }]) {
      const xml = await get("/identity", accept);
      assert.equal(xml.headers["content-type"], "text/xml;charset=utf-8");
      assert.equal(xml.headers["x-plex-protocol"], "1.0");
      assert.match(xml.body, new RegExp(`claimed="1" machineIdentifier="${simulator.machineIdentifier}"`));
    }
  });

  it("is not led astray by an accepts header next to Accept", async () => {
    const answer = await get("/identity", { ...JSON_TYPE, accepts: "application/xml" });
    assert.equal(answer.headers["content-type"], "application/json");
  });

  it("keeps connections open", async () => {
    const answer = await fetch(`${simulator.url}/identity`);
    assert.equal(answer.headers.get("connection"), "keep-alive");
    await answer.text();
  });

  it("shows / only to who has a token, with its own 401 page", async () => {
    const refused = await get("/", JSON_TYPE);
    assert.equal(refused.status, 401);
    assert.equal(refused.headers["content-type"], "text/html");
    assert.equal(refused.bytes.length, 193);
    assert.match(refused.body, /web\/index\.html/);
    const root = container(await get("/", { ...JSON_TYPE, ...auth }));
    assert.equal(root["machineIdentifier"], simulator.machineIdentifier);
    assert.equal(root["myPlexSigninState"], "ok");
    assert.ok(Array.isArray(root["Directory"]));
  });

  it("mints a token for every verb, a new one each time", async () => {
    const seen = new Set<unknown>();
    for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const answer = await get(TOKEN_QUERY, { ...JSON_TYPE, ...auth }, method);
      assert.equal(answer.bytes.length, 86);
      const { size, token } = container(answer);
      assert.equal(size, 0);
      assert.match(String(token), /^transient-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      seen.add(token);
    }
    assert.equal(seen.size, 6);
    const xml = await get(TOKEN_QUERY, auth);
    assert.match(xml.body, /<MediaContainer size="0" token="transient-[0-9a-f-]{36}"><\/MediaContainer>/);
  });

  it("takes the token from the query as well", async () => {
    assert.equal((await get(`${TOKEN_QUERY}&X-Plex-Token=${simulator.token}`)).status, 200);
    assert.equal((await get(`${TOKEN_QUERY}&X-Plex-Token=wrong`)).status, 401);
  });

  it("answers 400 in HTML for wrong or missing parameters of the token", async () => {
    for (const query of [
      "",
      "?type=delegation",
      "?scope=all",
      "?type=transient&scope=all",
      "?type=delegation&scope=foo",
    ]) {
      const answer = await get(`/security/token${query}`, { ...JSON_TYPE, ...auth });
      assert.equal(answer.status, 400, query);
      assert.equal(answer.headers["content-type"], "text/html");
      const page = "<html><head><title>Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>";
      assert.equal(answer.body, page);
    }
  });

  it("answers 401 in HTML for a bad or missing token, on known and unknown paths", async () => {
    for (const path of [
      TOKEN_QUERY,
      "/library/sections",
      "/nowhere",
      `/security/resources?source=${simulator.provider}`,
    ]) {
      for (const headers of [JSON_TYPE, { ...JSON_TYPE, "X-Plex-Token": "wrong" }]) {
        const answer = await get(path, headers);
        assert.equal(answer.status, 401, path);
        const page = "<html><head><title>Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>";
        assert.equal(answer.body, page);
      }
    }
  });

  it("answers 403 when a transient token asks for another", async () => {
    const { token } = container(await get(TOKEN_QUERY, { ...JSON_TYPE, ...auth }));
    const answer = await get(TOKEN_QUERY, { ...JSON_TYPE, "X-Plex-Token": String(token) });
    assert.equal(answer.status, 403);
    assert.match(answer.body, /<h1>403 Forbidden<\/h1>/);
  });

  it("answers 404 in HTML for unknown paths", async () => {
    const answer = await get("/nowhere", { ...JSON_TYPE, ...auth });
    assert.equal(answer.status, 404);
    assert.match(answer.body, /<h1>404 Not Found<\/h1>/);
    assert.equal((await get("/library/metadata/99", auth)).status, 404);
    assert.equal((await get("/library/parts/99/1/file.wav", auth)).status, 404);
  });

  it("lists its films in JSON and XML, by pages where asked", async () => {
    const sections = container(await get("/library/sections", { ...JSON_TYPE, ...auth }));
    assert.equal((sections["Directory"] as { key: string }[])[0]?.key, "1");
    const all = container(await get("/library/sections/1/all", { ...JSON_TYPE, ...auth }));
    assert.equal((all["Metadata"] as unknown[]).length, 2);
    const query = "X-Plex-Container-Start=1&X-Plex-Container-Size=5";
    const page = container(await get(`/library/sections/1/all?${query}`, { ...JSON_TYPE, ...auth }));
    assert.deepEqual([page["size"], page["totalSize"], page["offset"]], [1, 2, 1]);
    assert.equal((await get("/library/recentlyAdded", auth)).body.match(/<Video /g)?.length, 2);
    const film = await get("/library/metadata/1", auth);
    assert.match(film.body, /summary="A lighthouse, a storm &amp; a letter/);
    assert.equal((await get("/library", auth)).status, 200);
  });

  describe("media part", () => {
    const partPath = async () => {
      const film = container(await get("/library/metadata/1", { ...JSON_TYPE, ...auth }));
      const metadata = film["Metadata"] as { Media: { Part: { key: string; size: number }[] }[] }[];
      const part = metadata[0]?.Media[0]?.Part[0];
      assert.ok(part);
      return part;
    };

    it("is a real WAV file of the size told", async () => {
      const { key, size } = await partPath();
      const answer = await get(key, auth);
      assert.equal(answer.headers["content-type"], "audio/wav");
      assert.equal(answer.headers["accept-ranges"], "bytes");
      assert.equal(answer.bytes.length, size);
      assert.equal(answer.bytes.toString("latin1", 0, 4), "RIFF");
      assert.equal(answer.bytes.readUInt32LE(4), size - 8);
      assert.equal(answer.bytes.toString("latin1", 36, 40), "data");
      assert.equal(answer.bytes.readUInt32LE(40), size - 44);
    });

    it("needs a token, account or transient, in header or query", async () => {
      const { key } = await partPath();
      const { token } = container(await get(TOKEN_QUERY, { ...JSON_TYPE, ...auth }));
      assert.equal((await get(key)).status, 401);
      assert.equal((await get(`${key}?X-Plex-Token=transient-0`)).status, 401);
      assert.equal((await get(`${key}?X-Plex-Token=${String(token)}`)).status, 200);
      assert.equal((await get(`${key}?X-Plex-Token=${simulator.token}`)).status, 200);
    });

    it("can be had in ranges", async () => {
      const { key, size } = await partPath();
      const whole = (await get(key, auth)).bytes;
      const ranges = { "bytes=0-99": [0, 100], "bytes=16000-": [16000, size], "bytes=-44": [size - 44, size] };
      for (const [Range, [first, end]] of Object.entries(ranges)) {
        const answer = await get(key, { ...auth, Range });
        assert.equal(answer.status, 206);
        assert.equal(answer.headers["content-range"], `bytes ${first}-${end! - 1}/${size}`);
        assert.deepEqual(answer.bytes, whole.subarray(first, end));
      }
      for (const Range of ["bytes=99999-", "bytes=5-2", "lines=1-2", "bytes=-"]) {
        const answer = await get(key, { ...auth, Range });
        assert.equal(answer.status, 416, Range);
        assert.equal(answer.headers["content-range"], `bytes */${size}`);
      }
    });
  });

  it("records every request", async () => {
    const before = simulator.requests.length;
    await get("/identity?x=1", { "X-Odd": "yes" });
    const request = simulator.requests[before]!;
    assert.deepEqual([request.server, request.method, request.path], ["own", "GET", "/identity"]);
    assert.equal(request.url, "/identity?x=1");
    assert.equal(request.query.get("x"), "1");
    assert.equal(request.headers["x-odd"], "yes");
    assert.ok(request.rawHeaders.includes("X-Odd"));
    assert.ok(Math.abs(Date.now() - request.time) < 5000);
    assert.ok(request.remotePort > 0);
  });

  it("marks films as seen, and takes it back", async () => {
    const library = "identifier=com.plexapp.plugins.library";
    const titles = async (path: string) => {
      const { Metadata = [] } = container(await get(path, { ...JSON_TYPE, ...auth })) as {
        Metadata?: { title: string }[];
      };
      return Metadata.map(({ title }) => title);
    };
    const all = "/library/sections/1/all?unwatched=1";
    assert.deepEqual(await titles(all), ["Paper Harbour", "The Lantern Keeper"]);
    assert.equal((await get(`/:/scrobble?key=1&${library}`, auth)).status, 200);
    assert.deepEqual(await titles(all), ["Paper Harbour"]);
    assert.deepEqual(await titles("/library/onDeck"), ["Paper Harbour"]);
    const { Metadata } = container(await get("/library/metadata/1", { ...JSON_TYPE, ...auth }));
    assert.equal((Metadata as { viewCount: number }[])[0]?.viewCount, 1);
    assert.equal((await get(`/:/unscrobble?key=1&${library}`, auth)).status, 200);
    assert.equal((await titles(all)).length, 2);
    for (const query of ["key=1", `key=9&${library}`]) {
      assert.equal((await get(`/:/scrobble?${query}`, auth)).status, 400);
    }
  });

  it("scans its library, and finds films by their titles", async () => {
    const before = simulator.scans;
    assert.equal((await get("/library/sections/1/refresh", auth)).body, "");
    assert.equal(simulator.scans, before + 1);
    const { Hub } = container(await get("/hubs/search?query=harb", { ...JSON_TYPE, ...auth }));
    const [hub] = Hub as { size: number; Metadata: { title: string }[] }[];
    assert.deepEqual([hub?.size, hub?.Metadata.map(({ title }) => title)], [1, ["Paper Harbour"]]);
  });

  it("ends what somebody plays, for the owner", async () => {
    const viewer = simulator.viewer();
    viewer.play(1);
    const sessions = async () => container(await get("/status/sessions", { ...JSON_TYPE, ...auth }));
    const { Metadata } = (await sessions()) as { Metadata: { Session: { id: string } }[] };
    const path = `/status/sessions/terminate?sessionId=${encodeURIComponent(Metadata[0]!.Session.id)}`;
    assert.equal((await get(`${path}x`, auth, "POST")).status, 404);
    assert.equal((await get(path, auth, "POST")).status, 200);
    assert.equal((await sessions())["size"], 0);
  });

  it("hands commands on to the players that it has found, and their answers back", async () => {
    assert.equal(container(await get("/clients", { ...JSON_TYPE, ...auth }))["size"], 0);
    const player = await startPlayer();
    const { name, machineIdentifier, url } = player;
    simulator.addClient({ name, machineIdentifier, url });
    const { Server } = container(await get("/clients", { ...JSON_TYPE, ...auth }));
    assert.equal((Server as { machineIdentifier: string }[])[0]?.machineIdentifier, machineIdentifier);
    await putOn(player, simulator);
    const command = (target: string) =>
      get("/player/playback/pause?commandID=2", { ...auth, "X-Plex-Target-Client-Identifier": target });
    assert.equal((await command("nobody")).status, 404);
    assert.equal((await command(machineIdentifier)).status, 200);
    assert.equal(player.state, "paused");
    assert.doesNotMatch(JSON.stringify(player.requests.at(-1)), new RegExp(simulator.token));
    await player.close();
    assert.equal((await command(machineIdentifier)).status, 404);
  });
});
