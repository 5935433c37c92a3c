import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  faults,
  startCastReceiver,
  startPlayer,
  startSimulator,
  type CastReceiver,
  type SimulatedPlayer,
  type Simulator,
} from "../../simulator";
import { listExamples } from "../../testing/flows/examples";
import { TestBroker } from "../../testing/flows/examples-broker";
import { RunningExample, type Entered } from "../../testing/flows/examples-runtime";
import { putOn, wordsOf } from "../../testing/flows/player";

const TRANSIENT = /^transient-[0-9a-f-]{36}$/;
const HINT = "Sign in again or enter a new X-Plex-Token in the plex-config node.";
const UNAUTHORIZED = `The server does not accept the token. ${HINT}`;
/** What the core http request node says by itself about an answer in HTML. */
const NOT_JSON = "httpin.errors.json-error";

describe("flows for a home", () => {
  let simulator: Simulator;
  let player: SimulatedPlayer;
  let cast: CastReceiver;
  let broker: TestBroker;
  let running: RunningExample | undefined;
  const deployed = new Set<string>();

  before(async () => {
    simulator = await startSimulator();
  });
  after(() => simulator.close());
  beforeEach(async () => {
    [player, cast, broker] = await Promise.all([startPlayer(), startCastReceiver(), TestBroker.start()]);
    simulator.requests.length = 0;
  });
  afterEach(async () => {
    // The flow first: it would complain of a broker that is gone.
    await running?.stop();
    running = undefined;
    simulator.clearFaults();
    await Promise.all([player.close(), cast.close(), broker.stop()]);
  });

  /** Imports an example, enters what its comment says, and waits until it listens to its topics. */
  const deploy = async (name: string, topics: number, entered: Partial<Entered> = {}) => {
    deployed.add(name);
    const subscribed = broker.subscriptions(topics);
    const { placeholders, ...rest } = entered;
    running = await RunningExample.deploy(name, {
      url: simulator.url,
      token: simulator.token,
      source: simulator.sharedServer,
      placeholders: {
        "http://192.168.1.20:32500": player.url,
        "the-identifier-of-your-player": player.machineIdentifier,
        "http://192.168.1.30:8080": cast.url,
        ...placeholders,
      },
      config: { "mqtt-broker": { broker: "127.0.0.1", port: String(broker.port) } },
      ...rest,
    });
    await subscribed;
    return running;
  };

  const errorOn = async (topic: string) => JSON.parse((await broker.answer(topic)).text) as Record<string, unknown>;

  /** The one request for a path, of all that came. */
  const theRequest = (path: string, method = "GET") => {
    const found = simulator.requests.filter((request) => request.path === path && request.method === method);
    assert.equal(found.length, 1, path);
    return found[0]!;
  };

  describe("08 - Play a film on a TV with an MQTT button", () => {
    const start = (entered?: Partial<Entered>) => deploy("08 - Play a film on a TV with an MQTT button", 2, entered);

    it("plays a film of the own server, and the player never sees the account token", async () => {
      const flow = await start();
      const playing = flow.watch("Playing");
      broker.publish("home/play/tv", "2");
      await player.until("playing");
      const { title, bytes, server, token } = player.media!;
      assert.deepEqual([title, bytes, server], ["Paper Harbour", 16044, simulator.url]);
      assert.match(token, TRANSIENT);

      const shown = await playing.next();
      const queue = (shown.payload as { queue: string }).queue;
      assert.deepEqual(shown.payload, { film: "2", on: "tv", queue });
      assert.ok(!JSON.stringify(shown).includes("transient-"));

      const [order, ...others] = player.requests;
      assert.deepEqual(others, []);
      const { hostname, port } = new URL(simulator.url);
      assert.deepEqual(Object.fromEntries(order!.query), {
        providerIdentifier: "com.plexapp.plugins.library",
        machineIdentifier: simulator.machineIdentifier,
        protocol: "http",
        address: hostname,
        port,
        key: "/library/metadata/2",
        offset: "0",
        type: "video",
        containerKey: `/playQueues/${queue}?window=100&own=1`,
        commandID: "1",
        token,
      });
      assert.equal(order!.headers["x-plex-target-client-identifier"], player.machineIdentifier);
      assert.equal(order!.headers["x-plex-token"], undefined);
      assert.ok(!wordsOf(player.requests).includes(simulator.token));
      assert.deepEqual(flow.complaints, []);
    });

    it("sends the token to the server in a header, and never in an address", async () => {
      await start();
      broker.publish("home/play/tv", "1");
      await player.until("playing");
      const made = theRequest("/playQueues", "POST");
      assert.equal(made.headers["x-plex-token"], player.media!.token);
      assert.match(made.headers["x-plex-client-identifier"] as string, /^node-red-[0-9a-f]{16}$/);
      assert.equal(theRequest("/identity").headers["x-plex-token"], undefined);
      for (const { url } of simulator.requests) assert.ok(!/transient-|token=/i.test(url), url);
    });

    it("plays a friend's film from the friend's server, with that server's token", async () => {
      const flow = await start();
      broker.publish("home/play-shared/tv", "1");
      await player.until("playing");
      const { server, token } = player.media!;
      assert.equal(server, simulator.sharedUrl);
      assert.match(token, TRANSIENT);
      assert.equal(player.requests[0]!.query.get("machineIdentifier"), simulator.sharedServer.replace("server://", ""));
      const atFriend = simulator.requests.filter((request) => request.server === "shared");
      assert.ok(!wordsOf(atFriend).includes(simulator.token));
      assert.equal(atFriend[0]!.path, "/identity");
      assert.equal(atFriend[0]!.headers["x-plex-token"], undefined);
      assert.ok(!wordsOf(player.requests).includes(simulator.token));
      assert.deepEqual(flow.complaints, []);
    });

    it("loads a film on a Cast device", async () => {
      const flow = await start();
      const playing = flow.watch("Playing");
      broker.publish("home/play/cast", "1");
      assert.equal(((await playing.next()).payload as { on: string }).on, "cast");
      assert.deepEqual([cast.media!.title, cast.media!.bytes], ["The Lantern Keeper", 16044]);
      assert.match(cast.media!.token, TRANSIENT);
      assert.ok(!wordsOf(cast.requests).includes("token"));
      assert.deepEqual(player.requests, []);
      assert.deepEqual(flow.complaints, []);
    });

    it("counts its commands, and its buttons do the same", async () => {
      const flow = await start();
      const playing = flow.watch("Playing");
      for (const button of ["On the TV", "A friend's film on the TV", "On the Cast device"]) {
        flow.press(button);
        await playing.next();
      }
      assert.deepEqual(
        player.requests.map(({ query }) => query.get("commandID")),
        ["1", "2"],
      );
      assert.equal(cast.media!.server, simulator.url);
      assert.deepEqual(flow.complaints, []);
    });

    it("lets nothing but a number into the addresses", async () => {
      await start();
      broker.publish("home/play/tv", "1&token=x");
      assert.equal((await errorOn("home/play-error"))["code"], "bad-film");
      assert.deepEqual([...simulator.requests, ...player.requests], []);
    });

    it("tells what the orange nodes say", async () => {
      const flow = await start({ token: "not-the-owners" });
      broker.publish("home/play/tv", "1");
      assert.deepEqual(await errorOn("home/play-error"), { code: "unauthorized", message: UNAUTHORIZED, hint: HINT });
      assert.deepEqual(player.requests, []);
      assert.deepEqual(flow.complaints, []);
    });

    it("tells when a friend's server cannot be reached", async () => {
      const known = simulator.connections("shared");
      simulator.setConnections("shared", known.slice(0, 1));
      const flow = await start();
      broker.publish("home/play-shared/tv", "1");
      assert.equal((await errorOn("home/play-error"))["code"], "no-connection");
      assert.deepEqual(flow.complaints, []);
      simulator.setConnections("shared", known);
    });

    it("tells when the server has no such film", async () => {
      const flow = await start();
      broker.publish("home/play/tv", "99");
      const message = "The Plex server answered with 400.";
      assert.deepEqual(await errorOn("home/play-error"), { code: "400", message });
      assert.deepEqual(player.requests, []);
      assert.deepEqual(flow.complaints, [NOT_JSON]);
    });

    for (const [what, spoil, code] of [
      [
        "refuses",
        () => {
          player.fault(faults.status(500));
        },
        "500",
      ],
      ["is off", () => player.close(), "ECONNREFUSED"],
    ] as const) {
      it(`tells when the player ${what}, without the token that was in its address`, async () => {
        const flow = await start();
        await spoil();
        broker.publish("home/play/tv", "1");
        const { text } = await broker.answer("home/play-error");
        assert.deepEqual(JSON.parse(text), { code, message: `The player answered with ${code}.` });
        assert.ok(!flow.complaints.join("\n").includes("transient-"));
      });
    }

    it("tells when the Cast device could not load it", async () => {
      await start();
      simulator.fault(faults.status(500), { path: /^\/library\/parts\// });
      broker.publish("home/play/cast", "1");
      assert.equal((await errorOn("home/play-error"))["message"], "The Cast bridge answered with 502.");
      assert.equal(cast.media, undefined);
    });
  });

  describe("09 - Pause for the doorbell", () => {
    const start = (entered?: Partial<Entered>) => deploy("09 - Pause for the doorbell", 1, entered);
    const commands = () => player.requests.map(({ path }) => path.replace("/player/playback/", ""));

    it("pauses what plays, and resumes it after the talk", async () => {
      await putOn(player, simulator);
      simulator.requests.length = 0;
      const flow = await start();
      const done = flow.watch("Done");
      broker.publish("home/doorbell", "ring");
      assert.equal((await done.next()).payload, "pause");
      assert.equal(player.state, "paused");
      broker.publish("home/doorbell", "over");
      assert.equal((await done.next()).payload, "play");
      assert.equal(player.state, "playing");
      assert.deepEqual(commands(), ["pause", "play"]);
      assert.deepEqual(
        player.requests.map(({ query }) => [query.get("commandID"), query.get("type")]),
        [
          ["1", "video"],
          ["2", "video"],
        ],
      );
      assert.ok(!/transient-|token/i.test(wordsOf(player.requests)));
      const asked = simulator.requests.filter(({ path }) => path === "/status/sessions");
      assert.deepEqual(
        asked.map(({ url, headers }) => [url, TRANSIENT.test(String(headers["x-plex-token"]))]),
        [
          ["/status/sessions", true],
          ["/status/sessions", true],
        ],
      );
      assert.deepEqual(flow.complaints, []);
    });

    /** Sends events one after the other, and tells what was to be done each time. */
    const happen = async (flow: RunningExample, events: readonly (string | (() => Promise<void>))[]) => {
      const [decided, done] = [flow.watch("Anything to do?"), flow.watch("Done")];
      const told: unknown[] = [];
      for (const event of events) {
        if (typeof event !== "string") {
          await event();
          continue;
        }
        broker.publish("home/doorbell", event);
        const { command } = (await decided.next()) as unknown as { command: string };
        if (command !== "") await done.next();
        told.push(command);
      }
      return told;
    };
    const by = (command: "play" | "pause" | "stop") => () => player.press(command);

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
        await putOn(player, simulator);
        const flow = await start();
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
        await putOn(other, simulator);
        const flow = await start();
        assert.deepEqual(await happen(flow, ["ring", "over"]), ["", ""]);
        assert.equal(other.state, "playing");
        await other.press("stop");
      } finally {
        await other.close();
      }
    });

    it("tells what is wrong", async () => {
      const flow = await start({ token: "not-the-owners" });
      flow.press("Ring");
      assert.equal((await errorOn("home/doorbell-error"))["hint"], HINT);
      assert.deepEqual(player.requests, []);
    });

    it("tells when the player is gone, and has then paused nothing", async () => {
      await putOn(player, simulator);
      const flow = await start();
      await player.close();
      flow.press("Ring");
      assert.equal((await errorOn("home/doorbell-error"))["code"], "ECONNREFUSED");
      const decided = flow.watch("Anything to do?");
      flow.press("Talk is over");
      assert.equal((await decided.next())["command"], "");
      await player.press("stop");
    });
  });

  describe("10 - Hand a poster or a stream to a dashboard or a speaker", () => {
    const name = "10 - Hand a poster or a stream to a dashboard or a speaker";
    const start = (entered?: Partial<Entered>) => deploy(name, 2, entered);
    const mints = () => simulator.requests.filter(({ path }) => path === "/security/token").length;

    it("leads a dashboard to posters, all with one token", async () => {
      const flow = await start();
      const base = await flow.serve();
      const answers = await Promise.all(
        [1, 2, 1, 2].map((item) => fetch(`${base}/plex/poster/${item}`, { redirect: "manual" })),
      );
      for (const answer of answers) {
        assert.equal(answer.status, 302);
        assert.equal(answer.headers.get("cache-control"), "no-store");
        assert.equal(await answer.text(), "");
        const location = answer.headers.get("location")!;
        assert.match(location, /\/library\/metadata\/[12]\/thumb\/\d+\?X-Plex-Token=transient-/);
        const poster = await fetch(location);
        assert.equal(poster.headers.get("content-type"), "image/png");
      }
      assert.equal(mints(), 1);
      const asked = simulator.requests.filter(({ path }) => /^\/library\/metadata\/\d$/.test(path));
      assert.equal(asked.length, 4);
      for (const { url, headers } of asked) {
        assert.ok(!url.includes("transient-"));
        assert.match(String(headers["x-plex-token"]), TRANSIENT);
      }
      assert.deepEqual(flow.complaints, []);
    });

    it("gets a new token by itself after a restart of the server", async () => {
      const flow = await start();
      const base = await flow.serve();
      assert.equal((await fetch(`${base}/plex/poster/1`)).status, 200);
      simulator.restart();
      assert.equal((await fetch(`${base}/plex/poster/1`)).status, 200);
      assert.equal((await fetch(`${base}/plex/poster/2`)).status, 200);
      assert.equal(mints(), 2);
    });

    it("asks for a new token once only", async () => {
      const flow = await start();
      const base = await flow.serve();
      simulator.fault(faults.status(401), { path: "/library/metadata/1", times: Infinity });
      const answer = await fetch(`${base}/plex/poster/1`);
      assert.equal(answer.status, 502);
      assert.deepEqual(await answer.json(), { code: "401", message: "The Plex server answered with 401." });
      assert.equal(mints(), 2);
    });

    it("gives a speaker an address that plays, and that the broker does not keep", async () => {
      const flow = await start();
      broker.publish("home/media/speaker", "1", true);
      const answer = await broker.answer("home/speaker/url");
      assert.equal(answer.retain, false);
      const file = await fetch(answer.text);
      assert.equal((await file.arrayBuffer()).byteLength, 16044);
      assert.deepEqual(flow.complaints, []);
    });

    describe("with Home Assistant", () => {
      let assistant: Server;
      const calls: { url: string; authorization: string; body: unknown }[] = [];
      let status = 200;
      beforeEach(async () => {
        calls.length = 0;
        status = 200;
        assistant = createServer((req, res) => {
          let text = "";
          req.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          req.on("end", () => {
            const { authorization = "" } = req.headers;
            calls.push({ url: `${req.method ?? ""} ${req.url ?? ""}`, authorization, body: JSON.parse(text) });
            res.writeHead(status).end("[]");
          });
        });
        await new Promise<void>((resolve) => assistant.listen(0, "127.0.0.1", resolve));
      });
      afterEach(() => {
        assistant.closeAllConnections();
        assistant.close();
      });
      const startWith = () => {
        const url = `http://127.0.0.1:${(assistant.address() as AddressInfo).port}`;
        const credentials = { "Home Assistant": { password: "of-home-assistant" } };
        return start({ placeholders: { "http://homeassistant.local:8123": url }, credentials });
      };

      it("calls media_player.play_media with an address that plays", async () => {
        const flow = await startWith();
        const playing = flow.watch("Playing");
        broker.publish("home/media/home-assistant", "2");
        const shown = await playing.next();
        assert.deepEqual(shown.payload, { item: "2", on: "media_player.kitchen" });
        assert.ok(!JSON.stringify(shown).includes("transient-"));
        const [{ url, authorization, body }] = calls as [(typeof calls)[0]];
        assert.equal(url, "POST /api/services/media_player/play_media");
        assert.equal(authorization, "Bearer of-home-assistant");
        const { media_content_id: media, ...rest } = body as Record<string, string>;
        assert.deepEqual(rest, { entity_id: "media_player.kitchen", media_content_type: "video" });
        assert.equal((await (await fetch(media!)).arrayBuffer()).byteLength, 16044);
        assert.ok(!media!.includes(simulator.token));
        assert.deepEqual(flow.complaints, []);
      });

      it("tells when it refuses", async () => {
        status = 401;
        await startWith();
        broker.publish("home/media/home-assistant", "2");
        const message = "Home Assistant answered with 401.";
        assert.deepEqual(await errorOn("home/media-error"), { code: "401", message });
      });
    });

    it("answers a dashboard 400, 404 and 502, with what is wrong", async () => {
      const flow = await start();
      const base = await flow.serve();
      for (const [item, status, code] of [
        ["1%3Fx", 400, "bad-item"],
        ["99", 404, "404"],
      ] as const) {
        const answer = await fetch(`${base}/plex/poster/${item}`);
        assert.equal(answer.status, status);
        assert.equal(((await answer.json()) as { code: string }).code, code);
      }
      await running?.stop();
      const wrong = await start({ token: "not-the-owners" });
      const answer = await fetch(`${await wrong.serve()}/plex/poster/1`);
      assert.equal(answer.status, 502);
      assert.deepEqual(await answer.json(), { code: "unauthorized", message: UNAUTHORIZED, hint: HINT });
    });

    it("says so when an item has no such file", async () => {
      await start();
      simulator.fault((_req, res) => res.end(JSON.stringify({ MediaContainer: { Metadata: [{ type: "show" }] } })), {
        path: "/library/metadata/1",
      });
      broker.publish("home/media/speaker", "1");
      assert.equal((await errorOn("home/media-error"))["code"], "not-found");
      assert.ok(!broker.published.some(({ topic }) => topic === "home/speaker/url"));
    });
  });

  describe("11 - List the newest films of a friend", () => {
    const start = (entered?: Partial<Entered>) => deploy("11 - List the newest films of a friend", 0, entered);
    const films = (...of: object[]) => JSON.stringify({ MediaContainer: { Metadata: of } });

    it("asks the friend's server over the connection that answers, with its own token", async () => {
      const flow = await start();
      const shown = flow.watch("Newest films");
      flow.press("The newest films");
      const msg = await shown.next();
      assert.deepEqual(msg.payload, [
        { film: "2", title: "Paper Harbour", year: 2023, added: "2026-01-01T00:00:02.000Z" },
        { film: "1", title: "The Lantern Keeper", year: 2019, added: "2026-01-01T00:00:01.000Z" },
      ]);
      assert.ok(!JSON.stringify(msg).includes("transient-"));
      const atFriend = simulator.requests.filter((request) => request.server === "shared");
      assert.deepEqual(
        atFriend.map(({ path }) => path),
        ["/identity", "/library/sections", "/library/sections/1/all"],
      );
      assert.equal(atFriend[2]!.query.get("sort"), "addedAt:desc");
      assert.ok(!wordsOf(atFriend).includes(simulator.token));
      for (const { url } of atFriend) assert.ok(!url.includes("transient-"));
      for (const { headers } of atFriend.slice(1)) assert.match(String(headers["x-plex-token"]), TRANSIENT);
      assert.deepEqual(flow.complaints, []);
    });

    it("puts the films of several libraries together, ten at most", async () => {
      const flow = await start();
      const shown = flow.watch("Newest films");
      const Directory = [
        { key: "1", type: "movie" },
        { key: "2", type: "show" },
        { key: "7", type: "movie" },
      ];
      simulator.fault((_req, res) => res.end(JSON.stringify({ MediaContainer: { Directory } })), {
        path: "/library/sections",
      });
      for (const [section, first] of [
        ["1", 0],
        ["7", 1],
      ] as const) {
        const list = Array.from({ length: 8 }, (_, index) => ({ title: "x", addedAt: first + 2 * index }));
        simulator.fault((_req, res) => res.end(films(...list)), { path: `/library/sections/${section}/all` });
      }
      flow.press("The newest films");
      const { payload } = await shown.next();
      const added = (payload as { added: string }[]).map((film) => Date.parse(film.added) / 1000);
      assert.deepEqual(added, [15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
      assert.equal(simulator.pendingFaults, 0);
    });

    it("shows a list where there is one film, and where there is none", async () => {
      const flow = await start();
      const shown = flow.watch("Newest films");
      for (const some of [[{ title: "Only", addedAt: 1 }], []]) {
        simulator.fault((_req, res) => res.end(films(...some)), { path: "/library/sections/1/all" });
        flow.press("The newest films");
        const { payload } = await shown.next();
        assert.ok(Array.isArray(payload));
        assert.equal(payload.length, some.length);
      }
    });

    it("says so when nothing is shared", async () => {
      const flow = await start();
      const error = flow.watch("Error");
      simulator.fault((_req, res) => res.end(JSON.stringify({ MediaContainer: { size: 0 } })), {
        path: "/library/sections",
      });
      flow.press("The newest films");
      assert.equal(((await error.next()).payload as { code: string }).code, "not-found");
    });

    it("tells what is wrong", async () => {
      const flow = await start({ source: "server://1111" });
      const error = flow.watch("Error");
      flow.press("The newest films");
      assert.equal(((await error.next()).payload as { code: string }).code, "not-found");
      await running?.stop();

      const again = await start();
      const refused = again.watch("Error");
      simulator.fault(faults.status(500), { path: "/library/sections/1/all" });
      again.press("The newest films");
      const { payload } = await refused.next();
      assert.deepEqual(payload, { code: "500", message: "The friend's server answered with 500." });
    });
  });

  describe("12 - Check the token and the server every day", () => {
    const start = (entered?: Partial<Entered>) => deploy("12 - Check the token and the server every day", 0, entered);
    const tell = async (flow: RunningExample) => {
      flow.press("Every day");
      return errorOn("home/notification");
    };

    it("says nothing when all is well, and throws the token away", async () => {
      const flow = await start();
      const well = flow.watch("All is well");
      flow.press("Every day");
      assert.ok(!JSON.stringify(await well.next()).includes("transient-"));
      assert.deepEqual(broker.published, []);
      assert.deepEqual(flow.complaints, []);
    });

    it("says what to do when the token is not accepted any more", async () => {
      const flow = await start({ token: "not-the-owners" });
      assert.deepEqual(await tell(flow), { title: "Plex needs you", text: HINT, code: "unauthorized" });
      assert.deepEqual(flow.complaints, []);
    });

    it("says that the server is out of reach, and the hint with it", async () => {
      const gone = await startSimulator();
      await gone.close();
      const plex = { "plex-config": { retries: 0 } };
      const config = { "mqtt-broker": { broker: "127.0.0.1", port: String(broker.port) }, ...plex };
      const flow = await start({ url: gone.url, config });
      const { title, code, text } = await tell(flow);
      assert.deepEqual([title, code], ["Plex is out of reach", "unreachable"]);
      assert.match(String(text), /refused the connection\. .+\.$/);
    });

    it("says what else is wrong", async () => {
      const flow = await start();
      simulator.fault(faults.html());
      const { title, code } = await tell(flow);
      assert.deepEqual([title, code], ["Plex is out of order", "invalid-response"]);
    });

    it("says nothing of a check that a deploy cancels", async () => {
      const flow = await start();
      const kind = flow.watch("What is wrong?");
      simulator.fault(faults.hang());
      flow.press("Every day");
      while (simulator.requests.length === 0) await new Promise(setImmediate);
      await flow.redeploy("plex-transient-token", { name: "another name" });
      assert.equal((await kind.next()).error?.["code"], "cancelled");
      assert.deepEqual(broker.published, []);
    });
  });

  describe("altogether", () => {
    it("have all been run, here or in flows-for-a-home-shared.test.ts", () => {
      const expected = listExamples().filter((name) => Number.parseInt(name, 10) >= 8 && !name.startsWith("13 - "));
      assert.deepEqual([...deployed], expected);
    });
  });
});
