// A text to copy, paste, save to a file and open from one. Python decides what the text means.
function button(parent, word, label, act) {
  const made = document.createElement("button");
  made.dataset.word = word;
  made.type = "button";
  made.className = "jupyter-button ck-button";
  made.textContent = label;
  made.addEventListener("click", act);
  parent.append(made);
  return made;
}

async function copy(area) {
  try { await navigator.clipboard.writeText(area.value); }
  catch { area.select(); document.execCommand("copy"); } // pages served without https
}

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: name.endsWith(".html") ? "text/html" : "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function open(act) {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = ".json,application/json";
  picker.addEventListener("change", async () => { if (picker.files[0]) act(await picker.files[0].text()); });
  picker.click();
}

function render({ model, el }) {
  const words = model.get("words");
  const root = document.createElement("div");
  root.className = "ck-textbox";
  const area = document.createElement("textarea");
  area.rows = model.get("rows");
  area.spellcheck = false;
  area.setAttribute("aria-label", words.label);
  const bar = document.createElement("div");
  bar.className = "ck-textbox-bar";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  if (model.get("rows")) root.append(area);
  root.append(bar);
  el.append(root);
  const send = (text) => model.send({ load: text });
  const show = () => { area.value = model.get("text"); };
  const tell = () => { said.textContent = model.get("said"); }; // what was typed stays, to be put right
  if (words.copy) button(bar, "copy", words.copy, () => { copy(area); said.textContent = words.copied; });
  if (words.load) button(bar, "load", words.load, () => send(area.value));
  if (words.save) button(bar, "save", words.save, () => save(model.get("file"), model.get("text")));
  if (words.open) button(bar, "open", words.open, () => open(send));
  bar.append(said);
  model.on("change:text", show);
  model.on("change:said", tell);
  show();
  tell();
}

export default { render };
