// A web console: tabs of tables whose rows have actions, drawn from one plain object.
//
// The same code runs in a notebook, where what is asked goes to the kernel as a message, and on
// a page of its own, where it goes to the same kernel as an HTTP request.

function element(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// One action: a button, with a number before it when it needs one.
function action(view, one, ask) {
  const button = element("button", { type: "button", className: "ck-web-act", textContent: one.label, disabled: !!view.locked });
  button.dataset.key = one.key;
  button.setAttribute("aria-label", one.name);
  if (one.value === undefined) {
    button.addEventListener("click", () => ask(one.call));
    return [button];
  }
  const box = element("input", { type: "number", value: one.value, disabled: !!view.locked });
  box.setAttribute("aria-label", one.valueName);
  box.dataset.key = `${one.key}#`;
  const go = () => ask({ ...one.call, value: box.value === "" ? "" : Number(box.value) });
  button.addEventListener("click", go);
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  return [box, button];
}

function table(view, tab, ask) {
  const head = element("tr", {}, ...tab.columns.map((text) => element("th", { scope: "col", textContent: text })));
  const rows = tab.rows.map((row) => {
    const cells = row.cells.map((cell, index) => {
      const node = element(index ? "td" : "th", index ? {} : { scope: "row" });
      if (cell.tone) node.append(element("span", { className: "ck-web-state", textContent: cell.text }));
      else node.textContent = cell.text;
      if (cell.tone) node.firstChild.dataset.tone = cell.tone;
      return node;
    });
    const acts = row.actions.flatMap((one) => action(view, one, ask));
    return element("tr", {}, ...cells, element("td", { className: "ck-web-acts" }, ...acts));
  });
  const made = element("table", {}, element("caption", { textContent: tab.title }), element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { className: "ck-web-table" }, made, ...tab.tools.flatMap((one) => action(view, one, ask)));
}

function tabs(view, state, redraw) {
  const list = element("div", { className: "ck-web-tabs" });
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", view.words.tabs);
  view.tabs.forEach((tab, index) => {
    const chosen = index === state.tab;
    const button = element("button", { type: "button", textContent: tab.title, tabIndex: chosen ? 0 : -1 });
    button.setAttribute("role", "tab");
    button.setAttribute("aria-selected", chosen);
    button.dataset.key = `tab-${tab.id}`;
    const choose = (to) => { state.tab = (to + view.tabs.length) % view.tabs.length; redraw(`tab-${view.tabs[state.tab].id}`); };
    button.addEventListener("click", () => choose(index));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) { event.preventDefault(); choose(index + step); }
    });
    list.append(button);
  });
  return list;
}

// Draws `view` into `root`; `ask(call)` is what a button does. What had the focus keeps it.
export function show(root, view, ask, state) {
  const redraw = (key) => {
    const focused = key ?? root.querySelector(":focus")?.dataset.key;
    const bar = element("div", { className: "ck-web-bar" }, element("strong", { textContent: view.title }), element("span", { textContent: view.who }));
    const said = element("p", { className: "ck-web-said", textContent: view.said.text });
    said.setAttribute("role", "status");
    said.dataset.tone = view.said.tone;
    const command = element("code", { textContent: view.said.command ? `$ ${view.said.command}` : "" });
    const log = element("pre", { textContent: (view.log ?? []).join("\n"), hidden: !view.log });
    log.tabIndex = 0; // it may be longer than its box: readers scroll it by keyboard
    const parts = view.tabs.length ? [tabs(view, state, redraw), table(view, view.tabs[Math.min(state.tab, view.tabs.length - 1)], ask)] : [];
    root.replaceChildren(bar, said, element("p", { className: "ck-web-command" }, command), ...parts, log);
    if (focused) [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === focused)?.focus();
  };
  redraw();
}

function render({ model, el }) {
  const root = element("section", { className: "ck-web" });
  el.append(root);
  const state = { tab: 0 };
  const draw = () => {
    const view = model.get("view");
    root.setAttribute("aria-label", view.title ?? "");
    if (view.title) show(root, view, (call) => model.send({ call }), state);
  };
  model.on("change:view", draw);
  draw();
}

export default { render };
