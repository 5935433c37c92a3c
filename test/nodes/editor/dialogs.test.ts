import assert from "node:assert/strict";
import { plexErrorCodes } from "../../../src/errors";
import type { FormRequest } from "../../../testing/forms/document";
import type { Field, Fields } from "../../../testing/forms/fields";
import { loadPage, type Page } from "../../../testing/forms/editor";

const timeout = "10000";
/** The finer kinds of failure that have a sentence wherever they come from. */
const details = [
  ...["secure-required", "certificate-name", "claim-token", "transient-token", "token-elsewhere", "not-deployed"],
  ...["in-subflow", "session-unknown", "base-path", "token-revoked", "own-fault", "this-machine", "login-in-front"],
  ...["proxy-service", "weak-certificate"],
];
const fieldId = (name: string): string => `node-config-input-${name}`;
const connections = [
  { uri: "https://10-0-0-2.abc.plex.direct:32400", local: true, relay: false, reachable: false, error: "unreachable" },
  { uri: "http://10.0.0.2:32400", local: true, relay: false, reachable: true, latency: 12 },
  { uri: "https://relay.example:8443", local: false, relay: true, reachable: false, error: "tls" },
];
/** What can be tested. */
const complete = { url: "http://10.0.0.2:32400", token: "abc" };
const attic = { machineIdentifier: "m1", name: "Attic", owner: null, owned: true, online: true, version: "1.43" };
const cellar = { machineIdentifier: "m2", name: "Cellar", owner: "Ann", owned: false, online: false, version: null };

describe("editor: buttons of plex-config", () => {
  let page: Page;
  let fields: Fields;

  const element = (name: string): Field => fields.find(`#plex-config-${name}`);
  const value = (name: string): string | undefined => fields.find(`#${fieldId(name)}`).val();
  const press = (name: string): Field => element(`${name}-button`).trigger("click");
  const said = (name: string): string => element(`${name}-message`).shown;
  const text = (key: string): string => page.catalogue.get(`plex-config.${key}`)!;
  const last = (route: string): FormRequest => page.browser.last(route);
  const isHidden = (name: string): unknown => element(name).attributes["hidden"];
  const options = (name: "servers" | "addresses"): readonly Field[] =>
    element(name === "servers" ? "servers-list" : name).children;

  /** Opens the dialog with these values. */
  function open(values: Record<string, string> = {}): void {
    page = loadPage("plex-config");
    const given = { name: "", url: "", token: "", clientIdentifier: "me", tls: "", proxy: "", ...values };
    const form = Object.fromEntries(Object.entries(given).map(([name, each]) => [fieldId(name), each]));
    fields = page.openDialog(page.createNode({ id: "cfg" }), {
      [fieldId("timeout")]: timeout,
      [fieldId("retries")]: "2",
      ...form,
    });
    for (const name of ["sign-in", "suggestion", "trust"]) element(name).prop("hidden", true);
  }

  /** Opens the dialog and starts to sign in. */
  function signIn(
    answer: object = { session: "s1", url: "https://app.plex.tv/auth#?code=x", expiresIn: 90_000 },
  ): void {
    open();
    press("sign-in");
    last("sign-in").reply(answer);
  }

  /** Lets a second pass, and has plex.tv tell how the sign-in stands. */
  function follow(state: string): void {
    page.browser.tick();
    last("sign-in/status").reply({ state });
  }

  /** Signs in and lists two servers. */
  function list(): void {
    signIn();
    page.browser.tick();
    last("sign-in/status").reply({ state: "done" });
    last("servers").reply({ servers: [attic, cellar] });
  }

  function choose(index: number): void {
    options("servers")[index]!.trigger("click");
  }

  describe("every request", () => {
    it("goes to a relative URL as JSON", () => {
      open({ url: "http://10.0.0.2:32400", token: "abc" });
      press("sign-in");
      press("find");
      last("servers").reply({ servers: [] });
      press("discover");
      press("test");
      assert.deepEqual(
        page.browser.requests.map(({ url }) => url),
        ["sign-in", "servers", "discover", "test"].map((route) => `plex-config/${route}`),
      );
      for (const { type, contentType } of page.browser.requests) {
        assert.deepEqual([type, contentType], ["POST", "application/json"]);
      }
    });

    it("says what is wrong where Node-RED itself refuses or does not answer", () => {
      for (const [status, key] of [
        [401, "forbidden"],
        [403, "forbidden"],
        [404, "missing"],
        [0, "failed"],
        [500, "failed"],
      ] as const) {
        open(complete);
        press("test");
        last("test").fail(status);
        assert.equal(said("test"), text(`request.${key}`));
      }
    });

    it("tells a page that Node-RED takes for another's from a missing permission", () => {
      open(complete);
      press("test");
      last("test").fail(403, { code: "foreign-origin" });
      assert.equal(said("test"), text("request.foreign-origin"));
      assert.notEqual(text("request.foreign-origin"), text("request.forbidden"));
    });

    it("is dropped when the dialog closes, however that happens", () => {
      for (const end of ["oneditsave", "oneditcancel", "oneditdelete"] as const) {
        open(complete);
        press("test");
        const request = last("test");
        page.definition[end]?.call(page.createNode());
        request.reply({ server: { ...attic, claimed: true }, mints: true, latency: 1 });
        assert.equal(request.isAborted, true);
        assert.equal(said("test"), text("test.running"));
      }
    });
  });

  describe("explanations", () => {
    it("has a sentence for every code and every detail, and the message where it knows neither", () => {
      open();
      const { explain } = page.plexAccess;
      for (const code of plexErrorCodes) {
        assert.equal(explain({ code }, "server"), text(`error.${code}`), code);
        assert.equal(explain({ code, detail: "claim-token" }, "server"), text("error.claim-token"));
        assert.notEqual(explain({ code, message: "?" }, "plex.tv"), "?", code);
      }
      for (const detail of details) {
        assert.equal(explain({ code: "tls", detail }, "server"), text(`error.${detail}`), detail);
      }
      assert.equal(explain({ code: "unauthorized" }, "plex.tv"), text("plex-tv.unauthorized"));
      assert.equal(explain({ code: "redirected" }, "plex.tv"), text("plex-tv.other"));
      assert.equal(explain({ code: "cancelled" }, "plex.tv"), text("error.cancelled"));
      assert.equal(
        explain({ code: "unauthorized", detail: "token-revoked" }, "plex.tv"),
        text("plex-tv.token-revoked"),
      );
      assert.equal(explain({ code: "unauthorized", detail: "token-revoked" }, "server"), text("error.token-revoked"));
      const target = "https://plex.example";
      const named = text("error.redirected-to").replace("__target__", target);
      assert.equal(explain({ code: "redirected", target }, "server"), named);
      assert.equal(explain({ code: "redirected", target }, "plex.tv"), text("plex-tv.other"));
      assert.equal(explain({ code: "new", detail: "newer", message: "In English." }, "server"), "In English.");
    });
  });

  describe("what stands in the fields", () => {
    it("tells the address of Plex Web from that of a server", () => {
      open();
      const { url } = page.plexAccess.finders;
      for (const address of ["https://app.plex.tv/desktop/#!/", "http://APP.plex.tv", "https://app.plex.tv:443/web"]) {
        assert.equal(url(address), "plex-config.validation.url-web-app", address);
      }
      for (const address of ["https://app.plex.tv.example.org", "https://example.org/app.plex.tv"]) {
        assert.equal(url(address), "", address);
      }
    });
  });

  describe("sign-in", () => {
    it("opens an empty tab at once, and Plex's page in it, which does not get to know this one", () => {
      open();
      press("sign-in");
      const tab = page.browser.tabs[0]!;
      assert.deepEqual(tab.visited, ["about:blank"]);
      assert.deepEqual(last("sign-in").body, { clientIdentifier: "me", tls: "", proxy: "", timeout, short: false });
      last("sign-in").reply({ session: "s1", url: "https://app.plex.tv/auth#?code=x", expiresIn: 90_000 });
      assert.deepEqual(tab.visited, ["about:blank", "https://app.plex.tv/auth#?code=x (noreferrer)"]);
      assert.equal(isHidden("sign-in"), false);
      assert.match(element("sign-in-time").shown, / 1:30$/);
    });

    it("opens no page that is not http or https", () => {
      signIn({ session: "s1", url: "javascript:alert(1)", expiresIn: 90_000 });
      assert.deepEqual(page.browser.tabs[0]?.visited, ["about:blank"]);
      assert.equal(element("sign-in-link").attributes["href"], "#");
    });

    it("offers a code where no tab can be opened", () => {
      open();
      page.browser.allowsTabs = false;
      press("sign-in");
      assert.equal(last("sign-in").body["short"], true);
      last("sign-in").reply({ session: "s1", code: "ABCD", linkUrl: "https://plex.tv/link", expiresIn: 900_000 });
      assert.equal(element("code").shown, "ABCD");
      assert.deepEqual(
        [element("sign-in-link").shown, element("sign-in-link").attributes["href"]],
        ["plex.tv/link", "https://plex.tv/link"],
      );
      assert.equal(said("sign-in"), text("sign-in.blocked") + text("sign-in.code"));
      assert.equal(isHidden("code-button"), true);
    });

    it("offers a code to those who want one, and gives up what was begun", () => {
      signIn();
      press("code");
      assert.deepEqual(last("sign-in/cancel").body, { session: "s1" });
      assert.equal(last("sign-in").body["short"], true);
      assert.deepEqual(
        page.browser.tabs.map(({ closed }) => closed),
        [true],
      );
    });

    it("closes its page with the sign-in, however that ends: whoever signed in there would wait for nothing", () => {
      for (const end of [
        () => press("cancel"),
        () => page.definition.oneditcancel?.call(page.createNode()),
        () => {
          follow("expired");
        },
        () => {
          follow("done");
        },
        () => press("sign-in"),
      ]) {
        signIn();
        end();
        assert.equal(page.browser.tabs[0]?.closed, true, String(end));
      }
    });

    it("forgets the servers of the former account as the next sign-in begins", () => {
      list();
      choose(0);
      last("servers").reply({ server: { ...attic, token: "its-own", connections, connection: connections[1] } });
      press("sign-in");
      assert.deepEqual([options("servers").length, options("addresses").length, said("find")], [0, 0, ""]);
    });

    it("asks once a second, one question at a time, and shows for how long yet", () => {
      signIn();
      const asked = () => page.browser.requests.filter(({ url }) => url === "plex-config/sign-in/status").length;
      page.browser.tick();
      page.browser.tick();
      assert.equal(asked(), 1);
      last("sign-in/status").reply({ state: "waiting", expiresIn: 61_000 });
      page.browser.tick();
      assert.equal(asked(), 2);
      assert.match(element("sign-in-time").shown, / 1:01$/);
    });

    it("goes on waiting while plex.tv has a problem, and says which", () => {
      signIn();
      for (const problem of ["rate-limited", "server-error", "unreachable", "timeout", "http-error"]) {
        page.browser.tick();
        last("sign-in/status").reply({ state: "waiting", expiresIn: 60_000, problem });
        const key = problem === "http-error" ? "other" : problem;
        assert.ok(said("sign-in").endsWith(text(`sign-in.problem.${key}`)));
      }
      page.browser.tick();
      last("sign-in/status").reply({ state: "waiting", expiresIn: 60_000 });
      assert.equal(said("sign-in"), text("sign-in.page"));
      assert.equal(page.browser.timers, 1);
    });

    it("goes on waiting while Node-RED does not answer", () => {
      signIn();
      page.browser.tick();
      last("sign-in/status").fail(0);
      assert.ok(said("sign-in").endsWith(text("request.failed")));
      assert.equal(page.browser.timers, 1);
    });

    for (const [name, answer, key] of [
      ["is over", { state: "expired" }, "sign-in.expired"],
      ["is denied", { state: "denied" }, "sign-in.denied"],
      [
        "is not known any more",
        { error: { code: "not-configured", detail: "session-unknown" } },
        "error.session-unknown",
      ],
    ] as const) {
      it(`says so when it ${name}, and leaves the form as it was`, () => {
        signIn();
        fields.type(fieldId("url"), "http://typed:32400");
        page.browser.tick();
        last("sign-in/status").reply(answer);
        assert.equal(said("sign-in"), text(key));
        assert.deepEqual([isHidden("sign-in"), page.browser.timers], [true, 0]);
        assert.deepEqual([value("url"), value("token")], ["http://typed:32400", ""]);
      });
    }

    it("says why it could not begin, and closes the empty tab", () => {
      signIn({ error: { code: "unreachable", message: "" } });
      assert.equal(said("sign-in"), text("plex-tv.unreachable"));
      assert.equal(page.browser.tabs[0]?.closed, true);
    });

    it("can be cancelled by the button and by Escape", () => {
      for (const cancel of [() => press("cancel"), () => element("sign-in").trigger("keydown", { key: "Escape" })]) {
        signIn();
        cancel();
        assert.deepEqual(last("sign-in/cancel").body, { session: "s1" });
        assert.equal(said("sign-in"), text("sign-in.cancelled"));
        assert.equal(page.browser.timers, 0);
        assert.equal(fields.focused, element("sign-in-button"));
      }
    });

    it("is given up, and forgotten when it was complete, as the dialog closes", () => {
      for (const finish of [signIn, list]) {
        finish();
        page.definition.oneditcancel?.call(page.createNode());
        assert.deepEqual(last("sign-in/cancel").body, { session: "s1" });
        assert.equal(page.browser.timers, 0);
      }
    });

    it("lists the account's servers when it is done", () => {
      list();
      assert.deepEqual(last("servers").body, { session: "s1", timeout });
      assert.deepEqual(
        options("servers").map(({ shown }) => shown),
        ["Atticyour own · online · version 1.43", "Cellarshared by Ann · offline"],
      );
      assert.equal(said("sign-in"), text("sign-in.done"));
    });
  });

  describe("servers", () => {
    it("fills in address, token and name of the chosen one", () => {
      list();
      choose(0);
      assert.deepEqual(last("servers").body, { session: "s1", timeout, machineIdentifier: "m1" });
      last("servers").reply({ server: { ...attic, token: "its-own", connections, connection: connections[1] } });
      assert.deepEqual([value("url"), value("token"), value("name")], ["http://10.0.0.2:32400", "its-own", "Attic"]);
      assert.equal(said("find"), text("chosen.filled").replace("__name__", "Attic"));
      assert.deepEqual(
        options("addresses").map(({ attributes }) => attributes["aria-selected"]),
        ["true", "false", "false"],
      );
      assert.deepEqual(
        options("addresses").map(({ children }) => children[1]?.shown),
        [
          "local · answered in 12 ms",
          `local · ${text("addresses.unreachable-direct")}`,
          `${text("addresses.relay")} · ${text("addresses.tls")}`,
        ],
      );
    });

    it("keeps a name that is there, and shows no token", () => {
      list();
      fields.type(fieldId("name"), "Mine");
      choose(0);
      last("servers").reply({ server: { ...attic, token: "its-own", connections, connection: connections[1] } });
      assert.equal(value("name"), "Mine");
      for (const name of ["find-message", "servers", "addresses", "sign-in-message", "test-message"]) {
        assert.doesNotMatch(element(name).shown, /its-own/);
      }
    });

    it("takes another address by hand, with the keyboard too", () => {
      list();
      choose(0);
      last("servers").reply({ server: { ...attic, token: "its-own", connections, connection: connections[1] } });
      element("addresses").trigger("keydown", { key: "End" });
      assert.ok(fields.focused === options("addresses")[2], "not the last");
      assert.equal(value("url"), connections[1]?.uri, "moving chooses nothing");
      element("addresses").trigger("keydown", { key: "Enter" });
      assert.equal(value("url"), connections[2]?.uri);
      element("addresses").trigger("keydown", { key: "Home" });
      element("addresses").trigger("keydown", { key: "ArrowUp" });
      element("addresses").trigger("keydown", { key: " " });
      assert.equal(value("url"), connections[1]?.uri);
    });

    it("fills in nothing when no address answers, until one is chosen by hand", () => {
      list();
      choose(0);
      last("servers").reply({ server: { ...attic, token: "its-own", connections, connection: null } });
      assert.deepEqual([value("url"), value("token"), value("name")], ["", "", ""]);
      assert.equal(said("find"), text("chosen.no-answer").replace("__name__", "Attic"));
      options("addresses")[1]?.trigger("click");
      assert.deepEqual([value("url"), value("token")], [connections[0]?.uri, "its-own"]);
      choose(1);
      last("servers").reply({ server: { ...cellar, token: "other", connections: [], connection: null } });
      assert.equal(said("find"), text("chosen.no-address").replace("__name__", "Cellar"));
    });

    const its = (server: object, more: object = {}) => ({
      server: { ...server, token: "its-own", withheld: false, connections, connection: connections[1], ...more },
    });
    const sentences = (name: string, ...keys: string[]): string =>
      keys.map((key) => text(`chosen.${key}`).replace("__name__", name)).join("");

    it("takes back what it filled in for one server when another is chosen, and says whose values are left", () => {
      list();
      choose(0);
      last("servers").reply(its(attic));
      choose(1);
      assert.deepEqual([value("url"), value("token"), value("name")], ["", "", ""], "while it is asked for");
      last("servers").reply(its(cellar, { token: null }));
      assert.deepEqual([value("url"), value("token"), value("name")], [connections[1]?.uri, "", "Cellar"]);
      assert.equal(said("find"), sentences("Cellar", "url", "none-given"));
      assert.equal(isHidden("trust"), true);

      choose(0);
      last("servers").reply({ error: { code: "timeout", message: "" } });
      assert.deepEqual([value("url"), value("token"), value("name")], ["", "", ""]);
    });

    it("puts back what a person had typed or stored", () => {
      open({ url: "http://typed:32400", token: "typed", name: "Mine" });
      press("find");
      last("servers").reply({ servers: [attic, cellar] });
      choose(0);
      last("servers").reply(its(attic));
      assert.deepEqual([value("url"), value("token"), value("name")], [connections[1]?.uri, "its-own", "Mine"]);
      choose(1);
      last("servers").reply(its(cellar, { connections: [], connection: null }));
      assert.deepEqual([value("url"), value("token"), value("name")], ["http://typed:32400", "typed", "Mine"]);
      assert.equal(said("find"), sentences("Cellar", "no-address") + sentences("Mine", "still"));
      press("find");
      assert.equal(last("servers").body["token"], "typed");
    });

    it("keeps what a person typed over it", () => {
      list();
      choose(0);
      last("servers").reply(its(attic));
      fields.type(fieldId("token"), "typed");
      fields.type(fieldId("name"), "Mine");
      choose(1);
      last("servers").reply(its(cellar, { token: null }));
      assert.deepEqual([value("url"), value("token"), value("name")], [connections[1]?.uri, "typed", "Mine"]);
    });

    for (const [token, withheld] of [
      ["typed", false],
      ["__PWRD__", true],
    ] as const) {
      it(`sends no token (${token}) to an address that it filled in, until a person says so`, () => {
        const isDoubtful = () => page.validate("url", value("url"), page.createNode({ id: "cfg" })) !== true;
        open({ token });
        press("find");
        last("servers").reply({ servers: [attic, cellar] });
        choose(1);
        last("servers").reply(its(cellar, { token: null, withheld }));
        assert.deepEqual([value("url"), value("token")], [connections[1]?.uri, token]);
        const why = withheld ? [] : ["none-given"];
        assert.equal(said("find"), sentences("Cellar", "url", ...why, "kept"));
        assert.deepEqual([isHidden("trust"), isDoubtful()], [false, true]);
        press("test");
        assert.equal(said("test"), text("chosen.kept"));
        assert.ok(fields.focused === element("trust-button"), "the focus is not at the button that says so");
        assert.equal(page.browser.requests.filter(({ url }) => url.endsWith("/test")).length, 0);

        press("trust");
        assert.deepEqual([isHidden("trust"), isDoubtful(), said("find")], [true, false, text("chosen.trusted")]);
        press("test");
        assert.equal(last("test").body["token"], token);
        choose(0);
        last("servers").reply(its(attic, { token: null, withheld }));
        assert.equal(isDoubtful(), true, "the word for one server counted for another");
        fields.type(fieldId("token"), "for this one");
        assert.equal(isDoubtful(), false, "a token that was typed beside the address needs no word");
      });
    }

    it("remembers of a node that was left so, and asks again", () => {
      open({ token: "typed" });
      press("find");
      last("servers").reply({ servers: [attic] });
      last("servers").reply(its(attic, { token: null }));
      const url = String(value("url"));
      page.definition.oneditsave?.call(page.createNode({ id: "cfg" }));
      const say = (given: string, id = "cfg") => page.validate("url", given, page.createNode({ id }));
      assert.equal(say(url), text("validation.url-doubtful"));
      assert.deepEqual([say("http://other:32400"), say(url, "another")], [true, true]);
      fields = page.openDialog(page.createNode({ id: "cfg", url }), {
        ...{ [fieldId("url")]: url, [fieldId("token")]: "typed", [fieldId("clientIdentifier")]: "me" },
        ...{ [fieldId("timeout")]: "10000", [fieldId("retries")]: "2" },
      });
      assert.deepEqual([isHidden("trust"), said("find")], [false, text("chosen.kept")]);
      press("trust");
      page.definition.oneditsave?.call(page.createNode({ id: "cfg" }));
      assert.equal(say(url), true);
    });

    it("leaves the token where the address is the one that stood there", () => {
      open({ url: connections[1]!.uri, token: "__PWRD__" });
      press("find");
      last("servers").reply({ servers: [attic] });
      last("servers").reply(its(attic, { token: null, withheld: true }));
      assert.equal(said("find"), sentences("Attic", "url", "same"));
      press("test");
      assert.equal(last("test").body["token"], "__PWRD__");
    });

    it("chooses the only server of an account, and no other by itself", () => {
      list();
      assert.equal(last("servers").body["machineIdentifier"], undefined);
      press("find");
      last("servers").reply({ servers: [cellar] });
      assert.equal(last("servers").body["machineIdentifier"], "m2");
      assert.equal(options("servers")[0]?.attributes["aria-selected"], "true");
    });

    it("puts the focus into the list after a sign-in, unless the user is elsewhere by then", () => {
      signIn();
      element("sign-in-button").trigger("focus");
      page.browser.tick();
      last("sign-in/status").reply({ state: "done" });
      last("servers").reply({ servers: [attic, cellar] });
      assert.ok(fields.focused === options("servers")[0], "not in the list");
      signIn();
      fields.find(`#${fieldId("name")}`).trigger("focus");
      page.browser.tick();
      last("sign-in/status").reply({ state: "done" });
      last("servers").reply({ servers: [attic, cellar] });
      assert.ok(fields.focused === fields.find(`#${fieldId("name")}`), "taken away from the user");
    });

    it("can be filtered where there are many", () => {
      signIn();
      page.browser.tick();
      last("sign-in/status").reply({ state: "done" });
      const many = Array.from({ length: 40 }, (_, index) => ({
        ...attic,
        machineIdentifier: `m${index}`,
        name: `Server ${index}`,
      }));
      last("servers").reply({ servers: many });
      assert.equal(element("servers-filter").attributes["hidden"], undefined);
      fields.type("plex-config-servers-filter", "server 37");
      assert.equal(options("servers").length, 1);
      element("servers-filter").trigger("keydown", { key: "Enter" });
      assert.equal(last("servers").body["machineIdentifier"], "m37");
    });

    it("asks with a token that was typed after the sign-in, and with the account's while only a server's was filled in", () => {
      list();
      choose(0);
      last("servers").reply({ server: { ...attic, token: "its-own", connections, connection: connections[1] } });
      press("find");
      assert.deepEqual(last("servers").body, { session: "s1", timeout });
      last("servers").reply({ servers: [attic, cellar] });
      fields.type(fieldId("token"), "typed");
      press("find");
      assert.equal(last("servers").body["token"], "typed");
    });

    it("advises on DNS rebinding once, and never for an address of Docker's", () => {
      const hash = "0123456789abcdef0123456789abcdef";
      const at = (address: string, more: object = {}) => {
        const uri = `https://${address.replaceAll(".", "-")}.${hash}.plex.direct:32400`;
        return { uri, address, local: true, relay: false, reachable: false, error: "unreachable", ...more };
      };
      const advice = text("addresses.unreachable-direct");
      const advised = (found: readonly object[]) => {
        list();
        choose(0);
        last("servers").reply({ server: { ...attic, token: "t", connections: found, connection: null } });
        return options("addresses").map(({ shown }) => shown.includes(advice));
      };
      assert.deepEqual(
        advised([at("172.17.0.1"), at("192.168.1.10"), at("192.168.1.11"), at("172.32.0.1"), at("8.8.8.8")]),
        [false, true, false, false, false],
      );
      assert.deepEqual(advised([at("172.17.0.1"), at("172.31.0.1")]), [false, false]);
      assert.deepEqual(advised([at("192.168.1.10", { error: "tls" }), at("192.168.1.11")]), [false, true]);
    });

    it("merges what the network answers, and says why it may not answer", () => {
      list();
      press("discover");
      assert.deepEqual(last("discover").body, { clientIdentifier: "me", tls: "", proxy: "", timeout });
      const near = { owner: null, owned: null, online: true, connections, connection: connections[1] };
      last("discover").reply({
        servers: [
          { ...attic, ...near },
          { ...cellar, ...near, machineIdentifier: "m3" },
        ],
      });
      assert.deepEqual(
        options("servers").map(({ shown }) => shown),
        [
          "Atticyour own · on this network · online · version 1.43",
          "Cellarshared by Ann · offline",
          "Cellaron this network · online",
        ],
      );
      assert.equal(said("find"), text("servers.found").replace("__number__", "3"));
      choose(2);
      assert.equal(value("url"), connections[1]?.uri);
      assert.equal(said("find"), sentences("Cellar", "url", "none-found"));
      press("discover");
      last("discover").reply({ servers: [] });
      assert.equal(said("find"), text("servers.none-network"));
    });

    it("says so when an account has none, or plex.tv does not tell", () => {
      open({ token: "abc" });
      press("find");
      last("servers").reply({ servers: [] });
      assert.equal(said("find"), text("servers.none-account"));
      press("find");
      last("servers").reply({ error: { code: "unauthorized", message: "" } });
      assert.equal(said("find"), text("plex-tv.unauthorized"));
      press("discover");
      last("discover").reply({ error: { code: "invalid-response", message: "" } });
      assert.equal(said("find"), text("servers.search-failed"));
    });

    it("discards the answer about a server that is not the chosen one any more", () => {
      list();
      choose(0);
      const late = last("servers");
      choose(1);
      late.reply({ server: { ...attic, token: "late", connections, connection: connections[1] } });
      assert.deepEqual([late.isAborted, value("token")], [true, ""]);
    });

    it("disables the buttons while it asks", () => {
      open();
      const disabled = () => ["find", "discover"].map((name) => element(`${name}-button`).attributes["aria-disabled"]);
      press("find");
      assert.deepEqual(disabled(), ["true", "true"]);
      press("find");
      assert.equal(page.browser.requests.length, 1, "A disabled button asked.");
      last("servers").reply({ servers: [] });
      assert.deepEqual(disabled(), ["false", "false"]);
    });
  });

  describe("test of the connection", () => {
    const server = { name: "Attic", version: "1.43", claimed: true, machineIdentifier: "m1" };
    const typed = {
      url: "http://10.0.0.2:32400",
      token: "abc",
      clientIdentifier: "me",
      tls: "t1",
      proxy: "p1",
      timeout,
    };

    it("sends what stands in the form, and tells all that it learned", () => {
      open(typed);
      press("test");
      assert.equal(element("test-button").attributes["aria-disabled"], "true");
      assert.deepEqual(last("test").body, { id: "cfg", ...typed });
      last("test").reply({ server, mints: true, latency: 12 });
      const ok = text("test.ok").replace("__name__", "Attic").replace("__latency__", "12");
      const version = text("test.version").replace("__version__", "1.43");
      const rest = ["claimed", "accepted", "mints"].map((key) => text(`test.${key}`)).join("");
      assert.equal(said("test"), ok + version + rest);
      assert.match(String(element("test-message").children[0]?.attributes["class"]), /fa-check-circle/);
      assert.equal(element("test-button").attributes["aria-disabled"], "false");
    });

    it("tells of a server that is not claimed, or gives out no transient tokens", () => {
      open(typed);
      press("test");
      last("test").reply({ server: { ...server, version: null, claimed: false }, mints: false, latency: 12 });
      assert.ok(said("test").includes(text("test.unclaimed") + text("test.accepted") + text("test.mints-not")));
      assert.doesNotMatch(said("test"), /null/);
    });

    it("offers the better address, and puts it into the form", () => {
      open(typed);
      press("test");
      const suggestion = "https://10-0-0-2.abc.plex.direct:32400";
      last("test").reply({ error: { code: "unreachable", detail: "secure-required", message: "" }, suggestion });
      assert.equal(
        said("test"),
        text("error.secure-required") + text("test.suggestion").replace("__url__", suggestion),
      );
      assert.equal(isHidden("suggestion"), false);
      press("use");
      assert.deepEqual([value("url"), value("token"), value("name")], [suggestion, "abc", ""]);
      assert.deepEqual([said("test"), isHidden("suggestion")], ["", true]);
      assert.equal(fields.focused, element("test-button"));
    });

    it("tells of a server that was reached with a token that is none to keep", () => {
      open(typed);
      press("test");
      const error = { code: "forbidden", detail: "transient-token", message: "" };
      last("test").reply({ error, server, mints: false, latency: 3 });
      assert.equal(said("test"), text("test.partly").replace("__name__", "Attic") + text("error.transient-token"));
    });

    it("says which setting is wrong in the words of its field, goes there, and asks nobody", () => {
      for (const [name, wrong, key] of [
        ["url", "", "url-missing"],
        ["url", "nas:32400", "url-scheme"],
        ["token", "", "token-missing"],
        ["token", "claim-x", "token-claim"],
        ["timeout", "soon", "timeout"],
        ["retries", "-1", "retries"],
        ["clientIdentifier", "a b", "identifier-characters"],
      ] as const) {
        open({ ...typed, [name]: wrong });
        press("test");
        assert.equal(said("test"), text(`validation.${key}`));
        assert.ok(fields.focused === fields.find(`#${fieldId(name)}`), `The focus is not at ${name}.`);
        assert.equal(page.browser.requests.length, 0);
      }
    });

    it("names the variable that is not set, and goes to the setting that the runtime could not use", () => {
      open({ ...typed, url: "${PLEX_URL}" });
      press("test");
      last("test").reply({
        error: { code: "not-configured", message: "", detail: "variable-unset", setting: "url", variable: "PLEX_URL" },
      });
      const sentence = text("error.variable-unset").replace("__variable__", "PLEX_URL");
      assert.equal(said("test"), sentence.replace("__setting__", text("label.url")));
      assert.ok(fields.focused === fields.find(`#${fieldId("url")}`), "The focus is not at the URL.");
      open(typed);
      press("test");
      last("test").reply({
        error: { code: "not-configured", message: "", detail: "setting-refused", setting: "token" },
      });
      assert.equal(said("test"), text("error.setting-refused").replace("__setting__", text("label.token")));
    });

    it("takes its result back when the settings change, and discards what comes late", () => {
      open(typed);
      press("test");
      last("test").reply({ server, mints: true, latency: 12 });
      fields.type(fieldId("url"), "http://10.0.0.3:32400");
      assert.equal(said("test"), "");
      press("test");
      const late = last("test");
      fields.type(fieldId("token"), "other");
      late.reply({ server, mints: true, latency: 12 });
      assert.deepEqual([late.isAborted, said("test")], [true, ""]);
      assert.equal(element("test-button").attributes["aria-disabled"], "false");
    });
  });
});

describe("editor: source picker", () => {
  interface Opening {
    readonly credentials: object;
    readonly mayDeploy: boolean;
    /** Whether its button is pressed at once. */
    readonly press: boolean;
  }

  let page: Page;
  let fields: Fields;

  const element = (name = ""): Field => fields.find(`#plex-source-connection-picker${name}`);
  const options = (): readonly Field[] => element("-list").children;
  const said = (): string => element("-message").shown;
  const text = (key: string): string => page.catalogue.get(`plex-source-connection.${key}`)!;
  const sources = [
    { source: "server://m1", name: "Attic", owner: null },
    { source: "server://m2", name: "Cellar", owner: "Ann" },
    { source: "provider://tv.plex.discover", name: "Discover", owner: null },
  ];

  const shared = (key: string): string => loadPage("plex-config").catalogue.get(`plex-config.picker.${key}`)!;

  function open(
    server = "cfg",
    { credentials = { token: "typed" }, mayDeploy = true, press = true }: Partial<Opening> = {},
  ): void {
    page = loadPage("plex-source-connection", mayDeploy);
    const node = { id: "cfg", url: "http://plex.lan:32400", clientIdentifier: "me", tls: "t1", timeout };
    page.nodes.set("cfg", { ...node, credentials });
    fields = page.openDialog(page.createNode({ id: "edited" }), {
      "node-input-source": "payload",
      "node-input-sourceType": "msg",
      "node-input-server": server,
    });
    const button = element("-button").attr("aria-expanded", "false");
    if (press) button.trigger("click");
  }

  afterEach(() => {
    page.definition.oneditsave?.call(page.createNode());
  });

  it("asks with what the chosen plex-config node has, a token only if it was typed in this session", () => {
    open();
    const asked = { id: "cfg", url: "http://plex.lan:32400", clientIdentifier: "me", tls: "t1", proxy: "", timeout };
    assert.deepEqual(page.browser.last("sources").body, { ...asked, token: "typed" });
    open("cfg", { credentials: { has_token: true } });
    assert.deepEqual(page.browser.last("sources").body, { ...asked, token: "" });
  });

  it("asks for a server first", () => {
    open("_ADD_");
    assert.equal(page.browser.requests.length, 0);
    assert.equal(said(), shared("no-server"));
  });

  it("says that the server comes from a variable, where it does", () => {
    open("${PLEX}");
    assert.equal(page.browser.requests.length, 0);
    assert.equal(said(), shared("server-variable"));
  });

  it("tells who may not deploy that it is not for them, before they press", () => {
    open("cfg", { mayDeploy: false, press: false });
    assert.equal(element("-button").attributes["aria-disabled"], "true");
    element("-button").trigger("click");
    assert.equal(page.browser.requests.length, 0);
    assert.equal(said(), loadPage("plex-config").catalogue.get("plex-config.request.read-only"));
  });

  it("writes the chosen one as a fixed text", () => {
    open();
    page.browser.last("sources").reply({ sources });
    assert.equal(fields.focused, element("-filter"));
    assert.deepEqual(
      options().map(({ shown }) => shown),
      ["Atticserver://m1", "Cellarserver://m2 · shared by Ann", "Discoverprovider://tv.plex.discover"],
    );
    options()[1]?.trigger("click");
    assert.equal(fields.find("#node-input-source").val(), "server://m2");
    assert.equal(fields.find("#node-input-sourceType").val(), "str");
    assert.equal(said(), text("sources.chosen").replace("__name__", "Cellar"));
    assert.equal(options().length, 0);
    assert.equal(fields.focused, element("-button"));
  });

  it("finds by name, identifier or owner, and leads on into the list", () => {
    open();
    page.browser.last("sources").reply({ sources });
    for (const [typed, found] of [
      ["ATT", 1],
      ["server://", 2],
      ["ann", 1],
      ["zzz", 0],
    ] as const) {
      fields.type("plex-source-connection-picker-filter", typed);
      assert.equal(options().length, found, typed);
    }
    assert.equal(said(), shared("no-match"));
    fields.type("plex-source-connection-picker-filter", "cell");
    element("-filter").trigger("keydown", { key: "ArrowDown" });
    assert.equal(fields.focused, options()[0]);
  });

  it("takes the only match with Enter, and nothing while there are several", () => {
    open();
    page.browser.last("sources").reply({ sources });
    element("-filter").trigger("keydown", { key: "Enter" });
    assert.equal(fields.find("#node-input-source").val(), "payload");
    fields.type("plex-source-connection-picker-filter", "cell");
    element("-filter").trigger("keydown", { key: "Enter", ctrlKey: true });
    assert.equal(fields.find("#node-input-source").val(), "payload", "Ctrl+Enter is Node-RED's.");
    element("-filter").trigger("keydown", { key: "Enter" });
    assert.equal(fields.find("#node-input-source").val(), "server://m2");
  });

  it("goes to the line whose beginning is typed at the list, and leaves Node-RED its keys", () => {
    open();
    page.browser.last("sources").reply({ sources });
    const press = (key: string, more = {}) => element("-list").trigger("keydown", { key, ...more });
    for (const letter of "disc") press(letter);
    assert.equal(fields.focused, options()[2]);
    for (const modifier of ["ctrlKey", "metaKey", "altKey"]) press("Enter", { [modifier]: true });
    assert.equal(fields.find("#node-input-source").val(), "payload");
    press("Enter");
    assert.equal(fields.find("#node-input-source").val(), "provider://tv.plex.discover");
  });

  it("closes by Escape, by its button and when another server is chosen", () => {
    for (const close of [
      () => element().trigger("keydown", { key: "Escape" }),
      () => element("-button").trigger("click"),
      () => fields.find("#node-input-server").trigger("change"),
    ]) {
      open();
      page.browser.last("sources").reply({ sources });
      close();
      assert.deepEqual([options().length, element("-button").attributes["aria-expanded"]], [0, "false"]);
    }
  });

  it("says so when there is none, or plex.tv does not tell", () => {
    open();
    page.browser.last("sources").reply({ sources: [] });
    assert.equal(said(), text("sources.none"));
    open();
    page.browser.last("sources").reply({ error: { code: "unauthorized", message: "" } });
    assert.match(said(), /^plex\.tv does not accept the token\./);
  });

  it("drops its question when the dialog closes", () => {
    open();
    const request = page.browser.last("sources");
    page.definition.oneditcancel?.call(page.createNode());
    request.reply({ sources });
    assert.deepEqual([request.isAborted, options().length], [true, 0]);
  });
});

describe("editor: plex-config for who may not deploy", () => {
  it("tells that its buttons are not for them, before they press", () => {
    const page = loadPage("plex-config", false);
    const fields = page.openDialog(page.createNode({ id: "cfg" }), {});
    for (const name of ["sign-in", "find", "discover", "test"]) {
      const button = fields.find(`#plex-config-${name}-button`);
      assert.equal(button.attributes["aria-disabled"], "true", name);
      button.trigger("click");
    }
    assert.deepEqual([page.browser.requests.length, page.browser.tabs.length], [0, 0]);
    const sentence = page.catalogue.get("plex-config.request.read-only");
    for (const name of ["find", "test"]) assert.equal(fields.find(`#plex-config-${name}-message`).shown, sentence);
  });
});

describe("editor: the token's field", () => {
  it("shows what is typed while it is typed, and neither what is stored nor what was filled in", () => {
    const page = loadPage("plex-config");
    const id = "node-config-input-token";
    const fields = page.openDialog(page.createNode({ id: "cfg" }), { [id]: "__PWRD__" });
    const button = fields.find("#plex-config-token-button");
    const type = () => fields.find(`#${id}`).attributes["type"];
    button.trigger("click");
    assert.equal(type(), "password", "There is nothing to show of a stored token.");
    fields.type(id, "typed");
    button.trigger("click");
    assert.deepEqual([type(), button.attributes["aria-pressed"]], ["text", "true"]);
    fields.type(id, "typed on");
    assert.equal(type(), "text");
    page.definition.oneditsave?.call(page.createNode({ id: "cfg" }));
    assert.equal(type(), "password");
  });
});

describe("editor: result of a flow node", () => {
  for (const type of ["plex-transient-token", "plex-source-connection"]) {
    it(`${type}: says below "Result in" what is wrong, and takes it back`, () => {
      const page = loadPage(type);
      const fields = page.openDialog(page.createNode({}), { "node-input-property": "payload" });
      const line = fields.find(`#${type}-property-message`);
      fields.type("node-input-property", "a b");
      assert.equal(line.shown.trim(), page.catalogue.get(`${type}.validation.property`));
      fields.type("node-input-property", "plex.result");
      assert.equal(line.shown, "");
      page.definition.oneditcancel?.call(page.createNode());
    });
  }
});

describe("editor: plex-transient-token dialog", () => {
  it("says below the reuse time what is wrong with it, and takes it back", () => {
    const page = loadPage("plex-transient-token");
    const fields = page.openDialog(page.createNode(), { "node-input-reuse": "0" });
    const line = fields.find("#plex-transient-token-reuse-message");
    assert.equal(line.shown, "");
    fields.type("node-input-reuse", "soon");
    assert.equal(line.shown.trim(), page.catalogue.get("plex-transient-token.validation.reuse"));
    assert.equal(fields.find("#node-input-reuse").attributes["aria-invalid"], "true");
    fields.type("node-input-reuse", "60");
    assert.equal(line.shown, "");
  });
});
