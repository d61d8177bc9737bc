// Moves every control of one lab: least, most and default; first and last option; every button of the time
// bar; the first and last thing to press. After each move kernel and lab must come to rest.
window.moves = {
  async rest(lab, quiet = 25, limit = 3000) {
    const begun = performance.now();
    let last = begun;
    const watch = new MutationObserver((changes) => { if (changes.some(probe.isNews)) last = performance.now(); });
    watch.observe(lab, { subtree: true, childList: true, attributes: true, characterData: true });
    for (;;) {
      await new Promise((resume) => setTimeout(resume, 8));
      const now = performance.now();
      if ((probe.idle && now - last > quiet) || now - begun > limit) break;
    }
    watch.disconnect();
  },

  enter(input, value) {
    const kind = input instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  },

  pick(select, index) {
    select.selectedIndex = index;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  },

  key(element, key) {
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  },

  async lab(name) {
    const lab = document.querySelector(`.ck-lab-${name}`);
    const counts = {};
    const move = async (kind, act) => { act(); counts[kind] = (counts[kind] ?? 0) + 1; await this.rest(lab); };
    const shown = (element) => element.offsetParent !== null || element.ownerSVGElement;
    const all = (selector) => [...lab.querySelectorAll(selector)].filter((each) => shown(each) && !each.disabled);
    for (const toggle of all(".ck-drawer .widget-toggle-button")) await move("toggle", () => toggle.click());
    for (const fold of all(".ck-panel summary")) fold.click();
    for (const range of all(".ck-control input[type=range]")) {
      const box = range.parentElement.querySelector("input[type=number]");
      const before = box.value;
      for (const end of [range.min, range.max]) await move("slider", () => this.enter(range, end));
      await move("box", () => this.enter(box, "99999"));
      await move("box", () => this.enter(box, before));
    }
    for (const select of all(".ck-control select")) {
      const before = select.selectedIndex;
      for (const i of new Set([0, select.options.length - 1])) await move("pick", () => this.pick(select, i));
      await move("pick", () => this.pick(select, before));
    }
    for (const box of all(".ck-control input[type=checkbox]")) for (let i = 0; i < 2; i++) await move("check", () => box.click());
    for (const text of all(".ck-textbox textarea").filter((each) => !each.closest(".ck-drawer"))) {
      const before = text.value;
      for (const written of [before + "\n%%%", before]) {
        this.enter(text, written);
        await move("text", () => text.parentElement.querySelector("[data-word=load]").click());
      }
    }
    for (const word of ["last", "back", "first", "step", "play", "play"])
      for (const button of all(`.ck-timeline button[data-word=${word}]`)) await move("time", () => button.click());
    for (const range of all(".ck-timeline input[type=range]")) await move("scrub", () => this.enter(range, range.max));
    const pressed = all(".ck-scene [role=button]");
    for (const one of [pressed[0], pressed.at(-1)].filter(Boolean))
      await move("press", () => one.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    for (const button of all(".ck-tools button")) await move("tool", () => button.click());
    for (const button of all(".ck-reset")) await move("reset", () => button.click());
    return counts;
  },
};
