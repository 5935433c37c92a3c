// A list to choose from: with the mouse, with the arrow keys, by typing how a line begins, or through a filter above it.
(function () {
  const { plexAccess } = window;
  /** ms after which what is typed at a list begins another word. */
  const typingPause = 1000;

  /** Keys that belong to Node-RED and to the browser. @param {any} event */
  const isShortcut = ({ ctrlKey, metaKey, altKey }) => ctrlKey || metaKey || altKey;

  /** @param {PlexAccessEntry} entry */
  function makeOption({ title, notes, tone }) {
    const icon = tone ? [plexAccess.makeIcon(tone)] : [];
    return $("<li>", { role: "option", "aria-selected": "false", tabindex: "-1" }).append(
      $("<div>", { class: "plex-access-title" }).text(title),
      $("<div>", { class: "plex-access-notes" }).append(...icon, $("<span>").text(notes.join(" · "))),
    );
  }

  /**
   * Scrolls the list alone: what lies around it stays where it is.
   * @param {HTMLElement} list which is the offset parent of its lines
   * @param {HTMLElement} line
   */
  function scrollTo(list, line) {
    const end = line.offsetTop + line.offsetHeight;
    if (line.offsetTop < list.scrollTop) list.scrollTop = line.offsetTop;
    else if (end > list.scrollTop + list.clientHeight) list.scrollTop = end - list.clientHeight;
  }

  plexAccess.createList = function (element, onChoose) {
    /** @type {{ entry: PlexAccessEntry, option: JQuery }[]} */
    let shown = [];
    let current = 0;
    let typed = "";
    let typedAt = 0;
    /** @param {number} index */
    const moveTo = (index) => {
      if (!shown[index]) return;
      shown[current].option.attr("tabindex", "-1");
      current = index;
      shown[current].option.attr("tabindex", "0").trigger("focus");
    };
    /** @param {number} index */
    const choose = (index) => {
      moveTo(index);
      shown.forEach(({ option }, other) => option.attr("aria-selected", String(other === index)));
      onChoose(shown[index].entry);
    };
    /** @param {string} letter */
    const findTyped = (letter) => {
      typed = (Date.now() - typedAt > typingPause ? "" : typed) + letter.toLowerCase();
      typedAt = Date.now();
      moveTo(shown.findIndex(({ entry }) => entry.title.toLowerCase().startsWith(typed)));
    };
    element.off("keydown.plexAccess").on("keydown.plexAccess", (event) => {
      const { key } = event;
      if (isShortcut(event) || shown.length === 0) return;
      const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: shown.length - 1 }[key];
      const isTyping = key.length === 1 && (key !== " " || Date.now() - typedAt < typingPause);
      if (target === undefined && !isTyping && key !== "Enter" && key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      if (target !== undefined) moveTo(target);
      else if (isTyping) findTyped(key);
      else choose(current);
    });
    return {
      show(entries, chosen) {
        const had = current < shown.length && shown[current].option.is(":focus");
        shown = entries.map((entry, index) => {
          const option = makeOption(entry).on("click", () => choose(index));
          return { entry, option: option.attr("aria-selected", String(entry.id === chosen)) };
        });
        const at = entries.findIndex(({ id }) => id === chosen);
        current = Math.max(0, at);
        element.empty().append(...shown.map(({ option }) => option));
        element.prop("hidden", shown.length === 0);
        if (shown.length > 0) shown[current].option.attr("tabindex", "0");
        if (at >= 0) scrollTo(element[0], shown[at].option[0]);
        if (had) moveTo(current);
      },
      focus: () => moveTo(current),
      choose: () => choose(current),
    };
  };

  plexAccess.createFilteredList = function ({ element, id, label, filterLabel, least, onChoose, onFilter }) {
    // As attributes: $("<input>", { autocomplete }) would call the widget of that name of jQuery UI.
    const filter = $("<input>").attr({ type: "text", id: id + "-filter", autocomplete: "off", spellcheck: "false" });
    const named = $("<label>", { for: id + "-filter" }).text(filterLabel);
    const row = $("<div>", { class: "plex-access-filter" }).append(named, filter).prop("hidden", true);
    const lines = $("<ul>", { class: "plex-access-list", id: id + "-list", role: "listbox", "aria-label": label });
    element.empty().append(row, lines.prop("hidden", true));
    const list = plexAccess.createList(lines, (entry) => {
      chosen = entry.id;
      onChoose(entry);
    });
    /** @type {PlexAccessEntry[]} */
    let entries = [];
    let chosen = "";

    function matching() {
      const wanted = String(filter.val() || "")
        .trim()
        .toLowerCase();
      return entries.filter(({ title, notes }) => [title, ...notes].join(" ").toLowerCase().includes(wanted));
    }
    filter.on("input", () => {
      list.show(matching(), chosen);
      onFilter(matching().length);
    });
    filter.on("keydown", (event) => {
      if (isShortcut(event) || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      if (event.key === "ArrowDown") list.focus();
      else if (matching().length === 1) list.choose();
    });
    return {
      show(found, already) {
        [entries, chosen] = [found, already];
        if (entries.length < least) filter.val("");
        row.prop("hidden", entries.length < least);
        list.show(matching(), chosen);
      },
      focus: () => list.focus(),
      focusFilter: () => void filter.trigger("focus"),
      clear() {
        filter.val("");
        this.show([], "");
      },
    };
  };
})();
