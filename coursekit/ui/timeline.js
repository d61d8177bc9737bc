// The bar under every timed lab. Playing is a timer here: the next moment is asked for only
// when Python has drawn the last one, so late moments are dropped and never queue up.
function render({ model, el }) {
  const words = model.get("words");
  const root = document.createElement("div");
  root.className = "ck-timeline";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", words.name);
  root.innerHTML = '<div class="ck-timeline-bar"></div><div class="ck-timeline-bar ck-timeline-scrub"></div>';
  const [bar, scrub] = root.children;
  el.append(root);

  const last = () => model.get("labels").length - 1;
  const go = (moment) => {
    const next = Math.max(0, Math.min(last(), moment));
    if (next !== model.get("moment")) { model.set("moment", next); model.save_changes(); }
    show();
  };
  const button = (word, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "jupyter-button ck-button";
    made.textContent = words[word];
    made.dataset.word = word;
    made.addEventListener("click", act);
    bar.append(made);
    return made;
  };

  let timer = 0, since = 0, from = 0;
  const playing = () => timer !== 0;
  const stop = () => { clearInterval(timer); timer = 0; show(); };
  const tick = () => {
    if (!root.isConnected) return stop();
    if (model.get("drawn") !== model.get("moment")) return; // Python is still drawing
    const due = from + Math.floor(((performance.now() - since) / 1000) * Number(speed.value));
    go(due);
    if (model.get("moment") >= last()) stop();
  };
  const play = () => {
    if (playing()) return stop();
    if (model.get("moment") >= last()) go(0);
    since = performance.now();
    from = model.get("moment");
    timer = setInterval(tick, 50);
    show();
  };
  const act = (step) => { if (playing()) stop(); go(step()); };

  const first = button("first", () => act(() => 0));
  const back = button("back", () => act(() => model.get("moment") - 1));
  const step = button("step", () => act(() => model.get("moment") + 1));
  const run = button("play", play);
  const end = button("last", () => act(last));

  const field = (word, input) => {
    const label = document.createElement("label");
    label.append(words[word] + " ", input);
    return label;
  };
  const speed = document.createElement("select");
  for (const each of [0.5, 1, 2, 4, 8]) speed.append(new Option(words.rate.replace("{n}", each), each, each === 2, each === 2));
  speed.addEventListener("change", () => { since = performance.now(); from = model.get("moment"); });
  bar.append(field("speed", speed));

  const slide = Object.assign(document.createElement("input"), { type: "range", min: 0, step: 1 });
  const box = Object.assign(document.createElement("input"), { type: "number", min: 0, step: 1 });
  slide.addEventListener("input", () => act(() => Number(slide.value)));
  box.addEventListener("change", () => act(() => Math.round(Number(box.value) || 0)));
  box.setAttribute("aria-label", words.moment);
  scrub.append(field("moment", slide), box);
  const of = document.createElement("span");
  scrub.append(of);
  const list = document.createElement("select");
  list.size = 5;
  list.setAttribute("aria-label", words.events);
  list.addEventListener("change", () => act(() => list.selectedIndex));
  root.append(list);

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input")) return;
    const move = {
      ArrowLeft: () => back.click(), ArrowRight: () => step.click(), Home: () => first.click(),
      End: () => end.click(), p: () => run.click(),
    }[event.key];
    if (!move) return;
    move();
    event.preventDefault();
    event.stopPropagation();
  });

  function show() {
    const moment = model.get("moment"), labels = model.get("labels");
    slide.max = box.max = last();
    if (Number(slide.value) !== moment) slide.value = moment;
    if (document.activeElement !== box || Number(box.value) !== moment) box.value = moment;
    slide.setAttribute("aria-valuetext", labels[moment] ?? "");
    of.textContent = words.of.replace("{n}", last());
    run.textContent = playing() ? words.pause : words.play;
    for (const [which, off] of [[first, moment <= 0], [back, moment <= 0], [step, moment >= last()], [end, moment >= last()]])
      which.setAttribute("aria-disabled", String(off)); // stays in the tab order: focus is not lost
    if (list.selectedIndex !== moment) list.selectedIndex = moment;
  }
  function relabel() {
    const labels = model.get("labels");
    list.replaceChildren(...labels.map((label, i) => new Option(label, i)));
    show();
  }
  model.on("change:labels", relabel);
  model.on("change:moment change:drawn", show);
  relabel();
  return () => clearInterval(timer);
}

export default { render };
