import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { readPath } from "../../../src/endpoint/path";
import { readQuery } from "../../../src/endpoint/query";
import { loadPage, type Page } from "../../../testing/forms/editor";
import type { Field, Fields } from "../../../testing/forms/fields";

describe("editor: pickers of plex-request", () => {
  let page: Page;
  let fields: Fields;

  const input = (name: string): Field => fields.find(`#node-input-${name}`);
  const element = (name: string): Field => fields.find(`#plex-request-${name}`);
  const text = (key: string, name = ""): string => page.catalogue.get(`plex-request.${key}`)!.replace("__name__", name);
  const values = (...names: readonly string[]) => names.map((name) => input(name).val());

  function open(form: Readonly<Record<string, string>> = {}, mayDeploy = true): void {
    page = loadPage("plex-request", mayDeploy);
    const credentials = { token: "typed" };
    page.nodes.set("cfg", { id: "cfg", url: "http://plex.lan:32400", clientIdentifier: "me", timeout: 1, credentials });
    const stored = { server: "cfg", method: "GET", path: "", pathType: "str", query: "{}", queryType: "json" };
    const all = { ...stored, player: "", playerType: "str", via: "", property: "payload", answer: "json", ...form };
    const named = Object.entries(all).map(([name, value]): [string, string] => [`node-input-${name}`, value]);
    fields = page.openDialog(page.createNode({ id: "edited" }), Object.fromEntries(named));
    for (const picker of ["endpoint", "player"]) element(`${picker}-picker-button`).attr("aria-expanded", "false");
  }

  afterEach(() => {
    page.definition.oneditsave?.call(page.createNode());
  });

  const entries = (picker: string): readonly Field[] => element(`${picker}-picker-list`).children;
  const press = (picker: string): Field => element(`${picker}-picker-button`).trigger("click");

  /** Presses the button, and chooses the endpoint of this name. */
  function choose(endpoint: string): void {
    press("endpoint");
    const name = text(`endpoint.${endpoint}`);
    const found = entries("endpoint").filter(({ children }) => children[0]?.shown === name);
    assert.equal(found.length, 1, name);
    found[0]?.trigger("click");
  }

  const endpoints = [...loadPage("plex-request").catalogue.keys()]
    .filter((key) => key.startsWith("plex-request.endpoint."))
    .map((key) => key.replace("plex-request.endpoint.", ""));

  describe("of endpoints", () => {
    it("lists all that have a name, and asks nobody for them", () => {
      open();
      press("endpoint");
      const titles = entries("endpoint").map(({ children }) => children[0]?.shown);
      assert.deepEqual(
        titles,
        endpoints.map((endpoint) => text(`endpoint.${endpoint}`)),
      );
      assert.equal(page.browser.requests.length, 0);
    });

    for (const endpoint of endpoints) {
      it(`fills in what form and node take: ${endpoint}`, () => {
        open({ pathType: "msg", path: "payload", queryType: "msg", query: "q" });
        choose(endpoint);
        assert.deepEqual(values("pathType", "queryType"), ["str", "json"]);
        const [path = "", query = ""] = values("path", "query");
        assert.deepEqual([page.validate("path", path), page.validate("query", query)], [true, true]);
        assert.equal(readPath(path), path);
        assert.equal(typeof readQuery(JSON.parse(query)), "string");
        assert.equal(element("endpoint-picker-message").shown, text("endpoints.chosen", text(`endpoint.${endpoint}`)));
      });
    }

    it("takes back the method and the query of the one that was chosen before", () => {
      open();
      choose("terminate");
      assert.deepEqual(values("method", "path"), ["POST", "/status/sessions/terminate"]);
      choose("libraries");
      assert.deepEqual(values("method", "path", "query"), ["GET", "/library/sections", "{}"]);
    });

    it("ticks the box for all pages where a list can be long, and leaves it alone elsewhere", () => {
      open();
      choose("search");
      assert.equal(input("all").prop("checked"), undefined);
      choose("library");
      assert.equal(input("all").prop("checked"), true);
      assert.equal(element("limit-row").prop("hidden"), false);
    });

    it("takes that tick back with the next endpoint, and leaves one of the user's", () => {
      open();
      choose("library");
      choose("search");
      assert.equal(input("all").prop("checked"), false);
      assert.equal(element("limit-row").prop("hidden"), true);
      input("all").prop("checked", true);
      choose("library");
      choose("on-deck");
      assert.equal(input("all").prop("checked"), true);
    });

    it("tells where own values have to be put in", () => {
      open();
      press("endpoint");
      const own = text("endpoints.own");
      const asking = entries("endpoint").filter(({ shown }) => shown.includes(own));
      const expected = ["library", "search", "scan", "watched", "unwatched", "terminate"];
      assert.deepEqual(
        asking.map(({ children }) => children[0]?.shown),
        expected.map((endpoint) => text(`endpoint.${endpoint}`)),
      );
    });

    it("shows which one stands in the form, unless the path comes from elsewhere", () => {
      const selected = () => entries("endpoint").filter(({ attributes }) => attributes["aria-selected"] === "true");
      open({ path: "/library/onDeck" });
      press("endpoint");
      assert.deepEqual(
        selected().map(({ children }) => children[0]?.shown),
        [text("endpoint.on-deck")],
      );
      open({ path: "/library/onDeck", pathType: "msg" });
      press("endpoint");
      assert.equal(selected().length, 0);
      assert.equal(entries("endpoint").length, endpoints.length);
    });

    it("is there for those who may not deploy, for it asks nobody; the one of players is not", () => {
      open({}, false);
      choose("sessions");
      assert.deepEqual(values("path"), ["/status/sessions"]);
      press("player");
      assert.equal(page.browser.requests.length, 0);
      assert.equal(element("player-picker-button").attributes["aria-disabled"], "true");
    });
  });

  describe("of players", () => {
    const player = { machineIdentifier: "p1", name: "TV", product: null, playing: false, online: true, users: [] };
    const said = () => element("player-picker-message").shown;

    it("asks the chosen server with what its plex-config node has, and tells of each player what is known", () => {
      open();
      press("player");
      const { url, body } = page.browser.last("players");
      assert.deepEqual([url, body["url"], body["token"]], ["plex-config/players", "http://plex.lan:32400", "typed"]);
      page.browser.last("players").reply({
        players: [
          {
            ...player,
            name: "Bedroom",
            product: "Plex for LG",
            playing: true,
            users: [{ name: "anna" }, { name: "jo" }],
          },
          { ...player, machineIdentifier: "p2", playing: true },
          { ...player, machineIdentifier: "p3", name: "Kitchen", product: "Plexamp" },
          { ...player, machineIdentifier: "p4", name: "Attic", online: false },
        ],
      });
      const both = text("players.user").replace("__names__", "anna, jo");
      assert.deepEqual(
        entries("player").map(({ shown }) => shown),
        [
          `BedroomPlex for LG · ${both} · p1`,
          `TV${text("players.playing")} · p2`,
          "KitchenPlexamp · p3",
          `Attic${text("players.offline")} · p4`,
        ],
      );
    });

    it("writes the identifier of the chosen one as a fixed text", () => {
      open({ player: "tv", playerType: "flow" });
      press("player");
      page.browser.last("players").reply({ players: [player] });
      entries("player")[0]?.trigger("click");
      assert.deepEqual(values("player", "playerType"), ["p1", "str"]);
      assert.equal(said(), text("players.chosen", "TV"));
      assert.equal(page.validate("player", "p1"), true);
    });

    it("says what to do where there is none, and what the server answered where it did not tell", () => {
      open();
      press("player");
      page.browser.last("players").reply({ players: [] });
      assert.equal(said(), text("players.none"));
      open();
      press("player");
      page.browser.last("players").reply({ error: { code: "unauthorized", message: "" } });
      assert.equal(said(), loadPage("plex-config").catalogue.get("plex-config.error.unauthorized"));
    });

    for (const end of ["oneditsave", "oneditcancel", "oneditdelete"] as const) {
      it(`drops its question with the dialog: ${end}`, () => {
        open();
        press("player");
        const request = page.browser.last("players");
        page.definition[end]?.call(page.createNode());
        request.reply({ players: [player] });
        assert.deepEqual([request.isAborted, entries("player").length], [true, 0]);
      });
    }
  });
});
