import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { HINT, UNAUTHORIZED, useHome } from "../../testing/flows/home";

const NAME = "16 - Scan a library after a download";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 1);
  const scans = () => home.simulator.requests.filter(({ path }) => path.endsWith("/refresh"));
  const libraries = (...of: [string, string, ...string[]][]) => {
    const Directory = of.map(([key, title, ...paths]) => ({ key, title, Location: paths.map((path) => ({ path })) }));
    home.simulator.fault((_req, res) => res.end(JSON.stringify({ MediaContainer: { Directory } })), {
      path: "/library/sections",
    });
  };

  it("has the library that has the folder look into it, and nowhere else", async () => {
    const flow = await home.deploy();
    home.broker.publish("home/downloaded", "/films/Fire & Ice? (2024)/a.mkv");
    const told = await home.told("home/scan-done");
    assert.deepEqual(told, { library: "Films", folder: "/films/Fire & Ice? (2024)/a.mkv" });
    assert.deepEqual(
      scans().map(({ method, path, query }) => [method, path, [...query]]),
      [["GET", "/library/sections/1/refresh", [["path", "/films/Fire & Ice? (2024)/a.mkv"]]]],
    );
    assert.deepEqual(flow.complaints, []);
  });

  it("does so for its button", async () => {
    const flow = await home.deploy();
    const result = flow.watch("Result");
    flow.press("A download");
    assert.deepEqual(
      { ...((await result.next()).payload as object) },
      { library: "Films", folder: "/films/Paper Harbour (2023)" },
    );
    assert.equal(scans().length, 1);
  });

  const movie = { title: "Paper Harbour", folderPath: "/films/Paper Harbour (2023)" };
  const series = { title: "Lights Out", path: "/films/Lights Out" };
  for (const [whose, call, folder] of [
    [
      "Radarr",
      { eventType: "Download", movie, movieFile: { path: "/films/Paper Harbour (2023)/a.mkv" } },
      movie.folderPath,
    ],
    ["Sonarr", { eventType: "Download", series, episodes: [{ title: "The Storm" }] }, series.path],
  ] as const) {
    it(`understands the webhook of ${whose}, and answers it`, async () => {
      const flow = await home.deploy();
      const base = await flow.serve();
      const headers = { "Content-Type": "application/json" };
      const post = async (body: object) => {
        const answer = await fetch(`${base}/plex/downloaded`, { method: "POST", headers, body: JSON.stringify(body) });
        return answer.status;
      };
      assert.equal(await post({ ...call, eventType: "Test" }), 204);
      assert.equal(await post({ ...call, eventType: "Grab" }), 204);
      assert.equal(await post(call), 204);
      assert.deepEqual(await home.told("home/scan-done"), { library: "Films", folder });
      assert.deepEqual(
        scans().map(({ query }) => query.get("path")),
        [folder],
      );
      assert.deepEqual(flow.complaints, []);
    });
  }

  it("finds the library among several, also on Windows", async () => {
    const flow = await home.deploy();
    const result = flow.watch("Result");
    for (const [folder, library] of [
      ["/media/films-4k/Paper Harbour", "4K"],
      ["/media/films/Paper Harbour", "Films"],
      ["/media/films", "Films"],
      ["D:\\Series\\Lights Out", "Series"],
      ["/other/Lights Out", "Series"],
    ]) {
      const series = ["2", "Series", "D:\\Series", "/other/"] as [string, string, ...string[]];
      libraries(["1", "Films", "/media/films"], ["3", "4K", "/media/films-4k/"], series);
      home.simulator.fault((_req, res) => res.end(), { path: /refresh$/ });
      home.broker.publish("home/downloaded", folder!);
      assert.deepEqual({ ...((await result.next()).payload as object) }, { library, folder });
    }
    assert.deepEqual(flow.complaints, []);
  });

  it("says so when no library has the folder, and scans nothing", async () => {
    const flow = await home.deploy();
    for (const folder of ["/filmsX/a", "/", "", "/downloads/films/a"]) {
      home.broker.published.length = 0;
      home.broker.publish("home/downloaded", folder);
      const { code, folder: told } = await home.told("home/scan-error");
      assert.deepEqual([code, told], ["not-found", folder]);
    }
    assert.deepEqual(scans(), []);
    assert.deepEqual(flow.complaints, []);
  });

  it("puts Plex's folder in the place of the downloader's", async () => {
    const flow = await home.deploy({ placeholders: { '[\\"\\", \\"\\"]': '[\\"/downloads/done/\\", \\"/films/\\"]' } });
    home.broker.publish("home/downloaded", "/downloads/done/Paper Harbour");
    assert.equal((await home.told("home/scan-done"))["folder"], "/films/Paper Harbour");
    assert.deepEqual(flow.complaints, []);
  });

  it("tells what is wrong", async () => {
    await home.deploy({ token: "not-the-owners" });
    home.broker.publish("home/downloaded", "/films/a");
    const expected = { code: "unauthorized", message: UNAUTHORIZED, hint: HINT, folder: "/films/a" };
    assert.deepEqual(await home.told("home/scan-error"), expected);
    await home.stop();
    home.broker.published.length = 0;
    await home.deploy();
    home.simulator.fault(faults.status(403), { path: "/library/sections/1/refresh" });
    home.broker.publish("home/downloaded", "/films/a");
    assert.equal((await home.told("home/scan-error"))["code"], "forbidden");
  });
});
