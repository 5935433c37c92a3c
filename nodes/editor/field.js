// What stands with a field: the sentence on what is wrong with its value, and the name of what one types into.
(function () {
  const { plexAccess } = window;

  plexAccess.explainField = function ({ field, line, explain }) {
    /** What was wrong once it was typed stays wrong when the field is left: nothing moves under the next click. */
    let isTyped = false;
    const show = () => {
      const { problem, hint } = explain(isTyped);
      const text = problem || hint || "";
      line.empty().toggleClass("plex-access-problem", problem !== "");
      field.attr("aria-invalid", String(problem !== ""));
      if (text === "") return;
      const icon = problem === "" ? "fa-info-circle" : "fa-exclamation-triangle";
      line.append($("<i>", { class: "fa " + icon, "aria-hidden": "true" }), $("<span>").text(" " + text));
    };
    field.on("input", () => {
      isTyped = true;
      show();
    });
    field.on("change", show);
    show();
    return show;
  };

  plexAccess.explainTypedInput = function ({ input, label, line, explain, describedBy }) {
    // What one types into is an input that typedInput has put in place of ours.
    const typed = input.closest(".form-row").find("input.red-ui-typedInput-input");
    const described = [line.attr("id"), ...(describedBy || [])].join(" ");
    typed.attr({ "aria-label": label, "aria-describedby": described });
    const show = plexAccess.explainField({ field: typed, line, explain: () => ({ problem: explain() }) });
    // Its own field tells of another type, too.
    input.on("change", show);
  };

  plexAccess.openPropertyField = function (node) {
    const input = $("#node-input-property").typedInput({ default: "msg", types: ["msg"] });
    const line = $("#" + node.type + "-property-message");
    plexAccess.explainTypedInput({
      ...{ input, line, label: node._(node.type + ".label.property") },
      explain() {
        const isProperty = RED.utils.validatePropertyExpression(String(input.typedInput("value")));
        return isProperty === true ? "" : node._(node.type + ".validation.property");
      },
    });
  };
})();
