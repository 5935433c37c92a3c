// Servers and their addresses, as lines of a list to choose from.
(function () {
  const { plexAccess } = window;
  const { say } = plexAccess;
  const reasons = ["unreachable", "timeout", "tls", "invalid-response"];

  /**
   * Whether a router may keep the name from being found. One of Docker's bridges leads nowhere, found or not.
   * @param {PlexAccessConnection} connection
   */
  function mayBeBlocked({ error, uri, address, local }) {
    const isDocker = /^172\.(?:1[6-9]|2\d|3[01])\./.test(address);
    return error === "unreachable" && local && !isDocker && /\.plex\.direct(?::|\/|$)/i.test(uri);
  }

  /** @param {PlexAccessConnection} connection */
  function describeReason({ error }) {
    const reason = error || "timeout";
    return say("plex-config.addresses." + (reasons.includes(reason) ? reason : "other"));
  }

  plexAccess.toAddress = function (connection, _index, connections) {
    const { uri, local, relay, reachable, latency } = connection;
    const place = relay ? "relay" : local ? "local" : "remote";
    // The advice is the same for all of them, so the first has it.
    const isAdvised = connections.find(mayBeBlocked) === connection;
    const reason = () => (isAdvised ? say("plex-config.addresses.unreachable-direct") : describeReason(connection));
    const answer = reachable ? say("plex-config.addresses.latency", { latency }) : reason();
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
