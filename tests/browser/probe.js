// What the driver asks of the page. JupyterLab shows itself as `jupyterapp`
// (--LabApp.expose_app_in_browser); nothing here changes a notebook.
window.probe = {
  kernelErrors: [],

  get panel() {
    const shell = window.jupyterapp?.shell;
    this._panel ??= shell && [...shell.widgets("main")].find((each) => each.sessionContext);
    return this._panel;
  },

  // Several notebooks, one after the other, in one page.
  async open(path) {
    this.kernelErrors.length = 0;
    this._panel = await jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
  },

  close() {
    this._panel?.context.model && (this._panel.context.model.dirty = false); // no question about saving
    this._panel?.close();
    this._panel = undefined;
  },

  get kernel() {
    return this.panel?.sessionContext.session?.kernel;
  },

  get idle() {
    const { kernel } = this;
    return kernel?.status === "idle" && kernel.connectionStatus === "connected";
  },

  // A notebook of the course has run, or says why it waits; others only need a kernel.
  get settledDoor() {
    const model = this.panel?.content.model;
    const { ckReady, ckDoor } = this.panel?.node.dataset ?? {};
    const waits = ckDoor !== undefined && ckDoor !== "open";
    return Boolean(model && (!model.getMetadata("coursekit") || ckReady === "1" || waits));
  },

  // Errors in widget callbacks are shown nowhere in the page: only the kernel's messages tell.
  watchKernel() {
    this.panel.sessionContext.iopubMessage.connect((_context, { header, content }) => {
      if (header.msg_type === "error") this.kernelErrors.push(`${content.ename}: ${content.evalue} ${where(content)}`);
      const warns = header.msg_type === "stream" && content.name === "stderr";
      if (warns && !content.text.startsWith("No such comm")) this.kernelErrors.push(content.text);
    });
  },

  // Error and warning outputs, with the number of their cell.
  badOutputs() {
    const bad = (output) => output.output_type === "error" || output.name === "stderr";
    return this.panel.content.model.toJSON().cells.flatMap((cell, number) =>
      (cell.outputs ?? []).filter(bad).map((output) => `cell ${number}: ${said(output)}`));
  },

  // What flies is no news, a part that comes or goes is.
  isNews(change) {
    return change.type !== "attributes" || !change.target.closest("[data-continuous]");
  },

  // True once the kernel is idle and the notebook still for `quiet` ms; false after `limit`.
  // What moves for ever is marked `data-continuous` by its author.
  settle(quiet, limit) {
    return new Promise((resolve) => {
      const begun = performance.now();
      let last = begun;
      const watch = new MutationObserver((changes) => {
        if (changes.some(probe.isNews)) last = performance.now();
      });
      watch.observe(this.panel.content.node, {
        subtree: true, childList: true, attributes: true, characterData: true,
      });
      const look = () => {
        const now = performance.now();
        const still = this.idle && now - last > quiet;
        if (!still && now - begun < limit) return setTimeout(look, 20);
        watch.disconnect();
        return resolve(still);
      };
      look();
    });
  },

  toTop() {
    const scroller = this.panel.content.node.querySelector(".jp-WindowedPanel-outer");
    scroller?.scrollTo({ top: 0, behavior: "instant" });
  },

  get contentHeight() {
    const { node } = this.panel.content;
    const scroller = node.querySelector(".jp-WindowedPanel-outer") ?? node;
    const inner = scroller.querySelector(".jp-WindowedPanel-inner") ?? scroller;
    return Math.ceil(scroller.getBoundingClientRect().top + inner.scrollHeight + 40);
  },
};

function said(output) {
  const text = output.evalue ?? [output.text].flat().join("");
  return `${output.ename ?? output.name}: ${text.slice(0, 300)}`;
}

// The end of a traceback, without its colours.
function where(content) {
  return (content.traceback ?? []).slice(-3).join("\n").replace(/\u001b\[[0-9;]*m/g, "").slice(-1500);
}
