import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HINT, UNAUTHORIZED, useHome } from "../../testing/flows/home";

const NAME = "10 - Hand a poster or a stream to a dashboard or a speaker";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 2);
  const mints = () => home.simulator.requests.filter(({ path }) => path === "/security/token").length;

  it("gives a dashboard posters, and no token", async () => {
    const flow = await home.deploy();
    const base = await flow.serve();
    const answers = await Promise.all(
      [1, 2, 1, 2].map((item) => fetch(`${base}/plex/poster/${item}`, { redirect: "manual" })),
    );
    for (const answer of answers) {
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), "image/png");
      assert.match(answer.headers.get("cache-control")!, /^private/);
      const picture = Buffer.from(await answer.arrayBuffer());
      assert.deepEqual(picture.subarray(1, 4).toString(), "PNG");
      assert.ok(!JSON.stringify([...answer.headers]).includes("transient-"));
    }
    assert.equal(mints(), 0);
    const asked = home.simulator.requests.filter(({ path }) => /^\/library\/metadata\/\d$/.test(path));
    assert.equal(asked.length, 4);
    for (const { url, headers } of home.simulator.requests) {
      assert.ok(!/token/i.test(url), url);
      assert.equal(headers["x-plex-token"], home.simulator.token);
    }
    assert.deepEqual(flow.complaints, []);
  });

  it("goes on after a restart of the server", async () => {
    const flow = await home.deploy();
    const base = await flow.serve();
    assert.equal((await fetch(`${base}/plex/poster/1`)).status, 200);
    home.simulator.restart();
    home.simulator.dropConnections("own");
    assert.equal((await fetch(`${base}/plex/poster/1`)).status, 200);
    home.broker.publish("home/media/speaker", "1");
    const { text } = await home.broker.answer("home/speaker/url");
    assert.equal((await fetch(text)).status, 200);
    assert.deepEqual(flow.complaints, []);
  });

  it("gives a speaker an address that plays, and that the broker does not keep", async () => {
    const flow = await home.deploy();
    home.broker.publish("home/media/speaker", "1", true);
    const answer = await home.broker.answer("home/speaker/url");
    assert.equal(answer.retain, false);
    assert.match(answer.text, /^http:.+\/library\/parts\/1\/\d+\/file\.wav\?X-Plex-Token=transient-[0-9a-f-]{36}$/);
    const file = await fetch(answer.text);
    assert.equal((await file.arrayBuffer()).byteLength, 16044);
    assert.deepEqual(flow.complaints, []);
  });

  it("does so by its button, each time with a new token", async () => {
    const flow = await home.deploy();
    const addresses = new Set<string>();
    for (let count = 0; count < 2; count += 1) {
      home.broker.published.length = 0;
      flow.press("To the speaker");
      addresses.add((await home.broker.answer("home/speaker/url")).text);
    }
    assert.equal(addresses.size, 2);
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
      return home.deploy({ placeholders: { "http://homeassistant.local:8123": url }, credentials });
    };

    it("calls media_player.play_media with an address that plays", async () => {
      const flow = await startWith();
      const result = flow.watch("Result");
      home.broker.publish("home/media/home-assistant", "2");
      const shown = await result.next();
      assert.deepEqual(shown.payload, { item: "2", on: "media_player.kitchen" });
      assert.deepEqual(await home.told("home/media-done"), shown.payload);
      assert.ok(!JSON.stringify(shown).includes("transient-"));
      const [{ url, authorization, body }] = calls as [(typeof calls)[0]];
      assert.equal(url, "POST /api/services/media_player/play_media");
      assert.equal(authorization, "Bearer of-home-assistant");
      const { media_content_id: media, ...rest } = body as Record<string, string>;
      assert.deepEqual(rest, { entity_id: "media_player.kitchen", media_content_type: "video" });
      assert.equal((await (await fetch(media!)).arrayBuffer()).byteLength, 16044);
      assert.ok(!media!.includes(home.simulator.token));
      assert.deepEqual(flow.complaints, []);
    });

    it("tells when it refuses", async () => {
      status = 401;
      await startWith();
      home.broker.publish("home/media/home-assistant", "2");
      const message = "Home Assistant answered with 401.";
      assert.deepEqual(await home.told("home/media-error"), { code: "401", message });
    });

    it("tells when it is gone, without the token", async () => {
      const flow = await startWith();
      await new Promise((resolve) => assistant.close(resolve));
      home.broker.publish("home/media/home-assistant", "2");
      const { text } = await home.broker.answer("home/media-error");
      assert.equal((JSON.parse(text) as { code: string }).code, "ECONNREFUSED");
      assert.ok(![text, ...flow.complaints].join("\n").includes("transient-"));
    });
  });

  it("answers a dashboard 400, 404 and 502, with what is wrong", async () => {
    const flow = await home.deploy();
    const base = await flow.serve();
    for (const [item, status, code] of [
      ["1%3Fx", 400, "bad-item"],
      ["99", 404, "not-found"],
    ] as const) {
      const answer = await fetch(`${base}/plex/poster/${item}`);
      assert.equal(answer.status, status);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.equal(((await answer.json()) as { code: string }).code, code);
    }
    await home.stop();
    const wrong = await home.deploy({ token: "not-the-owners" });
    const answer = await fetch(`${await wrong.serve()}/plex/poster/1`);
    assert.equal(answer.status, 502);
    assert.deepEqual(await answer.json(), { code: "unauthorized", message: UNAUTHORIZED, hint: HINT });
  });

  it("says so when an item has no such file, or no poster", async () => {
    const flow = await home.deploy();
    const base = await flow.serve();
    const show = JSON.stringify({ MediaContainer: { Metadata: [{ type: "show" }] } });
    home.simulator.fault((_req, res) => res.end(show), { path: "/library/metadata/1", times: 2 });
    home.broker.publish("home/media/speaker", "1");
    assert.equal((await home.told("home/media-error"))["code"], "not-found");
    assert.ok(!home.broker.published.some(({ topic }) => topic === "home/speaker/url"));
    const answer = await fetch(`${base}/plex/poster/1`);
    assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [404, "not-found"]);
    assert.equal(mints(), 0);
  });
});
