// A button that lists what can be chosen for a field of a flow node.
(function () {
  const { plexAccess } = window;

  /** How a picker reads and writes a typedInput: what is chosen is a fixed text. */
  plexAccess.typedText = function (input) {
    return {
      get: () => (input.typedInput("type") === "str" ? String(input.typedInput("value")) : ""),
      set(text) {
        input.typedInput("type", "str");
        input.typedInput("value", text);
      },
    };
  };

  plexAccess.plainText = function (input) {
    return { get: () => String(input.val()), set: (text) => void input.val(text).trigger("input").trigger("change") };
  };

  plexAccess.createPicker = function ({ node, id, texts, field, find }) {
    const { tell, disable } = plexAccess;
    /**
     * @param {string} key
     * @param {object} [values]
     */
    const say = (key, values) => node._(texts + key, values || {});
    const form = plexAccess.openForm();
    const button = $("#" + id + "-button");
    const panel = $("#" + id);
    const message = $("<div>", { class: "plex-access-message", id: id + "-message", role: "status" });
    const choices = $("<div>");
    let dropRequest = () => {};
    let release = () => {};
    panel.empty().append(message.attr("aria-live", "polite"), choices);

    const list = plexAccess.createFilteredList({
      ...{ element: choices, id, label: say("label"), filterLabel: say("filter"), least: 1 },
      onChoose(entry) {
        field.set(entry.id);
        hide();
        tell(message, "ok", say("chosen", { name: entry.title }));
        button.trigger("focus");
      },
      onFilter(number) {
        if (number === 0) tell(message, "info", plexAccess.say("plex-config.picker.no-match"));
        else tell(message, "ok", say("found", { number }));
      },
    });

    function hide() {
      dropRequest();
      release();
      tell(message, "info");
      list.clear();
      button.attr("aria-expanded", "false");
    }

    /** @param {PlexAccessEntry[]} entries */
    function show(entries) {
      if (entries.length === 0) return tell(message, "info", say("none"));
      tell(message, "ok", say("found", { number: entries.length }));
      list.show(entries, field.get());
      list.focusFilter();
    }

    function search() {
      hide();
      button.attr("aria-expanded", "true");
      if ("entries" in find) return show(find.entries);
      const server = plexAccess.readServer();
      if (typeof server === "string") return tell(message, "problem", server);
      tell(message, "running", say("asking"));
      release = disable(button);
      dropRequest = form.ask(find.route, server, (reply) => {
        release();
        if (reply.error) return tell(message, "problem", plexAccess.explain(reply.error, find.asked));
        show(find.read(reply));
      });
    }

    panel.on("keydown", (event) => {
      if (event.key !== "Escape" || button.attr("aria-expanded") !== "true") return;
      event.stopPropagation();
      hide();
      button.trigger("focus");
    });
    if (!("entries" in find)) plexAccess.lockForReaders(message, button);
    plexAccess.onPress(button, () => (button.attr("aria-expanded") === "true" ? hide() : search()));
    // Another server has other things to choose from. The editor tells of a change as the form opens, too.
    $("#node-input-server").on("change", () => {
      if (button.attr("aria-expanded") === "true") hide();
    });
    return { close: () => form.close() };
  };
})();
