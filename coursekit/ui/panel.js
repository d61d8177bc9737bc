// The controls of a lab. Python says which there are; the browser's own inputs do the rest,
// so mouse, keyboard and screen readers find what they know. A move shows here at once and
// goes to Python as the new state of all controls.
let made = 0;

function element(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// A slider and its number: the box may say what the slider cannot, Python answers to it.
function slider(control, id, name, move) {
  const limits = { min: control.least, max: control.most, step: control.step };
  const range = element("input", { type: "range", id, ...limits });
  const box = element("input", { type: "number", step: control.step, title: name, ariaLabel: name });
  if (String(control.most).length > 5) box.classList.add("ck-long");
  range.ariaLabel = name;
  range.addEventListener("input", () => { box.value = range.value; move(Number(range.value)); });
  box.addEventListener("input", () => {
    if (box.value === "") return; // being typed
    range.value = box.value;
    move(Number(box.value));
  });
  const show = (value) => {
    if (Number(range.value) !== value) range.value = value;
    if (box.value === "" || Number(box.value) !== value) box.value = value;
    range.setAttribute("aria-valuetext", control.unit ? `${value} ${control.unit}` : value);
  };
  const unit = control.unit ? [element("span", { className: "ck-unit", textContent: control.unit })] : [];
  return { parts: [range, box, ...unit], inputs: [range, box], show };
}

function pick(control, id, move) {
  const select = element("select", { id });
  control.options.forEach(([, text], index) => select.append(new Option(text, index)));
  select.addEventListener("change", () => move(control.options[select.selectedIndex][0]));
  const show = (value) => { select.selectedIndex = control.options.findIndex(([each]) => each === value); };
  return { parts: [select], inputs: [select], show };
}

function check(id, move) {
  const box = element("input", { type: "checkbox", id });
  box.addEventListener("change", () => move(box.checked));
  return { parts: [box], inputs: [box], show: (value) => { box.checked = value; } };
}

function build(control, move) {
  const id = `ck-control-${(made += 1)}`;
  const name = control.unit ? `${control.label} (${control.unit})` : control.label;
  const label = element("label", { htmlFor: id, textContent: control.label });
  const one = { slider: () => slider(control, id, name, move), pick: () => pick(control, id, move),
    check: () => check(id, move) }[control.kind]();
  const parts = control.kind === "check" ? [...one.parts, label] : [label, ...one.parts];
  return { ...one, node: element("div", { className: `ck-control ck-control-${control.kind}` }, ...parts) };
}

function render({ model, el }) {
  const controls = new Map();
  const near = element("div", { className: "ck-controls" });
  const more = element("div", { className: "ck-controls" });
  for (const control of model.get("controls")) {
    const move = (value) => {
      model.set("state", { ...model.get("state"), [control.name]: value });
      model.save_changes();
    };
    const one = build(control, move);
    one.node.dataset.name = control.name;
    controls.set(control.name, one);
    (control.more ? more : near).append(one.node);
  }
  const words = model.get("words");
  const reset = element("button", { type: "button", className: "jupyter-button ck-button ck-reset", textContent: words.reset });
  reset.addEventListener("click", () => model.send("reset"));
  const foot = element("div", { className: "ck-panel-foot" });
  const rest = element("details", {}, element("summary", { textContent: words.more }), more);
  foot.append(rest, reset);
  el.append(element("div", { className: "ck-panel" }, near, foot));

  const show = () => { for (const [name, one] of controls) one.show(model.get("state")[name]); };
  const fit = () => {
    for (const [name, one] of controls) one.node.hidden = model.get("away").includes(name);
    rest.hidden = [...more.children].every((node) => node.hidden);
  };
  const lock = () => {
    for (const one of controls.values()) for (const input of one.inputs) input.disabled = model.get("locked");
    reset.disabled = model.get("locked");
  };
  model.on("change:state", show);
  model.on("change:away", fit);
  model.on("change:locked", lock);
  show(); fit(); lock();
}

export default { render };
