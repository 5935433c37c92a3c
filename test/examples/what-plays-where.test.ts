import assert from "node:assert/strict";
import type { Viewer } from "../../simulator";
import { useHome } from "../../testing/flows/home";

const NAME = "20 - What plays where";
const topic = (player: string) => `home/plex/player/${player}`;

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 1);
  const viewers: Viewer[] = [];
  const watch = (name: string) => {
    const viewer = home.simulator.viewer({ machineIdentifier: name, name });
    viewers.push(viewer);
    return viewer;
  };
  afterEach(() => {
    for (const viewer of viewers.splice(0)) viewer.stop();
  });
  const start = () => home.listen({ config: { inject: { onceDelay: "0.2" } } });
  const told = async (player: string, count: number) => {
    const all = await home.broker.answers(topic(player), count);
    assert.ok(all.slice(-count).every(({ retain }) => retain));
    return all.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  };

  it("keeps what each player does in a topic of its own", async () => {
    const flow = await start();
    const [tv, tablet] = [watch("Living Room TV"), watch("Küche / Tablet #1")];
    tv.play(1);
    const [first] = await told("living-room-tv", 1);
    assert.equal(typeof first!["at"], "number");
    const film = { type: "movie", title: "The Lantern Keeper", show: null, season: null, episode: null, artist: null };
    const who = { user: "viewer", position: 0, duration: 1000 };
    assert.deepEqual(first, { state: "playing", player: "Living Room TV", at: first!["at"], ...film, ...who });
    tablet.play(2);
    tv.pause();
    tv.resume();
    tv.stop();
    const states = (await told("living-room-tv", 4)).map(({ state }) => state);
    assert.deepEqual(states, ["playing", "paused", "playing", "idle"]);
    assert.equal((await told("küche-tablet-1", 1))[0]!["title"], "Paper Harbour");
    const idle = (await told("living-room-tv", 4))[3]!;
    assert.deepEqual(idle, { state: "idle", player: "Living Room TV", at: idle["at"] });
    assert.deepEqual(flow.complaints, []);
  });

  it("sets right what changed while Node-RED was off", async () => {
    const old = (player: string, state: string) => JSON.stringify({ state, player, at: 1 });
    home.broker.publish(topic("attic"), old("Attic", "playing"), true);
    home.broker.publish(topic("cellar"), old("Cellar", "idle"), true);
    home.broker.publish(topic("living-room-tv"), old("Living Room TV", "idle"), true);
    const tv = watch("Living Room TV");
    tv.play(2, 300);
    tv.pause();
    await Promise.all(["attic", "cellar", "living-room-tv"].map((player) => told(player, 1)));
    home.broker.published.length = 0;
    const flow = await start();
    const [now] = await told("living-room-tv", 1);
    const { at, ...rest } = now!;
    assert.equal(typeof at, "number");
    assert.deepEqual(rest, {
      ...{ state: "paused", player: "Living Room TV", type: "movie", title: "Paper Harbour", show: null, artist: null },
      ...{ season: null, episode: null, user: "viewer", position: 300, duration: 1000 },
    });
    assert.equal((await told("attic", 1))[0]!["state"], "idle");
    assert.equal((await home.broker.answer("home/plex/server")).text, "online");
    // What comes after that would come before this.
    tv.stop();
    assert.equal((await told("living-room-tv", 2))[1]!["state"], "idle");
    assert.ok(!home.broker.published.some((message) => message.topic === topic("cellar")));
    assert.deepEqual(flow.complaints, []);
  });

  it("tells when the server is gone, and when it is back", async () => {
    const flow = await start();
    await home.broker.answers("home/plex/server", 1);
    home.simulator.notifications.end("reset");
    const answers = await home.broker.answers("home/plex/server", 3);
    assert.deepEqual(
      answers.map(({ text, retain }) => [text, retain]),
      [
        ["online", true],
        ["offline", true],
        ["online", true],
      ],
    );
    assert.deepEqual(flow.complaints, []);
  }).timeout(20_000);

  it("shows what is wrong", async () => {
    const flow = await home.deploy({ token: "not-the-owners", config: { inject: { onceDelay: "0.5" } } });
    const error = flow.watch("Error");
    assert.equal((await error.next()).error?.["code"], "unauthorized");
    assert.equal((await home.broker.answer("home/plex/server")).text, "offline");
  });
});
