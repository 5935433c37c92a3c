import assert from "node:assert/strict";
import { useHome } from "../../testing/flows/home";

const NAME = "14 - React to Plex webhooks";

/** What Plex tells of an episode, shortened. */
const call = {
  event: "media.play",
  user: true,
  owner: true,
  Account: { id: 1, title: "viewer" },
  Server: { title: "Living Room", uuid: "0123456789abcdef0123456789abcdef01234567" },
  Player: { local: true, publicAddress: "192.0.2.7", title: "Living Room TV", uuid: "tv-1" },
  Metadata: {
    librarySectionTitle: "Series",
    ratingKey: "7",
    type: "episode",
    title: "The Storm",
    grandparentTitle: "Lights Out",
    parentIndex: 1,
    index: 3,
  },
};

/** A form as Plex posts it: JSON as a part with a type of its own but without a file name, and sometimes a picture. */
function makeForm(payload: string, thumb?: Buffer): { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } {
  const boundary = "------------------------8a5c1f7e3d524c1b";
  const part = (head: string[], content: Buffer) =>
    Buffer.concat([Buffer.from(`--${boundary}\r\n${head.join("\r\n")}\r\n\r\n`), content, Buffer.from("\r\n")]);
  const parts = [
    part(['Content-Disposition: form-data; name="payload"', "Content-Type: application/json"], Buffer.from(payload)),
  ];
  if (thumb) {
    const disposition = 'Content-Disposition: form-data; name="thumb"; filename="thumb.jpg"';
    parts.push(part([disposition, "Content-Type: image/jpeg"], thumb));
  }
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` }, body: new Uint8Array(body) };
}

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 0);

  /** Deploys the flow with a word in its address, and tells how to call it. */
  const start = async (config: Readonly<Record<string, object>> = {}) => {
    const flow = await home.deploy({ config, placeholders: { "change-me": "4fQz8" } });
    const base = await flow.serve();
    const post = async (payload: string, thumb?: Buffer) => {
      const answer = await fetch(`${base}/plex/webhook/4fQz8`, { method: "POST", ...makeForm(payload, thumb) });
      return [answer.status, await answer.text()];
    };
    return { flow, base, post };
  };
  const topics = () => home.broker.published.map(({ topic }) => topic);

  for (const [event, state] of [
    ["media.play", "playing"],
    ["media.resume", "playing"],
    ["media.pause", "paused"],
    ["media.stop", "stopped"],
  ] as const) {
    it(`tells of ${event} that a player is ${state}`, async () => {
      const { flow, post } = await start();
      assert.deepEqual(await post(JSON.stringify({ ...call, event })), [204, ""]);
      assert.deepEqual(await home.told("home/webhook/player"), {
        player: "Living Room TV",
        playerId: "tv-1",
        state,
        type: "episode",
        title: "The Storm",
        show: "Lights Out",
        user: "viewer",
      });
      assert.deepEqual(topics(), ["home/webhook/player"]);
      assert.equal((await home.broker.answer("home/webhook/player")).retain, false);
      assert.deepEqual(flow.complaints, []);
    });
  }

  it("tells of a film that was watched to its end, and reads the form with a picture in it", async () => {
    const { flow, post } = await start();
    const told = flow.watch("Told");
    const Metadata = { type: "movie", title: "Paper Harbour", librarySectionTitle: "Films" };
    const thumb = Buffer.alloc(200_000, 0xd8);
    assert.deepEqual(await post(JSON.stringify({ ...call, event: "media.scrobble", Metadata }), thumb), [204, ""]);
    const expected = { type: "movie", title: "Paper Harbour", user: "viewer" };
    assert.deepEqual(await home.told("home/webhook/seen"), expected);
    const shown = (await told.next()) as unknown as { req: { files: { fieldname: string; buffer: Buffer }[] } };
    assert.deepEqual(
      shown.req.files.map(({ fieldname, buffer }) => [fieldname, buffer.equals(thumb)]),
      [["thumb", true]],
    );
    assert.deepEqual(flow.complaints, []);
  });

  it("tells what is new", async () => {
    const { flow, post } = await start();
    await post(JSON.stringify({ ...call, event: "library.new" }));
    const expected = { type: "episode", title: "The Storm", show: "Lights Out", library: "Series" };
    assert.deepEqual(await home.told("home/webhook/new"), expected);
    assert.deepEqual(flow.complaints, []);
  });

  it("does the same for its button", async () => {
    const { flow } = await start();
    flow.press("A call, to try it");
    const { player, state, title } = await home.told("home/webhook/player");
    assert.deepEqual([player, state, title], ["Living Room TV", "playing", "Paper Harbour"]);
    assert.deepEqual(flow.complaints, []);
  });

  it("drops the events of others' servers, and those that it does not know", async () => {
    const { flow, post } = await start();
    const heard = flow.watch("What happened?");
    for (const other of [{ owner: false }, { event: "media.rate" }, { event: "device.new", Metadata: undefined }]) {
      assert.deepEqual(await post(JSON.stringify({ ...call, ...other })), [204, ""]);
    }
    await heard.next();
    await heard.next();
    await post(JSON.stringify({ ...call, event: "library.new" }));
    await home.told("home/webhook/new");
    assert.equal(heard.all.length, 3);
    assert.deepEqual(topics(), ["home/webhook/new"]);
    assert.deepEqual(flow.complaints, []);
  });

  it("answers what is no call of Plex, and goes on", async () => {
    const { base, post } = await start();
    assert.deepEqual(await post("{"), [204, ""]);
    const plain = await fetch(`${base}/plex/webhook/4fQz8`, { method: "POST", body: "hello" });
    assert.equal(plain.status, 204);
    assert.equal((await fetch(`${base}/plex/webhook/change-me`, { method: "POST" })).status, 404);
    await post(JSON.stringify(call));
    await home.told("home/webhook/player");
    assert.deepEqual(topics(), ["home/webhook/player"]);
  });

  it("gets a Buffer of the whole form where file uploads are not ticked", async () => {
    const { flow, post } = await start({ "http in": { upload: false } });
    const [read, heard] = [flow.watch("Read it"), flow.watch("What happened?")];
    assert.deepEqual(await post(JSON.stringify(call)), [204, ""]);
    const { payload } = await read.next();
    assert.ok(Buffer.isBuffer(payload));
    assert.match(payload.toString(), /^-{26}8a5c1f7e3d524c1b\r\nContent-Disposition: form-data; name="payload"\r\n/);
    assert.deepEqual(heard.all, []);
  });
});
