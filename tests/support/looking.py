"""What tests of labs look with: the items of a scene by their ids, buttons, moments, the frame."""

from coursekit.ui.scene import Scene
from coursekit.ui.story import StoryLab


def every_item(items):
    """Items and what is placed inside them."""
    for item in items:
        yield item
        yield from every_item(item.get("children", ()))


def drawn(lab):
    """The items of a lab's scene, by id."""
    return {item["id"]: item for item in every_item(lab.scene.items)}


def told(lab):
    """All words of a lab as it stands: its sentence, its picture, its table."""
    words = [str(item.get(key) or "") for item in drawn(lab).values() for key in ("text", "title", "sub")]  # fmt: skip
    return " ".join([lab.text, *words, lab.table(lab._shown).html()])


def press(lab):
    """The lab's buttons, by their words."""
    return {tool.description: tool.click for tool in lab._tools if hasattr(tool, "click")}


def scenes_of(lab):
    """All scenes of a lab."""
    return [value for value in vars(lab).values() if isinstance(value, Scene)]


def moments(lab, most=40):
    """Go to the moments of a story, all or spread over it; a lab without time has one."""
    count = len(lab.result.states) if isinstance(lab, StoryLab) else 1
    for moment in sorted({round(at * (count - 1) / most) for at in range(most + 1)}):
        if isinstance(lab, StoryLab):
            lab.go(moment)
        yield moment


def inside_the_frame(scene):
    """Ids are used once, nothing leaves the picture or its box, and all texts are texts."""
    width, height = scene.size
    ids = [item["id"] for item in every_item(scene.items)]
    assert len(ids) == len(set(ids)), f"ids drawn twice: {ids}"
    inside(scene.items, width, height)
    for item in every_item(scene.items):
        only_texts(item)


def inside(items, width, height):
    """Boxes lie within these bounds, and what is in a box within it; texts not below."""
    for item in items:
        if item["kind"] == "box":
            assert -1 <= item["x"] <= item["x"] + item["w"] <= width + 1, item
            assert -1 <= item["y"] <= item["y"] + item["h"] <= height + 1, item
            inside(item.get("children", ()), item["w"], item["h"])
        if item["kind"] == "text":
            assert 0 <= item["y"] <= height + 4, item


def only_texts(item):
    """A number drawn as text would not be written as the language writes it."""
    assert all(isinstance(item.get(key, ""), str) for key in ("text", "title", "sub")), item


def fits(lab):
    """Both layouts of a lab as it stands."""
    for narrow in (True, False):
        for scene in scenes_of(lab):
            scene.narrow = narrow
            inside_the_frame(scene)
