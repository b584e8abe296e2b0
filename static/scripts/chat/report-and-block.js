// The dialog for reporting and blocking the partner.

export function createReportDialog(button, dialog, { report, block }) {
  button.addEventListener("click", () => {
    dialog.returnValue = "cancel";
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    const choice = dialog.returnValue;
    if (choice === "report" || choice === "both") report(new FormData(dialog.querySelector("form")).get("reason"));
    if (choice === "block" || choice === "both") block();
  });
  return {
    isOpen: () => dialog.open,
    close: () => dialog.open && dialog.close("cancel"),
  };
}
