// The tab with Plex's sign-in page. Its opener is an empty frame, for only what it knows of can close it again, and it
// shall not know the editor: from that frame, no way leads on to it.
(function () {
  const { plexAccess } = window;

  plexAccess.openTab = function () {
    const frame = /** @type {HTMLIFrameElement} */ ($("#plex-config-sign-in-frame")[0]);
    const opener = frame.contentWindow;
    // Empty, which browsers allow in the click itself alone.
    const tab = opener && opener.open("about:blank", "_blank");
    if (!tab || tab.closed) return null;
    return {
      show(url) {
        if (!/^https?:/i.test(url)) return;
        // A link of the empty page: Plex need not know either at what address Node-RED is.
        const link = tab.document.createElement("a");
        link.href = url;
        link.rel = "noreferrer";
        tab.document.body.append(link);
        link.click();
      },
      close: () => tab.close(),
    };
  };
})();
