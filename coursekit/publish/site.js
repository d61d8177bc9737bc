// What `scene.js` needs to draw a still picture: its data, in the layout that has room.

class Still {
  constructor(layouts) { Object.assign(this, { layouts, narrow: false, heard: null }); }
  get(name) {
    if (name === "narrow" || name === "roving") return name === "narrow" && this.narrow;
    return (this.narrow && this.layouts.narrow ? this.layouts.narrow : this.layouts.wide)[name];
  }
  set(name, value) { this[name] = value; }
  save_changes() { this.heard?.(); }
  on(_event, heard) { this.heard = heard; }
  off() { this.heard = null; }
  send() {}
}

for (const el of document.querySelectorAll(".still")) {
  const model = new Still(JSON.parse(el.firstElementChild.textContent));
  render({ model, el });
}

// On paper nothing can be unfolded: everything is, and folded again afterwards.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });
