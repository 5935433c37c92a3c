// The servers to choose from, of an account and of the local network, and the addresses of the chosen one.
(function () {
  const { plexAccess } = window;
  const { say, tell, toAddress, toServer } = plexAccess;
  plexAccess.createServerSearch = function ({ form, fields, fill, onStart }) {
    const message = $("#plex-config-find-message");
    const heading = $("#plex-config-addresses-label");
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
    /** @type {{ name: string, token: string | null, connections: PlexAccessConnection[] } | undefined} */
    let server;
    let dropRequest = () => {};
    let release = () => {};

    const addresses = plexAccess.createList($("#plex-config-addresses"), ({ id }) => take(id));
    const servers = plexAccess.createList($("#plex-config-servers"), ({ id }) => choose(id));

    function stop() {
      dropRequest();
      release();
    }

    function showServers() {
      const found = ofAccount.map((own) => {
        const near = ofNetwork.find(({ machineIdentifier }) => machineIdentifier === own.machineIdentifier);
        return near ? { ...near, ...own, online: true, connections: near.connections } : own;
      });
      const known = found.map(({ machineIdentifier }) => machineIdentifier);
      const all = found.concat(ofNetwork.filter(({ machineIdentifier }) => !known.includes(machineIdentifier)));
      servers.show(all.map(toServer), chosen);
      return all;
    }

    function showAddresses() {
      const known = server ? server.connections : [];
      heading.text(server && known.length > 0 ? say("plex-config.addresses.label", { name: server.name }) : "");
      addresses.show(known.map(toAddress), String(fields().url));
    }

    /** @param {string} uri */
    function take(uri) {
      if (!server) return;
      const { name, token } = server;
      fill({ url: uri, token, name });
      const key = token ? "filled" : fields().token === "" ? "token-missing" : "token-kept";
      tell(message, token ? "ok" : "info", say("plex-config.chosen." + key, { name }));
    }

    /**
     * @param {{ name: string, token: string | null, connections: PlexAccessConnection[] }} found
     * @param {PlexAccessConnection | null | undefined} best
     */
    function settle(found, best) {
      server = found;
      const { name } = found;
      if (best) take(best.uri);
      else {
        const key = found.connections.length > 0 ? "no-answer" : "no-address";
        tell(message, "problem", say("plex-config.chosen." + key, { name }));
      }
      showAddresses();
    }

    /** @param {string} id */
    function choose(id) {
      stop();
      chosen = id;
      server = undefined;
      showAddresses();
      const own = ofAccount.find(({ machineIdentifier }) => machineIdentifier === id);
      const near = ofNetwork.find(({ machineIdentifier }) => machineIdentifier === id);
      const reached = (near && near.connections) || [];
      if (near && !own) return settle({ name: near.name, token: null, connections: reached }, near.connection);
      tell(message, "running", say("plex-config.servers.trying", { name: own ? own.name : "" }));
      release = plexAccess.disable(find, discover);
      dropRequest = form.ask("servers", { ...account, timeout: fields().timeout, machineIdentifier: id }, (reply) => {
        release();
        if (reply.error) return tell(message, "problem", plexAccess.explain(reply.error, "plex.tv"));
        const { name, token, connections, connection } = reply.server;
        const isKnown = (/** @type {string} */ uri) => connections.some((/** @type {any} */ one) => one.uri === uri);
        const more = reached.filter(({ uri }) => !isKnown(uri));
        settle({ name, token, connections: connections.concat(more) }, connection || (near && near.connection));
      });
    }

    /**
     * @param {{ key: string, ask: (onReply: (reply: any) => void) => () => void, onFound: (reply: any) => void,
     *   none: string, explain: (error: PlexAccessFailure) => string }} search
     */
    function run({ key, ask, onFound, none, explain }) {
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
      });
    }

    function findServers() {
      const asked = session === "" ? fields() : { session, timeout: fields().timeout };
      run({
        key: "plex-config.servers.asking",
        none: "plex-config.servers.none-account",
        ask: (onReply) => form.ask("servers", asked, onReply),
        explain: (error) => plexAccess.explain(error, "plex.tv"),
        onFound: (found) => {
          account = asked;
          ofAccount = found;
        },
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

    find.on("click", findServers);
    discover.on("click", discoverServers);
    return {
      stop() {
        stop();
        tell(message, "info");
      },
      signedIn(/** @type {string} */ given) {
        session = given;
        findServers();
      },
      // Whoever types a token means that one, and not what the sign-in brought.
      forgetSession: () => (session = ""),
    };
  };
})();
