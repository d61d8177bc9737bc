// Keys typed in a control of an output go to that control. In JupyterLab's command mode the
// arrows would move to another cell and letters would insert or delete cells.
const CONTENT = ".jp-OutputArea-output, .jp-RenderedMarkdown";

export function guardKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (insideContent(event.target) && !belongsToJupyterLab(event)) event.stopPropagation();
  });
}

function insideContent(target) {
  const content = target.closest?.(CONTENT);
  return content && content !== target; // the output itself is not a control
}

function belongsToJupyterLab(event) {
  const runs = event.key === "Enter" && event.shiftKey;
  const leaves = event.key === "Escape" || event.key === "Tab";
  return runs || leaves || event.ctrlKey || event.metaKey || event.altKey;
}
