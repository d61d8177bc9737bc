// A scene: Python sends a list of items, each with an id; this file keeps one SVG group an
// item and lets it glide from what it was to what it is. Python owns the model, nothing is
// decided here. A press (click, Enter, Space) goes back to Python as {press: id}.

const NS = "http://www.w3.org/2000/svg";
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const ROUNDS_MS = 5000; // what runs on repeat rests after that, until the pointer comes: nobody reads beside it
const HASTE_MS = 300; // changes closer than this are not glided to: a dragged slider would lag

function element(name, attributes, parent) {
  const made = document.createElementNS(NS, name);
  set(made, attributes);
  parent?.append(made);
  return made;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
}

// One drawing part of an item (rect, text, path ...), made when first wanted, removed when not.
function part(group, name, tag, attributes, text) {
  const parts = (group.parts ??= {});
  if (!attributes) {
    parts[name]?.remove();
    delete parts[name];
    return;
  }
  const node = (parts[name] ??= element(tag, { class: `ck-${name}` }, group));
  set(node, attributes);
  if (text !== undefined && node.textContent !== text) node.textContent = text;
}

function drawBox(group, item) {
  const { w, h, r = 8 } = item;
  const cx = w / 2;
  const twoLines = item.sub && !item.title;
  part(group, "body", "rect", { width: w, height: h, rx: r });
  part(group, "title", "text", item.title && { x: w < 80 ? 8 : 12, y: 20, "font-size": w < 80 ? 12 : 13.5 }, item.title);
  part(group, "sub", "text", item.sub && {
    x: item.title ? (w < 80 ? 8 : 12) : cx,
    y: item.title ? 37 : h / 2 + 14,
    "text-anchor": item.title ? "start" : "middle",
  }, item.sub);
  part(group, "text", "text", item.text !== undefined && {
    x: cx, y: h / 2 + (twoLines ? -4 : 0), "text-anchor": "middle", "dominant-baseline": "central",
    "font-size": item.size ?? 13.5,
  }, item.text);
  part(group, "led", "circle", item.led && w >= 84 && { cx: w - 14, cy: 15, r: 5, "data-tone": item.led });
  const full = w - 20;
  part(group, "rail", "rect", item.progress !== undefined && item.progress !== null &&
    { x: 10, y: h - 13, width: full, height: 6, rx: 3 });
  part(group, "bar", "rect", item.progress !== undefined && item.progress !== null &&
    { x: 10, y: h - 13, width: full * item.progress, height: 6, rx: 3 });
  part(group, "strike", "path", item.strike && { d: `M14 48L${w - 14} ${h - 12}M${w - 14} 48L14 ${h - 12}` });
}

function drawPath(group, item) {
  part(group, "line", "path", { d: item.d, "marker-end": item.arrow && "url(#ck-arrow)" });
}

function drawText(group, item) {
  part(group, "text", "text", {
    "text-anchor": item.anchor ?? "start", "font-size": item.size ?? 13.5, "font-weight": item.weight ?? 400,
  }, item.text);
}

function drawToken(group, item) {
  part(group, "body", "circle", { r: item.r ?? 9 });
  part(group, "text", "text", item.text && {
    "text-anchor": "middle", "dominant-baseline": "central", "font-size": item.size ?? 10.5,
  }, item.text);
}

const DRAW = { box: drawBox, path: drawPath, text: drawText, token: drawToken, mover: drawToken };

function classes(item) {
  const names = ["ck-item", `ck-${item.kind}`, `ck-fill-${item.fill ?? "plain"}`];
  for (const flag of ["dash", "faded", "glow", "selected"]) if (item[flag]) names.push(`ck-${flag}`);
  if (item.press) names.push("ck-press");
  return names.join(" ");
}

function style(group, item) {
  set(group, {
    class: classes(item),
    "data-id": item.id,
    "data-tone": item.tone,
    "data-hue": item.hue === undefined || item.hue === null ? undefined : item.hue % 6,
    role: item.press ? "button" : undefined,
    "aria-label": item.press,
    "aria-pressed": item.press && item.selected !== undefined ? String(!!item.selected) : undefined,
  });
  if (item.kind !== "mover") group.style.transform = `translate(${item.x ?? 0}px, ${item.y ?? 0}px)`;
}

class Drawing {
  constructor(model, root) {
    this.model = model;
    this.svg = element("svg", { role: "group" }, root);
    this.svg.innerHTML =
      '<defs><marker id="ck-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">' +
      '<path d="M0 0L8 4L0 8z" class="ck-arrowhead"/></marker></defs>';
    this.layer = element("g", {}, this.svg);
    this.movers = new Map();
    this.frame = 0;
    this.svg.addEventListener("pointerenter", () => this.again());
    this.svg.addEventListener("click", (event) => this.press(event.target));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  draw() {
    const [width, height] = this.model.get("size");
    const moving = new Set();
    this.hurry();
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, "aria-label": this.model.get("label") });
    this.svg.style.maxWidth = `${width * 1.15}px`;
    this.children(this.layer, this.model.get("items"), moving);
    for (const id of [...this.movers.keys()]) if (!moving.has(id)) this.movers.delete(id);
    this.rove();
    this.svg.dataset.version = Number(this.svg.dataset.version ?? 0) + 1;
    if (this.movers.size && !this.frame) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  hurry() {
    const now = performance.now();
    this.svg.classList.toggle("ck-haste", now - (this.drawn ?? -HASTE_MS) < HASTE_MS);
    this.drawn = now;
  }

  children(parent, items, moving) {
    const kept = (parent.kept ??= new Map());
    const wanted = new Set(items.map((item) => item.id));
    for (const [id, group] of kept) if (!wanted.has(id)) { group.remove(); kept.delete(id); }
    let before = null;
    for (const item of items) {
      let group = kept.get(item.id);
      if (group && group.kind !== item.kind) { group.remove(); kept.delete(item.id); group = null; }
      if (!group) { group = element("g", {}, parent); group.kind = item.kind; kept.set(item.id, group); }
      style(group, item);
      DRAW[item.kind](group, item);
      if (item.kind === "mover") { moving.add(item.id); this.start(group, item); }
      if (item.children || group.inner) this.children((group.inner ??= element("g", {}, group)), item.children ?? [], moving);
      const next = before ? before.nextSibling : parent.firstChild;
      if (next !== group) parent.insertBefore(group, next);
      before = group;
    }
  }

  // Movers run along a path by themselves: points are sampled once, then no kernel message.
  start(group, item) {
    const old = this.movers.get(item.id);
    if (old && old.d === item.d && old.run === item.run) return;
    const path = element("path", { d: item.d });
    const length = path.getTotalLength();
    const count = Math.max(2, Math.min(64, Math.ceil(length / 8)));
    const points = Array.from({ length: count + 1 }, (_, i) => path.getPointAtLength((length * i) / count));
    this.movers.set(item.id, {
      group, points, d: item.d, run: item.run, seconds: item.seconds ?? 0.6, delay: item.delay ?? 0,
      repeat: !!item.repeat, since: null,
    });
    group.style.opacity = 0;
  }

  tick(now) {
    let alive = false;
    for (const mover of this.movers.values()) alive = this.move(mover, now) || alive;
    this.svg.dataset.frames = Number(this.svg.dataset.frames ?? 0) + 1;
    set(this.svg, { "data-continuous": alive ? "" : undefined });
    this.frame = alive ? requestAnimationFrame((next) => this.tick(next)) : 0;
  }

  move(mover, now) {
    mover.since ??= now;
    let share = ((now - mover.since) / 1000 - mover.delay) / mover.seconds;
    const rests = mover.repeat && now - mover.since > ROUNDS_MS;
    if (rests && mover.rests) return false;
    mover.rests = rests;
    if (calm.matches) share = mover.repeat ? 0.5 : 1;
    else if (mover.repeat) share = ((share % 1) + 1) % 1;
    const at = Math.max(0, Math.min(1, share)) * (mover.points.length - 1);
    const a = mover.points[Math.floor(at)], b = mover.points[Math.ceil(at)], part = at - Math.floor(at);
    const x = a.x + (b.x - a.x) * part, y = a.y + (b.y - a.y) * part;
    mover.group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    mover.group.style.opacity = share < 0 ? 0 : share >= 1 && !mover.repeat ? 0.35 : 1;
    return !calm.matches && (mover.repeat ? !rests : share < 1);
  }

  again() {
    for (const mover of this.movers.values()) if (mover.rests) mover.since = null;
    if (this.movers.size && !this.frame) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  press(target) {
    const group = target.closest?.(".ck-press");
    if (group) this.model.send({ press: group.dataset.id });
  }

  // One stop for Tab in a grid of cells; arrows go from cell to cell.
  rove() {
    const all = [...this.svg.querySelectorAll(".ck-press")];
    const current = all.find((group) => group === document.activeElement) ?? all.find((group) => group.tabIndex === 0);
    const first = current ?? all[0];
    for (const group of all) group.setAttribute("tabindex", !this.model.get("roving") || group === first ? 0 : -1);
  }

  key(event) {
    const group = event.target.closest?.(".ck-press");
    if (!group) return;
    if (event.key === "Enter" || event.key === " ") this.press(group);
    else if (!this.step(group, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(group, key) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (!way) return false;
    const centre = (one) => { const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    const [x, y] = centre(group);
    let best = null, least = Infinity;
    for (const other of this.svg.querySelectorAll(".ck-press")) {
      const [ox, oy] = centre(other);
      const along = (ox - x) * way[0] + (oy - y) * way[1], across = Math.abs((ox - x) * way[1]) + Math.abs((oy - y) * way[0]);
      const cost = along + 3 * across;
      if (other !== group && along > 1 && cost < least) { best = other; least = cost; }
    }
    if (!best) return true;
    if (this.model.get("roving")) { group.setAttribute("tabindex", -1); best.setAttribute("tabindex", 0); }
    best.focus();
    return true;
  }

  close() { cancelAnimationFrame(this.frame); }
}

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ck-scene";
  el.append(root);
  const drawing = new Drawing(model, root);
  const redraw = () => drawing.draw();
  const watch = new ResizeObserver(([entry]) => {
    const width = entry.contentRect.width;
    if (width && model.get("narrow") !== width < 600) { model.set("narrow", width < 600); model.save_changes(); }
  });
  model.on("change:version", redraw);
  redraw();
  watch.observe(root);
  return () => { model.off("change:version", redraw); watch.disconnect(); drawing.close(); };
}

export default { render };
