// The plex-config node that a flow node's form refers to.
(function () {
  const { plexAccess } = window;

  plexAccess.readServer = function () {
    const id = String($("#node-input-server").val() || "");
    // In a subflow, its user can be the one who chooses the server.
    if (/^\$\{.*\}$/.test(id)) return plexAccess.say("plex-config.picker.server-variable");
    const node = RED.nodes.node(id);
    if (!node) return plexAccess.say("plex-config.picker.no-server");
    const { url, clientIdentifier, tls, proxy, timeout, credentials } = node;
    const token = (credentials && credentials.token) || "";
    return { id: node.id, url, token, clientIdentifier, tls: tls || "", proxy: proxy || "", timeout };
  };
})();
