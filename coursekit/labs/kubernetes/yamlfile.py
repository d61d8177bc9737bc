"""A button that writes manifests as a file beside the notebook, never over what is there."""

from coursekit.i18n import _
from coursekit.sims.kubernetes.manifest import dump
from coursekit.ui.keep import keep
from coursekit.ui.look import row
from coursekit.ui.quiz import button
from coursekit.ui.status import Line


class YamlFile:
    """`view` holds the button and the answer; `values()` gives the objects when it is pressed."""

    def __init__(self, name, values):
        self._name, self._values = name, values
        self.button, self.said = button(_("Save as YAML"), self.save), Line()
        self.view = row([self.button, self.said.view], align_items="center", grid_gap="4px 12px")

    def save(self):
        """Write the objects as they are now."""
        try:
            name = keep(f"{self._name}.yaml", dump(self._values()).encode())
            self.said.say(_("{name} is written. A cluster takes it with: kubectl apply -f {name}", name=name), "ok")  # fmt: skip
        except OSError as why:  # a folder that is read-only, a full disk
            self.said.say(_("The file could not be written: {why}", why=str(why)), "bad")
