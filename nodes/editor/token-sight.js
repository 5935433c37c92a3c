// The button that shows the token while it is being typed. A stored one never comes here, so there is nothing to show.
(function () {
  const { plexAccess } = window;

  plexAccess.openTokenSight = function ({ isBusy }) {
    const field = $("#node-config-input-token");
    const button = $("#plex-config-token-button");
    const icon = $("#plex-config-token-icon");

    /** @param {boolean} isShown */
    const show = (isShown) => {
      field.attr("type", isShown ? "text" : "password");
      button.attr("aria-pressed", String(isShown));
      icon.attr("class", isShown ? "fa fa-eye-slash" : "fa fa-eye");
    };
    const update = () => {
      const value = String(field.val());
      const canBeShown = value !== "" && value !== "__PWRD__";
      button.attr("aria-disabled", String(!canBeShown)).toggleClass("disabled", !canBeShown);
      // Nobody asked to see what the form fills in.
      if (!canBeShown || isBusy()) show(false);
    };
    plexAccess.onPress(button, () => show(field.attr("type") === "password"));
    field.on("input change", update);
    show(false);
    update();
    return () => show(false);
  };
})();
