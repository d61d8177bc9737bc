// Run on open is a door: only what we ship goes through. Every code cell must be, character
// for character, one of the cells listed by the server; anything else waits for the reader.
//
// What stands beside the notebook on the disk is Jupyter's own affair: it starts a kernel in
// that folder for any notebook that is opened, whether we run cells or not.
import { Bar } from "./bar.js";

const KERNEL = "python3";
const STATE = "application/vnd.jupyter.widget-state+json";

export class Door {
  constructor(lab, panel, shipped, say) {
    Object.assign(this, { lab, panel, shipped });
    this.bar = new Bar(lab, panel, say, () => this.run());
    dropStoredWidgets(panel.content.model);
    this.watchKernel();
  }

  // Run what is ours; for the rest, say why not and offer the button.
  async open(kind) {
    const sources = codeSources(this.panel);
    const asked = this.whyWait(kind, sources);
    startAfreshIf(asked.then((why) => !why), this.panel.sessionContext);
    const why = (await asked) || (await this.whyNotNow(sources));
    if (why) this.close(why);
    else await this.run();
  }

  async whyWait(kind, sources) {
    if (kind === "exercises") return "exercises";
    if (!isPlain(this.panel) || kernelAsked(this.panel) !== KERNEL) return "kernel";
    if (!globalThis.crypto?.subtle) return "unchecked"; // plain http from another machine
    const hashes = await Promise.all(sources.map(sha256));
    return hashes.every((hash) => this.shipped.has(hash)) ? "" : "changed";
  }

  // The kernel took its time: what runs must still be what was compared.
  async whyNotNow(sources) {
    await this.panel.sessionContext.ready;
    if (this.panel.sessionContext.session?.kernel?.name !== KERNEL) return "kernel";
    return sameList(sources, codeSources(this.panel)) ? "" : "changed";
  }

  close(why) {
    this.panel.node.dataset.ckDoor = why;
    this.bar.show(why);
  }

  async run() {
    const { panel, lab } = this;
    this.bar.running(true);
    await panel.sessionContext.ready;
    const fine = await lab.NotebookActions.runAll(panel.content, panel.sessionContext);
    if (panel.isDisposed) return;
    toTop(panel.content);
    if (fine) this.opened();
    else this.close("failed");
    panel.node.dataset.ckReady = "1";
  }

  opened() {
    this.panel.node.dataset.ckDoor = "open";
    this.bar.hide();
  }

  // However it was run (menu, keyboard), after its last cell the chapter is awake.
  ran(cell) {
    if (cell.model === codeCells(this.panel).at(-1)) this.opened();
  }

  watchKernel() {
    const { sessionContext } = this.panel;
    sessionContext.statusChanged.connect((_context, status) => {
      if (status === "restarting" || status === "autorestarting") this.close("restarted");
    });
    sessionContext.kernelChanged.connect((_context, { oldValue }) => {
      if (oldValue && !this.panel.isDisposed) this.close("restarted");
    });
  }
}

// A page that is loaded again finds the kernel of its former life. JupyterLab would fetch the
// widgets in it while the cells build them anew: models that refer to each other then miss each
// other, and each waits two seconds. Where all cells run anyway, the old kernel goes first.
function startAfreshIf(asked, sessionContext) {
  const initialize = sessionContext.initialize.bind(sessionContext);
  sessionContext.initialize = async () => {
    const { sessionManager, path } = sessionContext;
    if (await asked) await sessionManager.stopIfNeeded(path);
    return initialize();
  };
}

// JupyterLab would build these models, scripts included, before anything was trusted.
// The course never stores them; labs are built by running their cells.
function dropStoredWidgets(model) {
  if (model.getMetadata("widgets")?.[STATE]) model.deleteMetadata("widgets");
}

// A file of the server's own disk, read as a notebook of today's format.
function isPlain(panel) {
  const { path, contentsModel } = panel.context;
  const notebook = contentsModel?.type === "notebook" && contentsModel.format === "json";
  return notebook && !path.includes(":") && panel.content.model.nbformat === 4;
}

function kernelAsked(panel) {
  return panel.content.model.getMetadata("kernelspec")?.name;
}

// JupyterLab sends nothing to the kernel for a blank cell, by this same test.
function codeCells(panel) {
  const cells = [...panel.content.model.cells];
  return cells.filter((cell) => cell.type === "code" && cell.sharedModel.getSource().trim());
}

function codeSources(panel) {
  return codeCells(panel).map((cell) => cell.sharedModel.getSource());
}

function sameList(one, other) {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toTop(notebook) {
  notebook.mode = "command";
  notebook.activeCellIndex = 0;
  notebook.deselectAll();
  const scroller = notebook.node.querySelector(".jp-WindowedPanel-outer") ?? notebook.node;
  scroller.scrollTop = 0;
}
