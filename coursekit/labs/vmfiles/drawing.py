"""What the VM files labs share: widths, and how a version of a cluster is painted."""

from coursekit.ui.parts import NARROW, WIDE


def width_of(scene):
    """The width of a scene's layout."""
    return NARROW if scene.narrow else WIDE


def paint(version):
    """The look of a cluster that holds this version: what was there from the start is pale."""
    if version is None:
        return {"fill": "none"}
    return {"fill": "solid", "hue": version - 1} if version else {"fill": "soft", "tone": "idle"}
