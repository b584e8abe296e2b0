// Before a link of a stranger opens: where it really leads, as the network spells it.

import { element, showDialog } from "./dialog.js";
import { t } from "./texts.js";

/** `url` is the URL that {@link destination} made of what was written; `press` as for `showDialog`. */
export function confirmLink(url, press) {
  const note = (text) => element("p", { class: "field-note", text });
  const open = element("a", {
    class: "button primary",
    href: url.href,
    target: "_blank",
    rel: "noopener noreferrer nofollow",
    text: t("link.open"),
  });
  open.addEventListener("click", () => open.closest("dialog").close());
  const contents = [
    element("p", { class: "soft", text: t("link.leads") }),
    element("p", { class: "host", dir: "ltr", text: url.host }),
    element("p", { class: "address", dir: "ltr", tabindex: "0", text: url.href }),
    ...(/(^|\.)xn--/.test(url.hostname) ? [note(t("link.foreign"))] : []),
    ...(url.protocol === "http:" ? [note(t("link.plain"))] : []),
    element("div", { class: "row" }, open, element("button", { class: "button", value: "cancel", autofocus: "", text: t("cancel") })),
  ];
  return showDialog(press, "link-dialog", t("link.title"), contents);
}
