// The plugin: repairs for every notebook (keyboard, names), and for the course's own
// notebooks (metadata `coursekit`) the look and the door of run on open.
import { Door } from "./door.js";
import { guardKeys } from "./keyboard.js";
import { guardNames } from "./names.js";

export function makePlugin(lab) {
  return {
    id: "coursekit:notebooks",
    description: "Keyboard and names guard, run on open and look of the course",
    autoStart: true,
    requires: [lab.INotebookTracker],
    activate: (_app, tracker) => activate(lab, tracker),
  };
}

function activate(lab, tracker) {
  const doors = new Map(); // notebook -> door
  const course = readCourse(lab.PageConfig); // now, before any notebook is on the page
  addStyle();
  guardKeys(document.body);
  tracker.widgetAdded.connect((_tracker, panel) => welcome(lab, course, doors, panel));
  lab.NotebookActions.executed.connect((_actions, { notebook, cell, success }) => {
    if (success) doors.get(notebook)?.ran(cell);
  });
}

function readCourse(pageConfig) {
  const { cells = [], texts = {} } = JSON.parse(pageConfig.getOption("coursekit") || "{}");
  return { shipped: new Set(cells), texts };
}

function addStyle() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("style.css", import.meta.url).href;
  document.head.append(link);
}

async function welcome(lab, course, doors, panel) {
  await panel.context.ready;
  const about = panel.content.model?.getMetadata("coursekit");
  const say = speaker(course.texts, about?.language);
  guardNames(panel.content.node, say);
  if (!about || typeof about !== "object") return;
  panel.addClass("ck-course");
  panel.content.node.lang = about.language === "fr" ? "fr" : "en";
  const door = new Door(lab, panel, course.shipped, say);
  doors.set(panel.content, door);
  panel.disposed.connect(() => doors.delete(panel.content));
  await door.open(about.kind);
}

// The sentence for a key, in the notebook's language; the language is data, never a path.
function speaker(texts, language) {
  const spoken = Object.hasOwn(texts, language) ? texts[language] : texts.en;
  return (key) => spoken?.[key] ?? key;
}
