import assert from "node:assert/strict";
import { startCastReceiver, startPlayer, startSimulator, type SimulatedPlayer, type Simulator } from "../../simulator";
import { putOn } from "../../testing/flows/player";

describe("flows for a home: the simulated devices", () => {
  let simulator: Simulator;
  let player: SimulatedPlayer;
  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.close());
  beforeEach(async () => {
    player = await startPlayer();
  });
  afterEach(() => player.close());

  const ask = (path: string, { token = simulator.token, ...init }: RequestInit & { token?: string } = {}) => {
    const headers = { Accept: "application/json", "X-Plex-Token": token, "X-Plex-Client-Identifier": "a test" };
    return fetch(`${simulator.url}${path}`, { ...init, headers: { ...headers, ...(init.headers as object) } });
  };
  const uriOf = (film: number, server = simulator.machineIdentifier) =>
    encodeURIComponent(`server://${server}/com.plexapp.plugins.library/library/metadata/${film}`);
  const makeQueue = async () => {
    const answer = await ask(`/playQueues?type=video&uri=${uriOf(1)}`, { method: "POST" });
    return ((await answer.json()) as { MediaContainer: { playQueueID: number } }).MediaContainer.playQueueID;
  };
  const sessions = async () => {
    const answer = await ask("/status/sessions");
    const { MediaContainer } = (await answer.json()) as {
      MediaContainer: { Metadata?: { title: string; Player: { machineIdentifier: string; state: string } }[] };
    };
    return MediaContainer.Metadata?.map(({ title, Player }) => [title, Player.state]);
  };
  const command = (path: string, target = player.machineIdentifier) =>
    fetch(`${player.url}${path}`, { headers: { "X-Plex-Target-Client-Identifier": target } });
  const order = async (changes: Record<string, string> = {}) => {
    const { hostname: address, port } = new URL(simulator.url);
    const query = new URLSearchParams({
      machineIdentifier: simulator.machineIdentifier,
      protocol: "http",
      address,
      port,
      key: "/library/metadata/1",
      containerKey: `/playQueues/${await makeQueue()}?window=100&own=1`,
      type: "video",
      commandID: "1",
      token: simulator.token,
      ...changes,
    });
    return command(`/player/playback/playMedia?${query.toString()}`);
  };

  it("makes a play queue of a film of this server alone, for a client that says who it is", async () => {
    assert.equal((await ask(`/playQueues/${await makeQueue()}?window=100`)).status, 200);
    assert.equal((await ask("/playQueues/1")).status, 404);
    for (const [query, init] of [
      [`type=video&uri=${uriOf(99)}`, {}],
      [`type=video&uri=${uriOf(1, "another")}`, {}],
      [`uri=${uriOf(1)}`, {}],
      [`type=video&uri=${uriOf(1)}`, { headers: { "X-Plex-Client-Identifier": "" } }],
    ] as const) {
      assert.equal((await ask(`/playQueues?${query}`, { method: "POST", ...init })).status, 400, query);
    }
    assert.equal((await ask("/playQueues", { method: "POST", token: "wrong" })).status, 401);
  });

  it("plays only what it could really fetch", async () => {
    for (const changes of [{ token: "wrong" }, { containerKey: "/playQueues/1" }, { port: "1" }]) {
      assert.equal((await order(changes)).status, 200);
      await assert.rejects(player.until("playing"));
      assert.equal(player.state, "stopped");
    }
    await order();
    await player.until("playing");
    assert.equal(player.media!.bytes, 16044);
    await player.press("stop");
  });

  it("takes no order that is not whole, and none for another player", async () => {
    assert.equal((await order({ containerKey: "" })).status, 400);
    assert.equal((await command("/player/playback/pause", "another")).status, 404);
    assert.equal((await command("/player/playback/dance")).status, 404);
  });

  it("tells the server what it does, and those who ask", async () => {
    assert.equal(await sessions(), undefined);
    await putOn(player, simulator, 2);
    assert.deepEqual(await sessions(), [["Paper Harbour", "playing"]]);
    await command("/player/playback/pause?type=video&commandID=2");
    assert.deepEqual(await sessions(), [["Paper Harbour", "paused"]]);
    const poll = await (await command("/player/timeline/poll?wait=0&commandID=3")).text();
    assert.match(poll, /commandID="3"/);
    assert.match(poll, /type="video" state="paused" ratingKey="2"/);
    await command("/player/playback/stop?type=video&commandID=4");
    assert.equal(await sessions(), undefined);
    assert.match(await (await fetch(`${player.url}/resources`)).text(), new RegExp(player.machineIdentifier));
  });

  it("tells its owner, page by page, what was seen", async () => {
    const history = async (query = "") => {
      const answer = await ask(`/status/sessions/history/all${query}`);
      const { MediaContainer } = (await answer.json()) as {
        MediaContainer: { totalSize: number; Metadata?: { ratingKey: string }[] };
      };
      return [MediaContainer.totalSize, ...(MediaContainer.Metadata?.map(({ ratingKey }) => ratingKey) ?? [])];
    };
    assert.deepEqual(await history(), [0]);
    for (const film of [2, 1]) await ask(`/:/scrobble?key=${film}&identifier=com.plexapp.plugins.library`);
    assert.deepEqual(await history(), [2, "2", "1"]);
    assert.deepEqual(await history("?X-Plex-Container-Start=1&X-Plex-Container-Size=1"), [2, "1"]);
    assert.equal((await ask("/status/sessions/history/all", { token: "wrong" })).status, 401);
  });

  it("shows sessions to the owner alone", async () => {
    const source = encodeURIComponent(simulator.sharedServer);
    const answer = await ask(`/security/resources?source=${source}`);
    const { MediaContainer } = (await answer.json()) as { MediaContainer: { Device: { accessToken: string } } };
    const headers = { "X-Plex-Token": MediaContainer.Device.accessToken };
    assert.equal((await fetch(`${simulator.sharedUrl}/status/sessions`, { headers })).status, 403);
  });

  it("has a Cast-like receiver that says when it could not load", async () => {
    const cast = await startCastReceiver();
    const load = async (body: string) => {
      const answer = await fetch(`${cast.url}/load`, { method: "POST", body });
      return [answer.status, ((await answer.json()) as { type: string }).type];
    };
    const { hostname: address, port } = new URL(simulator.url);
    const server = { protocol: "http", address, port, accessToken: "wrong" };
    const customData = { server, containerKey: `/playQueues/${await makeQueue()}` };
    assert.deepEqual(await load(JSON.stringify({ type: "LOAD", requestId: 1, media: { customData } })), [
      502,
      "LOAD_FAILED",
    ]);
    assert.equal(cast.media, undefined);
    assert.deepEqual(await load("{"), [400, "INVALID_REQUEST"]);
    await cast.close();
  });
});
