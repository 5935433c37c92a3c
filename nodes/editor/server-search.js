// The servers to choose from, of an account and of the local network.
(function () {
  const { plexAccess } = window;
  const { say, tell } = plexAccess;

  /**
   * Those of the account first, with what the network tells of them.
   * @param {PlexAccessServer[]} ofAccount
   * @param {PlexAccessServer[]} ofNetwork
   */
  function merge(ofAccount, ofNetwork) {
    const found = ofAccount.map((own) => {
      const near = ofNetwork.find(({ machineIdentifier }) => machineIdentifier === own.machineIdentifier);
      return near ? { ...near, ...own, online: true, connections: near.connections } : own;
    });
    const known = found.map(({ machineIdentifier }) => machineIdentifier);
    return found.concat(ofNetwork.filter(({ machineIdentifier }) => !known.includes(machineIdentifier)));
  }

  plexAccess.createServerSearch = function ({ form, fields, filling, onStart }) {
    const message = $("#plex-config-find-message");
    const find = $("#plex-config-find-button");
    const discover = $("#plex-config-discover-button");
    /** @type {PlexAccessServer[]} */
    let ofAccount = [];
    /** @type {PlexAccessServer[]} */
    let ofNetwork = [];
    /** How the account was asked, to ask about a server of it in the same way. */
    let account = {};
    let session = "";
    let chosen = "";
    let dropRequest = () => {};
    let release = () => {};

    const addresses = plexAccess.createAddressChoice({ filling, message });
    const list = plexAccess.createFilteredList({
      ...{ element: $("#plex-config-servers"), id: "plex-config-servers", least: 9 },
      ...{ label: say("plex-config.servers.label"), filterLabel: say("plex-config.servers.filter") },
      onChoose: ({ id }) => choose(id),
      onFilter: (number) =>
        tell(
          message,
          "info",
          number === 0 ? say("plex-config.picker.no-match") : say("plex-config.servers.found", { number }),
        ),
    });

    function stop() {
      dropRequest();
      release();
    }

    function showServers() {
      const all = merge(ofAccount, ofNetwork);
      list.show(all.map(plexAccess.toServer), chosen);
      return all;
    }

    /** @param {string} id */
    function choose(id) {
      stop();
      chosen = id;
      filling.takeBack();
      addresses.clear();
      const own = ofAccount.find(({ machineIdentifier }) => machineIdentifier === id);
      const near = ofNetwork.find(({ machineIdentifier }) => machineIdentifier === id);
      const reached = (near && near.connections) || [];
      if (near && !own) {
        const server = { name: near.name, token: null, connections: reached, why: /** @type {const} */ ("none-found") };
        return addresses.settle(server, near.connection);
      }
      tell(message, "running", say("plex-config.servers.trying", { name: own ? own.name : "" }));
      release = plexAccess.disable(find, discover);
      dropRequest = form.ask("servers", { ...account, timeout: fields().timeout, machineIdentifier: id }, (reply) => {
        release();
        if (reply.error) return tell(message, "problem", plexAccess.explain(reply.error, "plex.tv"));
        const { name, token, withheld, connections, connection } = reply.server;
        const isKnown = (/** @type {string} */ uri) => connections.some((/** @type {any} */ one) => one.uri === uri);
        const all = connections.concat(reached.filter(({ uri }) => !isKnown(uri)));
        const why = /** @type {"" | "none-given"} */ (withheld ? "" : "none-given");
        const server = { name, token, connections: all, why };
        addresses.settle(server, connection || (near && near.connection));
      });
    }

    /**
     * @param {{ key: string, ask: (onReply: (reply: any) => void) => () => void, onFound: (reply: any) => void,
     *   none: string, explain: (error: PlexAccessFailure) => string }} search
     * @param {() => void} [onShown]
     */
    function run({ key, ask, onFound, none, explain }, onShown) {
      stop();
      onStart();
      tell(message, "running", say(key));
      release = plexAccess.disable(find, discover);
      dropRequest = ask((reply) => {
        release();
        if (reply.error) return tell(message, "problem", explain(reply.error));
        onFound(reply.servers);
        const { length } = showServers();
        if (reply.servers.length === 0) tell(message, "info", say(none));
        else tell(message, "ok", say("plex-config.servers.found", { number: length }));
        if (onShown) onShown();
      });
    }

    /** @param {() => void} [onShown] */
    function findServers(onShown) {
      const { timeout } = fields();
      const asked = session === "" ? { ...fields(), token: filling.ownToken() } : { session, timeout };
      const search = {
        key: "plex-config.servers.asking",
        none: "plex-config.servers.none-account",
        ask: (/** @type {(reply: any) => void} */ onReply) => form.ask("servers", asked, onReply),
        explain: (/** @type {PlexAccessFailure} */ error) => plexAccess.explain(error, "plex.tv"),
        onFound: (/** @type {PlexAccessServer[]} */ found) => {
          account = asked;
          ofAccount = found;
        },
      };
      run(search, () => {
        if (onShown) onShown();
        if (ofAccount.length !== 1) return;
        chosen = ofAccount[0].machineIdentifier;
        showServers();
        choose(chosen);
      });
    }

    function discoverServers() {
      const { clientIdentifier, tls, proxy, timeout } = fields();
      run({
        key: "plex-config.servers.searching",
        none: "plex-config.servers.none-network",
        ask: (onReply) => form.ask("discover", { clientIdentifier, tls, proxy, timeout }, onReply),
        explain: (error) => {
          const isOurs = error.key || error.detail || error.code === "not-configured" || error.code === "cancelled";
          return isOurs ? plexAccess.explain(error, "server") : say("plex-config.servers.search-failed");
        },
        onFound: (found) => (ofNetwork = found),
      });
    }

    plexAccess.onPress(find, () => findServers());
    plexAccess.onPress(discover, discoverServers);
    plexAccess.lockForReaders(message, $("#plex-config-sign-in-button"), find, discover);
    return {
      leaveAccount() {
        stop();
        [ofAccount, session, chosen] = [[], "", ""];
        showServers();
        addresses.clear();
        tell(message, "info");
      },
      signedIn(given) {
        session = given;
        findServers(() => {
          // By now the user may be somewhere else in the form.
          const isNowhere = document.activeElement === document.body;
          if (isNowhere || $("#plex-config-sign-in-button").is(":focus")) list.focus();
        });
      },
      // Whoever types a token means that one, and not what the sign-in brought.
      forgetSession: () => (session = ""),
    };
  };
})();
