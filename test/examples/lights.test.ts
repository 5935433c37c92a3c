import assert from "node:assert/strict";
import type { Viewer } from "../../simulator";
import { useHome } from "../../testing/flows/home";

const NAME = "17 - Lights for the film";
const LIGHT = "home/light/living-room/set";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 0);
  let viewer: Viewer;
  beforeEach(() => {
    viewer = home.simulator.viewer({ machineIdentifier: "tv", name: "Living Room TV" });
  });
  afterEach(() => {
    viewer.stop();
  });

  /** How bright the light is to be, as often as it was told. */
  const brightness = async (count: number) => {
    const told = await home.broker.answers(LIGHT, count);
    return told.map(({ text }) => {
      const { brightness, ...rest } = JSON.parse(text) as { brightness: number };
      assert.deepEqual(rest, { state: "ON", transition: 2 });
      return brightness;
    });
  };

  it("goes down with the film, half up in a pause, and up at its end", async () => {
    const flow = await home.listen();
    viewer.play(1);
    assert.deepEqual(await brightness(1), [10]);
    viewer.pause();
    assert.deepEqual(await brightness(2), [10, 100]);
    viewer.resume();
    assert.deepEqual(await brightness(3), [10, 100, 10]);
    viewer.stop();
    assert.deepEqual(await brightness(4), [10, 100, 10, 254]);
    assert.ok(home.broker.published.every(({ topic, retain }) => topic === LIGHT && !retain));
    assert.deepEqual(flow.complaints, []);
  });

  it("does not flicker on a jump, and not between two episodes", async () => {
    const flow = await home.listen();
    viewer.play({ ratingKey: "71", type: "episode", title: "The Storm", duration: 1_500_000 });
    await brightness(1);
    viewer.seek(600_000);
    viewer.stop(1_500_000);
    viewer.play({ ratingKey: "72", type: "episode", title: "The Calm", duration: 1_500_000 });
    viewer.pause();
    assert.deepEqual(await brightness(2), [10, 100]);
    assert.deepEqual(flow.complaints, []);
  });

  it("leaves the light alone for music, trailers and other players", async () => {
    const flow = await home.listen();
    const happened = flow.watch("What happened?");
    const other = home.simulator.viewer({ machineIdentifier: "tablet", name: "Tablet" });
    // Long enough for the server to be asked what it is.
    const meanwhile = () => new Promise((resolve) => setTimeout(resolve, 300));
    other.play(1);
    for (const [ratingKey, type] of [
      ["81", "track"],
      ["91", "clip"],
    ] as const) {
      viewer.play({ ratingKey, type, title: "Soon", duration: 200_000 });
      await meanwhile();
      viewer.stop();
      await meanwhile();
    }
    viewer.play(2);
    const { player, media } = (await happened.next()).payload as { player: { id: string }; media: { title: string } };
    assert.deepEqual([player.id, media.title], ["tv", "Paper Harbour"]);
    assert.deepEqual(await brightness(1), [10]);
    other.stop();
  });

  it("does the same for its button, and shows it", async () => {
    const flow = await home.listen();
    const shown = flow.watch("What the light is told");
    flow.press("Try it");
    assert.deepEqual((await shown.next()).payload, { state: "ON", brightness: 10, transition: 2 });
    assert.deepEqual(await brightness(1), [10]);
  });
});
