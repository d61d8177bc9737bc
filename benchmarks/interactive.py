"""What a learner waits for, in real JupyterLab: start, run-all, slider to picture, motion.

Each figure stands beside its goal on a quiet two-core machine; a busy one may take twice as
long. Latency is from the key to the first change of the lab's picture or sentence in the page.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from driver import Lab  # noqa: E402
from test_chapters import predict_everything  # noqa: E402

from coursekit.labs.desk import built, labs_of  # noqa: E402

PRESSES = 30
FLIGHTS = ("networks-switch", "raid-write")  # labs in whose first step something flies

IMPORTS = {  # what is imported -> imported before it, goal in seconds of CPU
    "coursekit.labs.raid": ("sys", 0.9),
    "coursekit.sims.raid.layouts": ("numpy", 0.03),
    "coursekit.sims.raid.parity": ("numpy", 0.03),
    "coursekit.sims.raid.play": ("numpy", 0.03),
    "coursekit.sims.raid.survival": ("numpy", 0.03),
}
LATENCY = """([name, presses]) => new Promise(async (done) => {
  const lab = document.querySelector(`.ck-lab-${name}`);
  const slider = lab.querySelector('.ck-control input[type=range]');
  if (!slider) return done([]);
  const times = [];
  const sleep = (ms) => new Promise((resume) => setTimeout(resume, ms));
  for (let i = 0; i < presses; i++) {
    const step = (i % 6) < 3 ? 'stepUp' : 'stepDown';
    const begun = performance.now();
    const seen = new Promise((resolve) => {
      const watch = new MutationObserver((changes) => {
        const drawn = changes.some((change) => {
          const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
          return at?.closest('.ck-scene, .ck-chart, .ck-said');
        });
        if (drawn) { watch.disconnect(); resolve(performance.now() - begun); }
      });
      watch.observe(lab, {subtree: true, childList: true, attributes: true, characterData: true});
      setTimeout(() => { watch.disconnect(); resolve(null); }, 1000);
    });
    slider[step](); // what an arrow key does
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    times.push(await seen);
    await sleep(120);
  }
  done(times.filter((each) => each !== null));
})"""
MOTION = """(name) => new Promise((done) => {
  const lab = document.querySelector(`.ck-lab-${name}`), svg = lab.querySelector('.ck-scene svg');
  const drawn = [];
  let heard = 0, frames = Number(svg.dataset.frames ?? 0);
  probe.panel.sessionContext.iopubMessage.connect(() => { if (drawn.length) heard += 1; });
  lab.querySelector('[data-word=step]').click();
  const begun = performance.now();
  const look = (now) => {
    const at = Number(svg.dataset.frames ?? 0);
    if (at !== frames) { frames = at; drawn.push(now); }
    if (now - begun < 1500) return requestAnimationFrame(look);
    done([(drawn.length - 1) / (drawn.at(-1) - drawn[0]) * 1000, heard]);
  };
  requestAnimationFrame(look);
})"""


def row(name, value, goal, unit):
    print(f"{name:44} {value:9.3g} {unit:4} goal {goal}")


def print_imports():
    for module, (before, goal) in IMPORTS.items():
        code = (
            f"import {before}, numpy.random, time; begun = time.process_time(); import {module}; "
            "print(time.process_time() - begun)"
            if before == "numpy"
            else f"import time; begun = time.process_time(); import {module}; print(time.process_time() - begun)"
        )
        runs = [
            float(
                subprocess.run(
                    [sys.executable, "-c", code], capture_output=True, text=True, check=True
                ).stdout
            )
            for _ in range(5)
        ]
        row(f"import {module}", median(runs), f"<= {goal}", "s")


def print_traces(chapter):
    for name, cls in labs_of(chapter.slug).items():
        lab, times = cls(1), []
        for _ in range(15):
            begun = time.perf_counter()
            lab.update()
            times.append((time.perf_counter() - begun) * 1000)
        row(f"{name}: default trace and draw", median(times), "<= 200", "ms")


def print_page(lab, chapter):
    book = f"{chapter.stem}.ipynb"
    lab.open(book).close()  # the browser's cache and ours are warm, as on a second visit
    notebook = lab.open(book)
    row(f"{chapter.slug}: URL to live labs", notebook.times["ready"], "<= 7", "s")
    notebook.restart_kernel()
    notebook.run_all()
    row(f"{chapter.slug}: run all cells", notebook.times["run"], "<= 3", "s")
    predict_everything(notebook)
    for name in labs_of(chapter.slug):
        if times := notebook.page.evaluate(LATENCY, [name, PRESSES]):
            row(f"{name}: key to picture, median", median(times), "<= 25", "ms")
            row(f"{name}: key to picture, p95", quantiles(times, n=20)[-1], "<= 45", "ms")
    for name in set(FLIGHTS) & set(labs_of(chapter.slug)):
        notebook.page.locator(f".ck-lab-{name} [data-word=first]").press("Enter")
        notebook.settle()
        rate, messages = notebook.page.evaluate(MOTION, name)
        row(f"{name}: motion", rate, ">= 55", "fps")
        row(f"{name}: kernel messages while moving", messages, "0", "")
    notebook.close()


def main():
    print_imports()
    for chapter in built():
        print_traces(chapter)
    folder = Path(tempfile.mkdtemp()) / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".*"))
    (folder / "my-progress.json").unlink(missing_ok=True)
    with Lab(folder) as lab:
        row("server start", lab.server.seconds, "-", "s")
        for chapter in built():
            print_page(lab, chapter)


if __name__ == "__main__":
    main()
