// What is wrong with a value of the form.
(function () {
  /** What Node-RED itself puts in place of a whole value; a part of a value is never replaced. */
  const reference = /^\$\{[^}\s]+\}$/;

  /** @param {string} text */
  function holdsReference(text) {
    const start = text.indexOf("${");
    return start !== -1 && text.includes("}", start);
  }

  /** What Plex's web app, and people who copy its address, put behind the server's own address. */
  const webAppTail = /\/web(?:\/(?:index\.html)?)?$/;
  const headerSafe = /^[\x21-\x7e]+$/;

  /** @type {PlexAccessFinder} */
  function findUrlProblem(value) {
    const text = String(value ?? "").trim();
    if (text === "") return "plex-config.validation.url-missing";
    if (reference.test(String(value))) return "";
    if (/X-Plex-Token/i.test(text)) return "plex-config.validation.url-token";
    if (holdsReference(text)) return "plex-config.validation.reference";
    if (!/^https?:\/\//i.test(text)) return "plex-config.validation.url-scheme";
    let url;
    try {
      url = new window.URL(text);
    } catch {
      return "plex-config.validation.url-malformed";
    }
    if (url.hostname === "app.plex.tv") return "plex-config.validation.url-web-app";
    if (url.username !== "" || url.password !== "") return "plex-config.validation.url-login";
    return url.search === "" || webAppTail.test(url.pathname) ? "" : "plex-config.validation.url-query";
  }

  /**
   * The token itself out of what was pasted: by itself, as X-Plex-Token=…, or inside an address.
   * @param {unknown} value
   */
  function readToken(value) {
    const text = String(value ?? "");
    return (/X-Plex-Token[=:]\s*([^&#\s]*)/i.exec(text)?.[1] ?? text).trim();
  }

  /** @type {PlexAccessFinder} */
  function findTokenProblem(value) {
    if (reference.test(String(value))) return "";
    // A stored token arrives as __PWRD__, which passes.
    const token = readToken(value);
    if (holdsReference(String(value))) return "plex-config.validation.reference";
    if (token === "") return "plex-config.validation.token-missing";
    if (token.startsWith("claim-")) return "plex-config.validation.token-claim";
    return headerSafe.test(token) ? "" : "plex-config.validation.token-characters";
  }

  /** @type {PlexAccessFinder} */
  window.plexAccess.findTokenHint = function (value) {
    return readToken(value).startsWith("transient-") ? "plex-config.tip.transient" : "";
  };

  /** @type {PlexAccessFinder} */
  function findIdentifierProblem(value) {
    const text = String(value ?? "").trim();
    if (text === "") return "plex-config.validation.identifier-missing";
    if (reference.test(String(value))) return "";
    if (holdsReference(text)) return "plex-config.validation.reference";
    return headerSafe.test(text) ? "" : "plex-config.validation.identifier-characters";
  }

  /**
   * Nothing is fine too: it means the default.
   * @param {unknown} value
   * @param {number} least
   * @param {number} most
   */
  function isWholeNumber(value, least, most) {
    const text = String(value ?? "").trim();
    const number = Number(text);
    return text === "" || reference.test(text) || (Number.isInteger(number) && number >= least && number <= most);
  }

  window.plexAccess.finders = {
    url: findUrlProblem,
    token: findTokenProblem,
    /** @type {PlexAccessFinder} */
    timeout: (value) => (isWholeNumber(value, 1, 2147483647) ? "" : "plex-config.validation.timeout"),
    /** @type {PlexAccessFinder} */
    retries: (value) => (isWholeNumber(value, 0, 100) ? "" : "plex-config.validation.retries"),
    clientIdentifier: findIdentifierProblem,
  };
})();
