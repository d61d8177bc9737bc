// How JupyterLab loads a ready-made extension: a module-federation container, written by hand.
// It calls `init` with the modules it shares, then `get("./extension")` for the plugin.
// Everything else is in plain modules beside this file: no bundler, no build.
(() => {
  const here = document.currentScript.src;
  let scope;

  async function shared(name) {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  }

  async function modules() {
    const names = ["@jupyterlab/coreutils", "@jupyterlab/notebook", "@lumino/widgets"];
    return Object.assign({}, ...(await Promise.all(names.map(shared))));
  }

  async function get() {
    const { makePlugin } = await import(new URL("plugin.js", here).href);
    const plugin = makePlugin(await modules());
    return () => ({ __esModule: true, default: plugin });
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB.coursekit = { init: (shareScope) => { scope = shareScope; }, get };
})();
