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
  /** The hosts of Plex's own web apps; a name may end in a dot. */
  const plexWeb = /^(?:(?:app|watch|www)\.)?plex\.tv\.?$/;
  const headerSafe = /^[\x21-\x7e]+$/;
  /** What a token can hold. */
  const wellFormed = /^[\w.~-]+$/;
  const jwt = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;
  const quotes = ['""', "''", "``", "“”", "„“", "‘’", "«»", "<>"];

  /** @param {string} text */
  function unquote(text) {
    const isQuoted = text.length > 1 && quotes.some((pair) => text.startsWith(pair[0]) && text.endsWith(pair[1]));
    return isQuoted ? text.slice(1, -1).trim() : text;
  }

  /**
   * Without the quotes in which it was copied.
   * @param {unknown} value
   */
  function readText(value) {
    return unquote(unquote(String(value ?? "").trim()));
  }

  /** @param {string} text */
  function parseUrl(text) {
    try {
      return new window.URL(text);
    } catch {
      return null;
    }
  }

  /**
   * Whether it is an IP address of IPv4 other than four plain numbers: a parser would make another machine of it.
   * @param {string} text
   */
  function isOddIp(text) {
    const authority = text.slice(text.indexOf("://") + 3).split(/[/\\?#]/, 1)[0];
    const host = authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, "");
    const meant = parseUrl(text)?.hostname ?? "";
    return /^[\d.]+$/.test(meant) ? host !== meant : /^[\d.]+$/.test(host) && meant === "";
  }

  /** @type {PlexAccessFinder} */
  function findUrlProblem(value) {
    const text = readText(value);
    if (text === "") return "plex-config.validation.url-missing";
    if (reference.test(String(value))) return "";
    if (/X-Plex-Token/i.test(text)) return "plex-config.validation.url-token";
    if (holdsReference(text)) return "plex-config.validation.reference";
    if (!/^https?:\/\//i.test(text)) return "plex-config.validation.url-scheme";
    const url = parseUrl(text);
    if (url?.username || url?.password) return "plex-config.validation.url-login";
    // A parser leaves out line breaks, and turns a backslash around.
    const isRepaired = /[\s\\]/.test(text);
    if (!isRepaired && isOddIp(text)) return "plex-config.validation.url-ip";
    if (!url || isRepaired) return "plex-config.validation.url-malformed";
    if (plexWeb.test(url.hostname)) return "plex-config.validation.url-web-app";
    return url.search === "" || webAppTail.test(url.pathname) ? "" : "plex-config.validation.url-query";
  }

  /**
   * The token itself out of what was pasted: by itself, or inside a header, a command, JSON or an address.
   * @param {unknown} value
   */
  function readToken(value) {
    const text = readText(value);
    const found = /X-Plex-Token[\\"'`]*\s*[=:]\s*(?:[\\"'`]+([^\\"'`]*)|([^\\"'`\s&#,}]*))/i.exec(text);
    return found?.[1]?.trim() ?? found?.[2] ?? text;
  }

  /** @type {PlexAccessFinder} */
  function findTokenProblem(value) {
    if (reference.test(String(value))) return "";
    // A stored token arrives as __PWRD__, which passes.
    const token = readToken(value);
    if (holdsReference(String(value))) return "plex-config.validation.reference";
    if (token === "") return "plex-config.validation.token-missing";
    if (token.startsWith("claim-")) return "plex-config.validation.token-claim";
    return wellFormed.test(token) ? "" : "plex-config.validation.token-characters";
  }

  /** @type {PlexAccessFinder} */
  window.plexAccess.findTokenHint = function (value) {
    const token = readToken(value);
    if (jwt.test(token)) return "plex-config.tip.jwt";
    return token.startsWith("transient-") ? "plex-config.tip.transient" : "";
  };

  /** @type {PlexAccessFinder} */
  function findIdentifierProblem(value) {
    const text = readText(value);
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
    const text = readText(value);
    const number = Number(text);
    return (
      text === "" || reference.test(String(value)) || (Number.isInteger(number) && number >= least && number <= most)
    );
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
