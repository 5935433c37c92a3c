import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { HINT, TRANSIENT, UNAUTHORIZED, useHome } from "../../testing/flows/home";
import { wordsOf } from "../../testing/flows/player";

const NAME = "08 - Play a film on a TV with an MQTT button";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 2);

  it("plays a film of the own server, and the player never sees the account token", async () => {
    const flow = await home.deploy();
    const result = flow.watch("Result");
    home.broker.publish("home/play/tv", "2");
    await home.player.until("playing");
    const { title, bytes, server, token } = home.player.media!;
    assert.deepEqual([title, bytes, server], ["Paper Harbour", 16044, home.simulator.url]);
    assert.match(token, TRANSIENT);

    const shown = await result.next();
    const told = await home.told("home/play-done");
    const { queue } = told;
    assert.deepEqual(told, { film: "2", on: "tv", queue });
    assert.deepEqual({ ...(shown.payload as object) }, told);
    assert.ok(!JSON.stringify(shown).includes("transient-"));

    const [order, ...others] = home.player.requests;
    assert.deepEqual(others, []);
    const { hostname, port } = new URL(home.simulator.url);
    const { commandID, ...query } = Object.fromEntries(order!.query);
    assert.match(commandID!, /^\d+$/);
    assert.deepEqual(query, {
      providerIdentifier: "com.plexapp.plugins.library",
      machineIdentifier: home.simulator.machineIdentifier,
      protocol: "http",
      address: hostname,
      port,
      key: "/library/metadata/2",
      offset: "0",
      type: "video",
      containerKey: `/playQueues/${String(queue)}?window=100&own=1`,
      token,
    });
    assert.equal(order!.headers["x-plex-target-client-identifier"], home.player.machineIdentifier);
    assert.equal(order!.headers["x-plex-token"], undefined);
    assert.ok(!wordsOf(home.player.requests).includes(home.simulator.token));
    assert.deepEqual(flow.complaints, []);
  });

  it("sends no token in an address, but the transient one to the player", async () => {
    await home.deploy();
    home.broker.publish("home/play/tv", "1");
    await home.player.until("playing");
    const made = home.theRequest("/playQueues", "POST");
    assert.equal(made.headers["x-plex-token"], home.simulator.token);
    assert.equal(made.headers["x-plex-client-identifier"], "00000000-0000-4000-8000-000000000001");
    const order = home.theRequest("/player/playback/playMedia");
    assert.equal(order.query.get("token"), home.player.media!.token);
    for (const { url } of home.simulator.requests.filter((request) => request !== order)) {
      assert.ok(!/transient-|token=/i.test(url), url);
    }
    assert.ok(!home.simulator.requests.some(({ url }) => url.includes(home.simulator.token)));
  });

  it("plays a friend's film from the friend's server, with that server's token", async () => {
    const flow = await home.deploy();
    home.broker.publish("home/play-shared/tv", "1");
    await home.player.until("playing");
    const { server, token } = home.player.media!;
    assert.equal(server, home.simulator.sharedUrl);
    assert.match(token, TRANSIENT);
    const machineIdentifier = home.simulator.sharedServer.replace("server://", "");
    assert.equal(home.player.requests[0]!.query.get("machineIdentifier"), machineIdentifier);
    const atFriend = home.simulator.requests.filter((request) => request.server === "shared");
    assert.ok(!wordsOf(atFriend).includes(home.simulator.token));
    assert.equal(atFriend[0]!.path, "/identity");
    assert.equal(atFriend[0]!.headers["x-plex-token"], undefined);
    assert.ok(!wordsOf(home.player.requests).includes(home.simulator.token));
    assert.deepEqual(flow.complaints, []);
  });

  it("loads a film on a Cast device", async () => {
    const flow = await home.deploy();
    const result = flow.watch("Result");
    home.broker.publish("home/play/cast", "1");
    assert.equal(((await result.next()).payload as { on: string }).on, "cast");
    assert.deepEqual([home.cast.media!.title, home.cast.media!.bytes], ["The Lantern Keeper", 16044]);
    assert.match(home.cast.media!.token, TRANSIENT);
    assert.ok(!wordsOf(home.cast.requests).includes("token"));
    assert.deepEqual(home.player.requests, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("counts its commands, and its buttons do the same", async () => {
    const flow = await home.deploy();
    const result = flow.watch("Result");
    for (const act of [
      () => {
        flow.press("On the TV");
      },
      () => {
        home.broker.publish("home/play-shared/tv", "1");
      },
      () => {
        flow.press("On the Cast device");
      },
    ]) {
      act();
      await result.next();
    }
    const [first, second, ...others] = home.player.requests.map(({ query }) => Number(query.get("commandID")));
    assert.ok(second! > first!);
    assert.deepEqual(others, []);
    assert.equal(home.cast.media!.server, home.simulator.url);
    assert.deepEqual(flow.complaints, []);
  });

  it("lets nothing but a number into the addresses", async () => {
    await home.deploy();
    for (const film of ["1&token=x", "../1", "", "1\n", "{}"]) {
      home.broker.published.length = 0;
      home.broker.publish("home/play/tv", film);
      assert.equal((await home.told("home/play-error"))["code"], "bad-film");
    }
    assert.deepEqual([...home.simulator.requests, ...home.player.requests], []);
  });

  it("tells what the orange nodes say", async () => {
    const flow = await home.deploy({ token: "not-the-owners" });
    home.broker.publish("home/play/tv", "1");
    assert.deepEqual(await home.told("home/play-error"), { code: "unauthorized", message: UNAUTHORIZED, hint: HINT });
    assert.deepEqual(home.player.requests, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("tells when a friend's server cannot be reached", async () => {
    const known = home.simulator.connections("shared");
    home.simulator.setConnections("shared", known.slice(0, 1));
    const flow = await home.deploy();
    home.broker.publish("home/play-shared/tv", "1");
    assert.equal((await home.told("home/play-error"))["code"], "no-connection");
    assert.deepEqual(flow.complaints, []);
  });

  it("tells when the server has no such film", async () => {
    const flow = await home.deploy();
    home.broker.publish("home/play/tv", "99");
    assert.equal((await home.told("home/play-error"))["code"], "bad-request");
    assert.deepEqual(home.player.requests, []);
    assert.deepEqual(flow.complaints, []);
  });

  for (const [what, spoil, code] of [
    [
      "refuses",
      () => {
        home.player.fault(faults.status(500));
      },
      "server-error",
    ],
    ["is off", () => home.player.close(), "not-found"],
  ] as const) {
    it(`tells when the player ${what}, without the token that was in its address, and asks it once`, async () => {
      const flow = await home.deploy();
      await spoil();
      home.broker.publish("home/play/tv", "1");
      const { text } = await home.broker.answer("home/play-error");
      assert.equal((JSON.parse(text) as { code: string }).code, code);
      assert.ok(!text.includes("transient-"));
      home.theRequest("/player/playback/playMedia");
      assert.deepEqual(flow.complaints, []);
    });
  }

  it("tells when the Cast device could not load it", async () => {
    const flow = await home.deploy();
    home.simulator.fault(faults.status(500), { path: /^\/library\/parts\// });
    home.broker.publish("home/play/cast", "1");
    const message = "The Cast bridge answered with 502.";
    assert.deepEqual(await home.told("home/play-error"), { code: "502", message });
    assert.equal(home.cast.media, undefined);
    await home.cast.close();
    home.broker.published.length = 0;
    home.broker.publish("home/play/cast", "1");
    assert.equal((await home.told("home/play-error"))["code"], "ECONNREFUSED");
    assert.ok(!flow.complaints.join("\n").includes("transient-"));
  });
});
