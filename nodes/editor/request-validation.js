// What is wrong with the fields of a plex-request, as a key of its catalogue, or "".
(function () {
  /** What Node-RED itself puts in place of a whole value; a part of a value is never replaced. */
  const reference = /^\$\{[^}\s]+\}$/;
  const partialReference = /\$\{[^}]*\}/;

  /** @param {string} text */
  function decodeAscii(text) {
    return text.replace(/%([0-7][0-9a-f])/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
  }

  /**
   * A text as it stands, and as whoever decodes it once, twice or more often sees it.
   * @param {string} text
   */
  function layersOf(text) {
    const layers = [text];
    for (
      let next = decodeAscii(text);
      next !== layers[layers.length - 1] && layers.length < 8;
      next = decodeAscii(next)
    )
      layers.push(next);
    return layers;
  }

  /** @param {string} text */
  function isText(text) {
    try {
      return encodeURI(text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeURIComponent(run))) !== "";
    } catch {
      return false;
    }
  }

  /**
   * @param {string} path
   * @param {boolean} everywhere whether its query counts too
   * @param {RegExp} pattern
   */
  function has(path, everywhere, pattern) {
    return layersOf(everywhere ? path : path.split("?", 1)[0]).some((layer) => pattern.test(layer));
  }

  /** @param {unknown} value */
  function findPathProblem(value) {
    const path = String(value ?? "").replace(/^ +/, "");
    if (path === "") return "plex-request.validation.path-missing";
    if (reference.test(String(value))) return "";
    if (partialReference.test(path)) return "plex-request.validation.reference";
    if (/^\/?[a-z][a-z\d+.-]*:\/\//i.test(path) || has(path, false, /^\/[a-z][a-z\d+.-]*:\/\//i))
      return "plex-request.validation.path-address";
    if (has(path, true, /x-plex-token/i)) return "plex-request.validation.path-token";
    if (!isText(path) || has(path, true, /[\p{Control}\\#]/u)) return "plex-request.validation.path-characters";
    if (!path.startsWith("/") || has(path, false, /^\/{2}/)) return "plex-request.validation.path-slash";
    return has(path, false, /(?:^|\/)\.\.(?:\/|$)/) ? "plex-request.validation.path-upwards" : "";
  }

  /** @param {unknown} value */
  function isPlain(value) {
    return value === null || typeof value !== "object";
  }

  /** @param {unknown} value */
  function findQueryProblem(value) {
    const text = String(value ?? "").trim();
    if (text === "" || reference.test(String(value))) return "";
    let query;
    try {
      query = JSON.parse(text);
    } catch {
      return "plex-request.validation.query-form";
    }
    if (isPlain(query) || Array.isArray(query)) return "plex-request.validation.query-form";
    if (Object.keys(query).some((name) => layersOf(name).some((layer) => /x-plex-token/i.test(layer))))
      return "plex-request.validation.query-token";
    const isFine = Object.values(query).every((each) => (Array.isArray(each) ? each.every(isPlain) : isPlain(each)));
    return isFine ? "" : "plex-request.validation.query-values";
  }

  /** @param {unknown} value */
  function findPlayerProblem(value) {
    const player = String(value ?? "").trim();
    if (player === "" || reference.test(String(value))) return "";
    if (partialReference.test(player)) return "plex-request.validation.reference";
    return /^[\x21-\x7e]{1,256}$/.test(player) ? "" : "plex-request.validation.player-form";
  }

  /** @param {unknown} value */
  function findLimitProblem(value) {
    const text = String(value ?? "").trim();
    const number = Number(text);
    if (text === "" || reference.test(String(value))) return "";
    const isFine = Number.isInteger(number) && number >= 1 && number <= 2147483647;
    return isFine ? "" : "plex-request.validation.limit";
  }

  window.plexRequestFinders = {
    path: findPathProblem,
    query: findQueryProblem,
    player: findPlayerProblem,
    limit: findLimitProblem,
  };
})();
