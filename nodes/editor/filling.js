// What the form has filled in for the chosen server, told apart from what a person has typed or stored. Of one server's
// values, none stays beside those of another, and no token goes to an address that a person has not seen beside it.
(function () {
  const { plexAccess } = window;
  const names = ["url", "token", "name"];
  /** @param {string} name */
  const fieldOf = (name) => $("#node-config-input-" + name);
  /** @param {string} name */
  const read = (name) => String(fieldOf(name).val() || "");

  plexAccess.createFilling = function ({ onDoubt }) {
    /** What the form has put into a field, and what stood there before. @type {Record<string, { value: string, before: string }>} */
    let filled = {};
    let isFilling = false;
    /** Whether a person has said that the token is for this server. */
    let isTrusted = false;
    /** @param {string} name */
    const holds = (name) => filled[name] !== undefined && filled[name].value === read(name);

    /**
     * @param {string} name
     * @param {string} value
     */
    function write(name, value) {
      isFilling = true;
      fieldOf(name).val(value).trigger("input").trigger("change");
      isFilling = false;
    }

    const isDoubtful = () => holds("url") && read("token") !== "" && !holds("token") && !isTrusted;

    /** The editor looks once more whether the URL may stand there. */
    function trust() {
      isTrusted = true;
      onDoubt(false);
      fieldOf("url").trigger("change");
    }

    for (const name of names) {
      fieldOf(name).on("input", () => {
        if (isFilling) return;
        // A token that is typed beside an address is meant for it.
        if (name === "token" && holds("url")) trust();
        // Even the same value is now the person's own.
        delete filled[name];
        onDoubt(isDoubtful());
      });
    }

    return {
      fill(values) {
        // The URL comes last: by then it is known whether the token beside it is its own.
        for (const name of ["name", "token", "url"]) {
          const value = values[name];
          const current = read(name);
          if (!value || (name === "name" && current !== "" && !holds(name))) continue;
          const before = holds(name) ? filled[name].before : current;
          if (value === before) delete filled[name];
          else filled[name] = { value, before };
          write(name, value);
        }
        onDoubt(isDoubtful());
      },
      takeBack() {
        for (const name of names) if (holds(name)) write(name, filled[name].before);
        filled = {};
        isTrusted = false;
        onDoubt(false);
      },
      resume(url) {
        filled.url = { value: url, before: "" };
        onDoubt(isDoubtful());
      },
      ownToken: () => (holds("token") ? filled.token.before : read("token")),
      whose() {
        if (read("url") === "" && read("token") === "") return "";
        return read("name") || read("url").replace(/^https?:\/\//i, "");
      },
      isBusy: () => isFilling,
      isDoubtful,
      trust,
    };
  };
})();
