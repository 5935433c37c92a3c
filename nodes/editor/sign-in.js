// The sign-in with Plex: a page of Plex in another tab, or a code where none can be opened.
(function () {
  const { plexAccess } = window;
  const problems = ["rate-limited", "server-error", "unreachable", "timeout"];

  /** @param {number} ms */
  function formatTime(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }

  plexAccess.createSignIn = function ({ form, fields, onStart, onSignedIn }) {
    const button = $("#plex-config-sign-in-button");
    const codeButton = $("#plex-config-code-button");
    const message = $("#plex-config-sign-in-message");
    const panel = $("#plex-config-sign-in");
    const link = $("#plex-config-sign-in-link");
    const code = $("#plex-config-code");
    const time = $("#plex-config-sign-in-time");
    let session = "";
    let deadline = 0;
    let timer = 0;
    let isAsking = false;
    let shownProblem = "";
    /** @type {PlexAccessTab | null} */
    let tab = null;
    /** @type {string[]} */
    let instructions = [];
    let dropRequest = () => {};
    let release = () => {};

    /** @param {{ forget: boolean, panel?: boolean }} options panel: whether it stays open */
    function stop({ forget, panel: isKept = false }) {
      window.clearInterval(timer);
      dropRequest();
      release();
      isAsking = false;
      panel.prop("hidden", !isKept);
      code.text("");
      // Whoever signed in there now would wait for nothing.
      if (tab) tab.close();
      tab = null;
      if (forget && session !== "") {
        // It is not waited for: after the dialog is closed, too.
        $.ajax({
          url: "plex-config/sign-in/cancel",
          type: "POST",
          contentType: "application/json",
          data: JSON.stringify({ session }),
        });
        session = "";
      }
    }

    /** @param {string} sentence */
    function fail(sentence) {
      const hadFocus = panel.find(":focus").length > 0;
      stop({ forget: true });
      plexAccess.tell(message, "problem", sentence);
      if (hadFocus) button.trigger("focus");
    }

    function showTime() {
      const left = formatTime(deadline - Date.now());
      time.text(plexAccess.say("plex-config.sign-in.waiting", { time: left }));
    }

    /** @param {string} problem */
    function showProblem(problem) {
      if (problem === shownProblem) return;
      shownProblem = problem;
      if (problem === "") plexAccess.tell(message, "info", ...instructions);
      else plexAccess.tell(message, "problem", ...instructions, problem);
    }

    /** @param {any} status */
    function follow({ error, state, expiresIn, problem }) {
      isAsking = false;
      if (error && error.key !== "plex-config.request.failed") return fail(plexAccess.explain(error, "plex.tv"));
      if (error) return showProblem(plexAccess.explain(error, "plex.tv"));
      if (state === "expired") return fail(plexAccess.say("plex-config.sign-in.expired"));
      if (state === "denied") return fail(plexAccess.say("plex-config.sign-in.denied"));
      if (state === "done") {
        const hadFocus = panel.find(":focus").length > 0;
        stop({ forget: false });
        if (hadFocus) button.trigger("focus");
        onSignedIn(session);
        plexAccess.tell(message, "ok", plexAccess.say("plex-config.sign-in.done"));
        return;
      }
      deadline = Date.now() + expiresIn;
      const known = problems.includes(problem) ? problem : "other";
      showProblem(problem ? plexAccess.say("plex-config.sign-in.problem." + known) : "");
    }

    function tick() {
      showTime();
      if (isAsking) return;
      if (Date.now() > deadline + 10000) return fail(plexAccess.say("plex-config.sign-in.expired"));
      isAsking = true;
      dropRequest = form.ask("sign-in/status", { session }, follow);
    }

    /** @param {any} reply */
    function wait({ url, linkUrl, code: letters, expiresIn }) {
      const page = String(url || linkUrl);
      deadline = Date.now() + expiresIn;
      shownProblem = "";
      link.attr("href", /^https?:/i.test(page) ? page : "#");
      link.text(url ? plexAccess.say("plex-config.action.again") : page.replace(/^https?:\/\//i, ""));
      code.text(letters || "").prop("hidden", !letters);
      if (letters && codeButton.is(":focus")) link.trigger("focus");
      codeButton.prop("hidden", Boolean(letters));
      panel.prop("hidden", false);
      plexAccess.tell(message, "info", ...instructions);
      showTime();
      timer = window.setInterval(tick, 1000);
    }

    /** @param {{ short: boolean }} options */
    function start({ short }) {
      const opened = short ? null : plexAccess.openTab();
      // Who asks for a code has the focus in the panel.
      stop({ forget: true, panel: short });
      tab = opened;
      onStart();
      plexAccess.tell(message, "running", plexAccess.say("plex-config.sign-in.starting"));
      release = plexAccess.disable(button, codeButton);
      const { clientIdentifier, tls, proxy, timeout } = fields();
      dropRequest = form.ask("sign-in", { clientIdentifier, tls, proxy, timeout, short: !opened }, (reply) => {
        release();
        if (reply.error) return fail(plexAccess.explain(reply.error, "plex.tv"));
        session = reply.session;
        const blocked = opened || short ? [] : [plexAccess.say("plex-config.sign-in.blocked")];
        const key = opened ? "plex-config.sign-in.page" : "plex-config.sign-in.code";
        instructions = blocked.concat(plexAccess.say(key));
        if (opened) opened.show(String(reply.url));
        wait(reply);
      });
    }

    function cancel() {
      stop({ forget: true });
      plexAccess.tell(message, "info", plexAccess.say("plex-config.sign-in.cancelled"));
      button.trigger("focus");
    }

    plexAccess.onPress(button, () => start({ short: false }));
    plexAccess.onPress(codeButton, () => start({ short: true }));
    link.on("click", (event) => {
      // Another way to open it is the user's own affair; so is where the browser opens none for us.
      const again = event.ctrlKey || event.metaKey || event.shiftKey ? null : plexAccess.openTab();
      if (!again) return;
      event.preventDefault();
      if (tab) tab.close();
      tab = again;
      tab.show(String(link.attr("href")));
    });
    $("#plex-config-cancel-button").on("click", cancel);
    panel.on("keydown", (event) => {
      if (event.key !== "Escape" || event.ctrlKey || event.metaKey || event.altKey) return;
      event.stopPropagation();
      cancel();
    });
    return {
      close: () => stop({ forget: true }),
      quiet: () => {
        if (panel.prop("hidden")) plexAccess.tell(message, "info");
      },
    };
  };
})();
