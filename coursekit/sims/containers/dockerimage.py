"""The image a Dockerfile gives: its layers, what they hide, what a change of the source rebuilds.

Modelled: `dockerfile` parsed, its steps done one by one on an overlay (`dockerrun`), the build
cache (`buildcache`) after the source changed; what an image of a web application should have,
and what is amiss with the file. Sizes in kB, illustrative. Left out: as in those modules; the
caches of a registry; `.dockerignore`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch

from coursekit.sims.containers import buildcache, dockerfile, overlay
from coursekit.sims.containers import dockercosts as costs
from coursekit.sims.containers.buildcache import Step
from coursekit.sims.containers.dockerfile import Instruction
from coursekit.sims.containers.dockerrun import Box, below, place, put, run_line
from coursekit.sims.containers.overlay import Stack
from coursekit.sims.message import require

__all__ = ["Layer", "Planned", "Stage", "made", "stages_of"]

SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY", re.IGNORECASE)
META = {"ENV", "WORKDIR", "EXPOSE", "USER", "CMD", "ENTRYPOINT", "LABEL", "ARG"}


@dataclass(frozen=True)
class Layer:
    """A step: the kB of its layer, those of lower layers it hides, those it copied up.

    `secrets`: names of secrets it leaves in the image; `rebuilt`: it runs again once the
    source has changed; `final`: its layer is part of the image.
    """

    line: int
    name: str
    text: str
    stage: str
    seconds: float
    kb: int
    hides_kb: int
    copied_kb: int
    secrets: tuple[str, ...] = ()
    rebuilt: bool = False
    final: bool = False


@dataclass(frozen=True)
class Stage:
    """From one FROM to the next, done: the steps, what is there at its end."""

    name: str
    parent: str  # the stage or image it is FROM
    layers: tuple[Layer, ...]
    steps: tuple[Step, ...]
    needs: frozenset[str]  # other stages
    box: Box
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Planned:
    """What a Dockerfile gives. kB of the image: all layers; what a container sees of them."""

    layers: tuple[Layer, ...]
    image_kb: int
    seen_kb: int
    whole_s: float
    rebuild_s: float
    files: Mapping[str, int]  # what a container sees: path -> kB
    last: Stage
    stages: tuple[Stage, ...] = field(default=())

    @property
    def hidden_kb(self) -> int:
        """Stored and downloaded, and seen by nobody."""
        return self.image_kb - self.seen_kb

    @property
    def final(self) -> tuple[Layer, ...]:
        """The layers of the image, the lowest first."""
        return tuple(each for each in self.layers if each.final)


def made(text: str) -> Planned:
    """The image of this Dockerfile; ParameterError names the line and the rule it breaks."""
    done = stages_of(dockerfile.parse(text))
    last = list(done.values())[-1]
    needed = [each for each in done.values() if each.name in _needed(done, last)]
    built = buildcache.build([buildcache.Stage(each.name, each.steps) for each in needed], {costs.SOURCE})  # fmt: skip
    again = [not each.reused for each in built.steps]
    chain = _chain(done, last)
    layers = [replace(each, final=each.stage in chain) for stage in needed for each in stage.layers]
    layers = [replace(each, rebuilt=ran) for each, ran in zip(layers, again, strict=True)]
    seen = overlay.view(last.box.files)
    image = sum(each.kb for each in layers if each.final)
    return Planned(tuple(layers), image, sum(seen.values()), built.whole, built.seconds, seen, last, tuple(needed))  # fmt: skip


def _needed(done: Mapping[str, Stage], last: Stage) -> set[str]:
    """The stages that the last one stands on or copies from; no other is built."""
    found, open_ = {last.name}, [last]
    while open_:
        for name in open_.pop().needs - found:
            found.add(name)
            open_.append(done[name])
    return found


def _chain(done: Mapping[str, Stage], last: Stage) -> set[str]:
    """The stages whose layers are in the image: those it is FROM."""
    found, stage = {last.name}, last
    while stage.parent in done:
        stage = done[stage.parent]
        found.add(stage.name)
    return found


def stages_of(instructions: Sequence[Instruction]) -> dict[str, Stage]:
    """Each stage done, by its name; one without a name has its number."""
    done: dict[str, Stage] = {}
    for group in _groups(instructions):
        image, name = dockerfile.from_of(group[0])
        name = name or str(len(done))
        done[name] = _stage(name, image, group, done)
    return done


def _groups(instructions: Sequence[Instruction]) -> Iterator[list[Instruction]]:
    group: list[Instruction] = []
    for each in instructions:
        if each.name == "FROM" and group:
            yield group
            group = []
        if group or each.name == "FROM":  # an ARG may stand before the first FROM
            group.append(each)
    yield group


def _stage(name: str, image: str, group: Sequence[Instruction], done: Mapping[str, Stage]) -> Stage:
    box, layers, steps, needs = Box(Stack(())), list[Layer](), list[Step](), set[str]()
    for each in group:
        box = replace(box, line=each.line, seconds=0.0, files=_sealed(box.files))
        if each.name == "FROM":
            after, reads = _from(box, each, image, done)
        elif each.name == "COPY":
            after, reads = _copy(box, each, done)
        else:
            after, reads = _do(box, each), frozenset()
        needs |= {read.removeprefix("stage:") for read in reads if read.startswith("stage:")}
        layers.append(_layer(name, each, box, after))
        steps.append(Step(each.text, after.seconds, layers[-1].kb / costs.MB, reads))
        box = after
    parent = image.lower() if image.lower() in done else image
    return Stage(name, parent, tuple(layers), tuple(steps), frozenset(needs), box, tuple(group))


def _sealed(files: Stack) -> Stack:
    """The layer of the last step becomes a lower one, if it holds anything."""
    return Stack((files.upper, *files.lowers)) if files.upper else files


def _from(box: Box, each: Instruction, image: str, done: Mapping[str, Stage]) -> tuple[Box, frozenset[str]]:  # fmt: skip
    if image.lower() in done:
        before = done[image.lower()].box
        after = replace(box, files=_sealed(before.files), brings=before.brings, workdir=before.workdir)  # fmt: skip
        return after, frozenset({f"stage:{image.lower()}"})
    base = costs.base_of(image)
    require(base is not None, "line={line}: {image} is not known here; choose {names}", line=each.line, image=image, names=", ".join(costs.BASES))  # fmt: skip
    assert base is not None
    after = replace(box, brings=base.brings)
    return (put(after, "usr/base", base.kb) if base.kb else after), frozenset({"base"})


def _layer(stage: str, each: Instruction, before: Box, after: Box) -> Layer:
    """What the step left: `before` has an empty upper layer, `after` holds the step's."""
    base = each.name == "FROM"
    upper = {} if base and after.files.lowers else after.files.upper
    sizes = {path: mark for path, mark in upper.items() if isinstance(mark, int)}
    had = {} if base else overlay.view(before.files)
    has = {} if base else overlay.view(after.files)
    gone = sum(kb for path, kb in had.items() if path not in has)
    copied = sum(kb for path, kb in had.items() if sizes.get(path) == kb)
    return Layer(
        each.line, each.name, each.text, stage, after.seconds, sum(sizes.values()), gone, copied,
        _secrets(each, [path for path in sizes if path not in had]),
    )  # fmt: skip


def _secrets(each: Instruction, files: Sequence[str]) -> tuple[str, ...]:
    known = {path for path, (_kb, kind) in costs.CONTEXT.items() if kind == costs.SECRET}
    found = [path for path in files if path.rpartition("/")[2] in known]
    if each.name in ("ENV", "ARG", "LABEL"):
        name = each.rest.partition("=")[0].split()[0]
        found += [name] if SECRET_NAME.search(name) else []
    return tuple(found)


def _do(box: Box, each: Instruction) -> Box:
    if each.name == "WORKDIR":
        return replace(box, workdir=place(box, each.rest.strip('"')))
    if each.name != "RUN":
        return box
    if each.seconds is not None:  # the comment says what it takes; its commands are not looked at
        kb = round((each.mb or 0) * costs.MB)
        after = put(box, f"opt/line{each.line}", kb) if kb else box
        return replace(after, seconds=each.seconds)
    after = run_line(box, " ".join(each.listed) if each.listed else each.rest)
    return replace(after, workdir=box.workdir)  # `cd` lasts to the end of its line


def _copy(box: Box, each: Instruction, done: Mapping[str, Stage]) -> tuple[Box, frozenset[str]]:
    options, words = dockerfile.words_of(each)
    *sources, target = words
    box = replace(box, seconds=costs.SECONDS["copy"])
    several = len(sources) > 1 or target.endswith("/")
    if "from" in options:
        other = options["from"].lower()
        from_box = replace(done[other].box, workdir="")
        for source in sources:
            root = place(from_box, source)
            box = _placed(box, below(from_box, root), root, target, several, each.line, source)
        return box, frozenset({f"stage:{other}"})
    kinds: set[str] = set()
    for source in sources:
        root, found = _beside(source)
        box = _placed(box, {path: costs.CONTEXT[path][0] for path in found}, root, target, several, each.line, source)  # fmt: skip
        kinds |= {costs.CONTEXT[path][1] for path in found}
    return box, frozenset(kinds)


def _beside(source: str) -> tuple[str, list[str]]:
    """The files beside the Dockerfile that a word of COPY means, and the directory they are in."""
    root = place(Box(Stack(())), source)
    if root in costs.CONTEXT or not any(mark in root for mark in "*?"):
        return root, [path for path in costs.CONTEXT if not root or path == root or path.startswith(f"{root}/")]  # fmt: skip
    return "", [path for path in costs.CONTEXT if fnmatch(path.partition("/")[0], root)]


def _placed(
    box: Box, files: Mapping[str, int], root: str, target: str, several: bool, line: int, source: str
) -> Box:  # fmt: skip
    """Files under `root` go to the target: a directory's contents, or a file under its name."""
    require(bool(files), "line={line}: {source} is not there to copy; beside the Dockerfile are {names}", line=line, source=source, names=", ".join(sorted({path.partition("/")[0] for path in costs.CONTEXT})))  # fmt: skip
    into = place(box, target)
    folder = several or target in (".", "./") or not into
    for path, kb in files.items():
        if path == root:
            last = path.rpartition("/")[2]
            name = f"{into}/{last}".lstrip("/") if folder else into
        else:
            name = f"{into}/{path.removeprefix(root).lstrip('/')}".lstrip("/")
        box = put(box, name, kb)
    return box
