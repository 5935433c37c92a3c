import assert from "node:assert/strict";
import { startPlayer } from "../../simulator";
import type { RunningExample } from "../../testing/flows/examples-runtime";
import { HINT, useHome } from "../../testing/flows/home";
import { putOn, wordsOf } from "../../testing/flows/player";

const NAME = "09 - Pause for the doorbell";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 1);
  const commands = () => home.player.requests.map(({ path }) => path.replace("/player/playback/", ""));
  const watch = (film?: number) => putOn(home.player, home.simulator, film);

  it("pauses what plays, and resumes it after the talk", async () => {
    await watch();
    home.simulator.requests.length = 0;
    const flow = await home.deploy();
    const result = flow.watch("Result");
    home.broker.publish("home/doorbell", "ring");
    assert.equal((await result.next()).payload, "pause");
    assert.equal(home.player.state, "paused");
    home.broker.publish("home/doorbell", "over");
    assert.equal((await result.next()).payload, "play");
    assert.equal(home.player.state, "playing");
    assert.deepEqual(commands(), ["pause", "play"]);
    const [first, second] = home.player.requests.map(({ query }) => Number(query.get("commandID")));
    assert.ok(second! > first!);
    assert.deepEqual(
      home.player.requests.map(({ query }) => query.get("type")),
      ["video", "video"],
    );
    assert.ok(!/transient-|token/i.test(wordsOf(home.player.requests)));
    const asked = home.simulator.requests.filter(({ path }) => path === "/status/sessions");
    assert.deepEqual(
      asked.map(({ url, headers }) => [url, headers["x-plex-token"] === home.simulator.token]),
      [
        ["/status/sessions", true],
        ["/status/sessions", true],
      ],
    );
    assert.deepEqual(flow.complaints, []);
  });

  /** Sends events one after the other, and tells what was to be done each time. */
  const happen = async (flow: RunningExample, events: readonly (string | (() => Promise<void>))[]) => {
    const [decided, result] = [flow.watch("Anything to do?"), flow.watch("Result")];
    const told: unknown[] = [];
    for (const event of events) {
      if (typeof event !== "string") {
        await event();
        continue;
      }
      home.broker.publish("home/doorbell", event);
      const { command } = (await decided.next()) as unknown as { command: string };
      if (command !== "") await result.next();
      told.push(command);
    }
    return told;
  };
  const by = (command: "play" | "pause" | "stop") => () => home.player.press(command);

  for (const [what, events, expected] of [
    ["leaves alone what nobody watches", [by("stop"), "ring", "over"], ["", ""]],
    ["leaves paused what the viewer had paused", [by("pause"), "ring", "over"], ["", ""]],
    ["does not start again what was stopped during the talk", ["ring", by("stop"), "over"], ["pause", ""]],
    ["does not meddle when the viewer has resumed it", ["ring", by("play"), "over"], ["pause", ""]],
    ["resumes once when it rang twice", ["ring", "ring", "over", "over"], ["pause", "", "play", ""]],
    ["pauses again at the next ring", ["ring", "over", "ring", "over"], ["pause", "play", "pause", "play"]],
    [
      "forgets what it had paused once the talk is over",
      ["ring", by("play"), "over", by("pause"), "over"],
      ["pause", "", ""],
    ],
  ] as const) {
    it(what, async () => {
      await watch();
      const flow = await home.deploy();
      assert.deepEqual(await happen(flow, events), expected);
      assert.deepEqual(
        commands(),
        expected.filter((command) => (command as string) !== ""),
      );
      assert.deepEqual(flow.complaints, []);
    });
  }

  it("leaves other players alone", async () => {
    const other = await startPlayer();
    try {
      await putOn(other, home.simulator);
      const flow = await home.deploy();
      assert.deepEqual(await happen(flow, ["ring", "over"]), ["", ""]);
      assert.equal(other.state, "playing");
      await other.press("stop");
    } finally {
      await other.close();
    }
  });

  it("asks nothing where it did not ring", async () => {
    await watch();
    home.simulator.requests.length = 0;
    const flow = await home.deploy();
    home.broker.publish("home/doorbell", "battery low");
    assert.deepEqual(await happen(flow, ["ring"]), ["pause"]);
    home.theRequest("/status/sessions");
  });

  it("tells what is wrong", async () => {
    const flow = await home.deploy({ token: "not-the-owners" });
    const result = flow.watch("Result");
    flow.press("Ring");
    assert.equal((await home.told("home/doorbell-error"))["hint"], HINT);
    assert.equal(((await result.next()).payload as { code: string }).code, "unauthorized");
    assert.deepEqual(home.player.requests, []);
  });

  it("tells when the player is gone, and has then paused nothing", async () => {
    await watch();
    const flow = await home.deploy();
    await home.player.close();
    flow.press("Ring");
    assert.equal((await home.told("home/doorbell-error"))["code"], "not-found");
    home.theRequest("/player/playback/pause");
    const decided = flow.watch("Anything to do?");
    flow.press("Talk is over");
    assert.equal((await decided.next())["command"], "");
    await home.player.press("stop");
  });
});
