// The bar at the top of a notebook: one sentence that says why nothing ran, and one button.

export class Bar {
  constructor(lab, panel, say, press) {
    this.say = say;
    this.sentence = element("span", { className: "ck-bar-why", role: "status" });
    this.button = element("button", { className: "ck-bar-run", type: "button", onclick: press });
    this.inner = element("div", { className: "ck-bar-inner" });
    this.inner.append(this.sentence, this.button);
    this.widget = new lab.Widget({ node: this.region() });
    panel.contentHeader.addWidget(this.widget);
    this.fitToText();
    this.hide();
  }

  region() {
    const node = element("section", { className: "ck-bar", ariaLabel: this.say("bar") });
    node.append(this.inner);
    return node;
  }

  // JupyterLab gives a header the height its style asks for; ours depends on the width.
  fitToText() {
    const fit = () => {
      this.widget.node.style.minHeight = `${this.inner.offsetHeight}px`;
      this.widget.parent?.fit();
    };
    const watch = new ResizeObserver(fit);
    watch.observe(this.inner);
    this.widget.disposed.connect(() => watch.disconnect());
  }

  show(why) {
    this.widget.show();
    this.sentence.textContent = this.say(why);
    this.running(false);
  }

  running(yes) {
    this.button.disabled = yes;
    this.button.textContent = this.say(yes ? "running" : "run");
  }

  hide() {
    this.widget.hide();
  }
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
