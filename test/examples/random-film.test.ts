import assert from "node:assert/strict";
import { UNAUTHORIZED, HINT, useHome } from "../../testing/flows/home";

const NAME = "15 - Pick a random film that nobody has seen";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 1);

  /** Marks a film of the simulated server as watched by its owner. */
  const watch = async (film: number) => {
    const path = `/:/scrobble?identifier=com.plexapp.plugins.library&key=${film}`;
    const answer = await fetch(`${home.simulator.url}${path}`, { headers: { "X-Plex-Token": home.simulator.token } });
    assert.equal(answer.status, 200);
  };
  /** Has the server tell of a library and a history of any size, page by page. */
  const fill = (films: readonly object[], history: readonly object[]) => {
    const lists = { "/library/sections/1/all": films, "/status/sessions/history/all": history };
    for (const [path, list] of Object.entries(lists)) {
      home.simulator.fault(
        (req, res) => {
          const [start, size] = ["start", "size"].map((name) => Number(req.headers[`x-plex-container-${name}`]));
          const Metadata = list.slice(start, start! + size!);
          res.end(JSON.stringify({ MediaContainer: { size: Metadata.length, totalSize: list.length, Metadata } }));
        },
        { path, times: Infinity },
      );
    }
  };
  const film = (id: number) => ({ ratingKey: String(id), title: `Film ${id}`, year: 2000, duration: 5_400_000 });

  it("picks any of the films", async () => {
    const flow = await home.deploy();
    const titles = new Set<unknown>();
    for (let count = 0; count < 100 && titles.size < 2; count += 1) {
      home.broker.published.length = 0;
      home.broker.publish("home/ask/film", "");
      const told = await home.told("home/film");
      assert.equal(told["left"], 2);
      titles.add(told["title"]);
    }
    assert.deepEqual([...titles].sort(), ["Paper Harbour", "The Lantern Keeper"]);
    assert.deepEqual(flow.complaints, []);
  });

  it("leaves out what others have seen, on every page", async () => {
    const flow = await home.deploy();
    const shown = flow.watch("Tonight");
    const films = Array.from({ length: 450 }, (_, index) => film(index));
    fill(
      films,
      films.filter(({ ratingKey }) => ratingKey !== "433"),
    );
    flow.press("Which film tonight?");
    const expected = { film: "433", title: "Film 433", year: 2000, minutes: 90, left: 1 };
    const msg = await shown.next();
    assert.deepEqual({ ...(msg.payload as object) }, expected);
    assert.deepEqual(Object.keys(msg).sort(), ["_msgid", "payload"]);
    assert.equal(home.simulator.requests.length, 6);
    assert.deepEqual(await home.told("home/film"), expected);
    assert.deepEqual(flow.complaints, []);
  });

  it("leaves out what the owner has seen", async () => {
    const flow = await home.deploy();
    await watch(1);
    home.broker.publish("home/ask/film", "");
    const { title, left } = await home.told("home/film");
    assert.deepEqual([title, left], ["Paper Harbour", 1]);
    assert.equal(home.theRequest("/library/sections/1/all").query.get("unwatched"), "1");

    await watch(2);
    flow.press("Which film tonight?");
    assert.equal((await home.told("home/film-error"))["code"], "not-found");
    assert.deepEqual(flow.complaints, []);
  });

  it("tells what is wrong", async () => {
    const flow = await home.deploy({ token: "not-the-owners" });
    flow.press("Which film tonight?");
    assert.deepEqual(await home.told("home/film-error"), { code: "unauthorized", message: UNAUTHORIZED, hint: HINT });
    assert.deepEqual(flow.complaints, []);
  });
});
