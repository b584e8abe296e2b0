// The dialog for reporting and blocking the partner. Nothing is chosen beforehand; a report needs a reason.

import { element, showDialog } from "./dialog.js";
import { t } from "./texts.js";
import { t as pageText } from "../texts.js";

const REASONS = ["abuse", "spam", "sexual", "minor", "other"];

export function openSafetyDialog({ report, block }, press) {
  const reasons = REASONS.map((value) => {
    const choice = element("input", { type: "radio", name: "reason", value, required: "" });
    return element("label", {}, choice, element("span", { text: t(`safety.${value}`) }));
  });
  const button = (value, more, attributes = {}) =>
    element("button", { class: `button${more}`, value, text: t(value === "cancel" ? "cancel" : `safety.${value}`), ...attributes });
  const contents = [
    element("p", { class: "field-note", text: t("safety.meaning") }),
    element("fieldset", {}, element("legend", { text: t("safety.what") }), ...reasons),
    element(
      "div",
      { class: "row" },
      button("both", " primary"),
      button("report", ""),
      button("block", "", { formnovalidate: "" }),
      button("cancel", "", { formnovalidate: "" }),
    ),
  ];
  return showDialog(press, "safety-dialog", pageText("safety"), contents, (choice, form) => {
    if (choice === "report" || choice === "both") report(new FormData(form).get("reason"));
    if (choice === "block" || choice === "both") block();
  });
}
