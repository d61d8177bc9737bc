// Accessible names that ipywidgets and bqplot leave out. A name is taken from what the
// author wrote (description, tooltip, title, `ck-chart-name`), never invented: a control
// that nobody named stays without a name, so that a check can find it.
const PAUSE_MS = 50; // one pass for a burst of changes
const PLAY_ICONS = { "fa-play": "play", "fa-pause": "pause", "fa-stop": "stop", "fa-retweet": "repeat" };
const GROUPS = ".widget-radio, .widget-toggle-buttons";
const FIELDS = "input:not([type=hidden]), select, textarea";
const MODEL_GONE = "Error displaying widget: model not found";

// What draws its own names; it changes with every move of a slider.
const NAMED_ALREADY = ".ck-scene, .ck-timeline, .ck-panel, .ck-said";

export function guardNames(root, say) {
  const places = new Set([root]);
  let waiting = 0;
  const pass = () => {
    waiting = 0;
    for (const place of places) if (place.isConnected) nameAll(place, say);
    places.clear();
  };
  const changed = (changes) => {
    const before = places.size;
    for (const { target } of changes) add(places, target);
    if (places.size === before) return;
    wakeUpCalls(root, say); // at once: before the bare error is painted
    waiting ||= setTimeout(pass, PAUSE_MS);
  };
  const watched = { childList: true, subtree: true, characterData: true };
  new MutationObserver(changed).observe(root, watched);
  pass();
  wakeUpCalls(root, say);
}

// Only the widget around a change is looked at again: a chapter has hundreds of fields.
function add(places, target) {
  const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
  if (!element || element.closest(NAMED_ALREADY)) return;
  places.add(element.closest(".ck-chart") ?? element.closest(".jupyter-widgets") ?? element);
}

function nameAll(place, say) {
  const all = (selector) =>
    [...(place.matches(selector) ? [place] : []), ...place.querySelectorAll(selector)];
  all(".noUi-target").forEach((slider) => nameSlider(slider, say));
  all(".widget-play button").forEach((button) => namePlay(button, say));
  all("svg.svg-figure").forEach(nameChart);
  all(`.jp-OutputArea-output :is(${FIELDS})`).forEach(nameField);
  all(GROUPS).forEach(nameGroup);
  all(".ck-status").forEach(makeStatus);
}

// Writing an equal attribute would still wake other observers.
function put(element, attribute, value) {
  if (value && element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}

function text(element) {
  return element?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

// The tooltip often says more than the visible label ("disk size (GB)"); it may serve only
// if it holds the label, so that speaking the label still finds the control.
function written(widget) {
  const label = widget?.querySelector(":scope > .widget-label");
  const seen = text(label);
  const hint = label?.title || widget?.title || widget?.querySelector("[title]")?.title || "";
  return hint.includes(seen) ? hint : seen;
}

function nameSlider(slider, say) {
  const widget = slider.closest(".widget-inline-hbox, .widget-inline-vbox");
  const name = written(widget);
  const handles = [...slider.querySelectorAll(".noUi-handle")];
  if (handles.length === 1) {
    put(handles[0], "aria-label", name);
    put(handles[0], "aria-valuetext", shownValue(widget));
  } else if (name) {
    const ends = [say("least"), say("most")];
    handles.forEach((handle, end) => put(handle, "aria-label", ends[end].replace("{name}", name)));
  }
}

function shownValue(widget) {
  const readout = widget?.querySelector(".widget-readout");
  return readout && getComputedStyle(readout).display !== "none" ? text(readout) : "";
}

function namePlay(button, say) {
  const icon = button.querySelector("i");
  const found = Object.keys(PLAY_ICONS).find((name) => icon?.classList.contains(name));
  if (!found) return;
  put(button, "aria-label", say(PLAY_ICONS[found]));
  put(button, "title", say(PLAY_ICONS[found]));
}

function nameChart(svg) {
  put(svg, "role", "img");
  put(svg, "aria-label", text(svg.querySelector(".mainheading")) || text(chartName(svg)));
}

// The nearest `ck-chart-name` around the chart, inside the same output.
function chartName(svg) {
  const output = svg.closest(".jp-OutputArea-output");
  for (let box = svg.parentElement; box && box !== output; box = box.parentElement) {
    const name = box.querySelector(".ck-chart-name");
    if (name) return name;
  }
  return null;
}

function nameField(field) {
  const labelled = [...(field.labels ?? [])].some((label) => text(label));
  if (labelled || field.hasAttribute("aria-labelledby")) return;
  put(field, "aria-label", field.title || field.placeholder || written(field.closest(".jupyter-widgets")));
}

function nameGroup(group) {
  const name = written(group);
  if (!name) return;
  put(group, "role", group.matches(".widget-radio") ? "radiogroup" : "group");
  put(group, "aria-label", name);
}

// The role sits on the widget's own node, which stays while its text changes.
function makeStatus(element) {
  put(element, "role", "status");
  put(element, "aria-live", "polite");
}

// A saved notebook shows views whose models died with its kernel.
function wakeUpCalls(root, say) {
  for (const output of root.querySelectorAll(".jp-OutputArea-output.jupyter-widgets")) {
    if (output.childElementCount || output.textContent !== MODEL_GONE) continue;
    output.textContent = say("asleep");
    output.classList.add("ck-asleep");
  }
}
