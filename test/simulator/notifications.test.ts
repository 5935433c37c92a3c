import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startSimulator, type Simulator } from "../../simulator";
import { ask, container } from "../../testing/http/ask";

interface Listener {
  readonly text: () => string;
  readonly ended: Promise<unknown>;
  readonly stop: () => void;
}

describe("simulator: notifications", () => {
  let simulator: Simulator;
  const listeners: Listener[] = [];

  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(async () => {
    for (const { stop } of listeners.splice(0)) stop();
    await simulator.close();
  });

  const listen = async (query = "", token = simulator.token): Promise<Listener & { readonly answer: Response }> => {
    const controller = new AbortController();
    const answer = await fetch(`${simulator.url}/:/eventsource/notifications${query}`, {
      headers: { "X-Plex-Token": token },
      signal: controller.signal,
    });
    let text = "";
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
    };
    const stop = () => {
      controller.abort();
    };
    const listener = { answer, text: () => text, ended: read().catch((error: unknown) => error), stop };
    listeners.push(listener);
    return listener;
  };
  const sessions = async () => {
    const headers = { "X-Plex-Token": simulator.token, Accept: "application/json" };
    return (container(await ask(`${simulator.url}/status/sessions`, { headers }))["Metadata"] ?? []) as object[];
  };

  it("come as events with one bare object each, to who has a token", async () => {
    assert.equal((await listen("", "wrong")).answer.status, 401);
    const { answer, text } = await listen();
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    simulator.notifications.send("status", { title: "a" }, { title: "b" });
    await sleep(50);
    assert.equal(
      text(),
      'event: status\ndata: {"StatusNotification":{"title":"a"}}\n\n' +
        'event: status\ndata: {"StatusNotification":{"title":"b"}}\n\n',
    );
  });

  it("are those that were asked for: without filters all but the log", async () => {
    const types = ["playing", "timeline", "log"];
    const queries = ["", "?filters=playing,timeline", "?filters=timeline", "?filters=-timeline,-log", "?filters="];
    const all = await Promise.all(queries.map((query) => listen(query)));
    for (const type of types) simulator.notifications.send(type, {});
    await sleep(50);
    assert.deepEqual(
      all.map(({ text }) => [...text().matchAll(/event: (\w+)/g)].map(([, type]) => type)),
      [["playing", "timeline"], ["playing", "timeline"], ["timeline"], ["playing"], types],
    );
  });

  it("ping, unless the server hangs", async () => {
    simulator.notifications.pingInterval = 20;
    const { text } = await listen();
    await sleep(100);
    assert.match(text(), /^(event: ping\ndata: \{\}\n\n){2,}$/);
    simulator.notifications.pingInterval = 0;
    const { length } = text();
    await sleep(100);
    assert.ok(text().length <= length + 40);
  });

  it("may begin with the head of the answer only when there is something to tell", async () => {
    simulator.notifications.lateHead = true;
    const begun = Date.now();
    setTimeout(() => {
      simulator.notifications.send("status", {});
    }, 150);
    await listen();
    assert.ok(Date.now() - begun > 140);
  });

  it("end when the server wants, with a FIN or a reset", async () => {
    const first = await listen();
    simulator.notifications.end();
    assert.equal(await first.ended, undefined);
    const second = await listen();
    simulator.notifications.end("reset");
    assert.ok((await second.ended) instanceof Error);
    assert.equal(simulator.notifications.open, 0);
  });

  it("tell what a viewer does, whom the list of sessions has until the stop", async () => {
    const { text } = await listen("?filters=playing");
    const viewer = simulator.viewer({ name: "Kitchen", user: { id: "7", title: "anna" } });
    viewer.play(2, 100);
    viewer.pause();
    const [session] = (await sessions()) as { sessionKey: string; Player: { title: string; state: string } }[];
    assert.deepEqual([session?.sessionKey, session?.Player.title, session?.Player.state], ["1", "Kitchen", "paused"]);
    viewer.stop(900);
    assert.deepEqual(await sessions(), []);
    await sleep(50);
    const told = [...text().matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => (JSON.parse(data ?? "") as { PlaySessionStateNotification: object }).PlaySessionStateNotification,
    );
    const entry = { sessionKey: "1", clientIdentifier: "simulated-tv", guid: "", ratingKey: "2", url: "" };
    assert.deepEqual(told, [
      { ...entry, key: "/library/metadata/2", viewOffset: 100, state: "playing" },
      { ...entry, key: "/library/metadata/2", viewOffset: 100, state: "paused" },
      { ...entry, key: "/library/metadata/2", viewOffset: 900, state: "stopped" },
    ]);
  });

  it("give a new key to each session, and begin with 1 after a restart", async () => {
    const keys = async () => (await sessions()).map((session) => (session as { sessionKey: string }).sessionKey);
    const [viewer, other] = [simulator.viewer(), simulator.viewer({ machineIdentifier: "other" })];
    viewer.play();
    other.play();
    viewer.seek(500);
    assert.deepEqual((await keys()).sort(), ["2", "3"]);
    simulator.restart();
    assert.deepEqual(await keys(), []);
    other.play();
    assert.deepEqual(await keys(), ["1"]);
    other.vanish();
    assert.deepEqual(await keys(), []);
  });
});
