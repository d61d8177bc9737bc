// One sentence that screen readers announce when it changes, and a place to scroll to.
function render({ model, el }) {
  const line = document.createElement("div");
  line.className = "ck-said";
  line.setAttribute("role", "status");
  line.setAttribute("aria-live", "polite");
  el.append(line);
  const show = () => {
    line.dataset.tone = model.get("tone");
    if (line.textContent !== model.get("text")) line.textContent = model.get("text");
    line.hidden = !model.get("text");
  };
  const reveal = () => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const lab = el.closest(".ck-lab") ?? el;
    lab.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  };
  model.on("change:text change:tone", show);
  model.on("change:reveal", reveal);
  show();
}

export default { render };
