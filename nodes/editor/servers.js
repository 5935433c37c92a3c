// Servers and their addresses, as lines of a list to choose from.
(function () {
  const { plexAccess } = window;
  const { say } = plexAccess;
  const reasons = ["unreachable", "timeout", "tls", "invalid-response"];

  /** @param {PlexAccessConnection} connection */
  function describeReason({ error, uri, local }) {
    if (error === "unreachable" && local && /\.plex\.direct(?::|\/|$)/i.test(uri)) {
      return say("plex-config.addresses.unreachable-direct");
    }
    const reason = error || "timeout";
    return say("plex-config.addresses." + (reasons.includes(reason) ? reason : "other"));
  }

  plexAccess.toAddress = function (connection) {
    const { uri, local, relay, reachable, latency } = connection;
    const place = relay ? "relay" : local ? "local" : "remote";
    const answer = reachable ? say("plex-config.addresses.latency", { latency }) : describeReason(connection);
    return {
      id: uri,
      title: uri,
      notes: [say("plex-config.addresses." + place), answer],
      tone: reachable ? "ok" : "problem",
    };
  };

  plexAccess.toServer = function ({ machineIdentifier, name, owner, owned, online, version, connections }) {
    const notes = [];
    if (owned) notes.push(say("plex-config.servers.own"));
    else if (owner) notes.push(say("plex-config.servers.shared", { owner }));
    if (connections) notes.push(say("plex-config.servers.network"));
    notes.push(say(online ? "plex-config.servers.online" : "plex-config.servers.offline"));
    if (version) notes.push(say("plex-config.servers.version", { version }));
    return { id: machineIdentifier, title: name, notes };
  };
})();
