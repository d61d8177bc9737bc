"""A Dockerfile judged: does the image hold the application, and what should be written otherwise.

Modelled: the advice that Docker's documentation gives for Dockerfiles, as far as this model can
tell, and a task: rebuild fast after a change of the source, and stay small. Source: Docker
documentation, "Building best practices".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from coursekit.sims.containers import dockercosts as costs
from coursekit.sims.containers.dockerimage import Layer, Planned, made
from coursekit.sims.message import Message, require

__all__ = ["BAD", "Advice", "Code", "Judged", "Task", "judge"]

Code = Literal["latest", "order", "secret", "hidden", "copied", "leftover", "root", "shell"]
SLOW_S = 10.0  # a step worth keeping in the cache

BAD = """\
# A small web shop, as many write it first
FROM python
ENV API_TOKEN=s3cr3t
WORKDIR /app
COPY . .
RUN apt-get update
RUN apt-get install -y build-essential
RUN pip install -r requirements.txt
RUN rm -rf .git .env tests /root/.cache /var/lib/apt/lists
RUN chown -R nobody /app
CMD python src/main.py
"""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is asked for: seconds of a rebuild, MB (10^6 bytes) of the image, both at most."""

    seconds: float = 10.0
    mb: float = 300.0

    def __post_init__(self) -> None:
        require(self.seconds > 0, "seconds={s}: choose more than 0", s=self.seconds)
        require(self.mb > 0, "mb={mb}: choose more than 0", mb=self.mb)


@dataclass(frozen=True)
class Advice:
    """Something to write otherwise, and the line it is about (0: none)."""

    code: Code
    line: int
    why: Message


@dataclass(frozen=True)
class Judged:
    """The image, what it lacks to run, advice, and whether the task is done."""

    plan: Planned
    task: Task
    missing: tuple[Message, ...]
    advice: tuple[Advice, ...]

    @property
    def fast(self) -> bool:
        """The rebuild is within the task."""
        return self.plan.rebuild_s <= self.task.seconds

    @property
    def small(self) -> bool:
        """The image is within the task."""
        return self.plan.image_kb <= self.task.mb * costs.MB

    @property
    def done(self) -> bool:
        """The image runs, and the task is kept."""
        return self.fast and self.small and not self.missing


def judge(text: str, task: Task | None = None) -> Judged:
    """The whole judgement; ParameterError names the line and the rule it breaks."""
    plan = made(text)
    return Judged(plan, task or Task(), tuple(_missing(plan)), tuple(_advice(plan)))


def _missing(plan: Planned) -> Iterator[Message]:
    names = {path.rpartition("/")[2] for path in plan.files}
    if "main.py" not in names:
        yield Message.of("The application's source, src, is not in the image.")
    if costs.INSTALLED not in names:
        yield Message.of("The Python packages of requirements.txt are not in the image.")
    if not plan.last.box.brings & {"python", "python3"}:
        yield Message.of("There is no Python in the image.")
    if not any(each.name in ("CMD", "ENTRYPOINT") for each in plan.last.instructions):
        yield Message.of("CMD is missing: the container does not know what to start.")


def _advice(plan: Planned) -> Iterator[Advice]:
    for layer in plan.layers:
        yield from _tag(layer, plan)
        yield from _order(layer, plan)
        if layer.final:
            yield from _waste(layer)
    yield from _leftovers(plan)
    yield from _process(plan)


def _tag(layer: Layer, plan: Planned) -> Iterator[Advice]:
    if layer.name != "FROM":
        return
    image = layer.text.split()[1]
    if image.lower() in {stage.name for stage in plan.stages} or image == "scratch":
        return
    _name, _colon, tag = image.partition(":")
    if tag in ("", "latest"):
        yield Advice("latest", layer.line, Message.of("Line {line}: {image} without a tag is latest, another image every few weeks; name a version.", line=layer.line, image=image))  # fmt: skip


def _order(layer: Layer, plan: Planned) -> Iterator[Advice]:
    """The first step of a stage that the source touches, with slow steps after it."""
    if layer.name != "COPY" or not layer.rebuilt:
        return
    stage = [each for each in plan.layers if each.stage == layer.stage]
    if any(each.rebuilt for each in stage[: stage.index(layer)]):
        return
    slow = [each for each in stage[stage.index(layer) :] if each.name == "RUN" and each.seconds >= SLOW_S]  # fmt: skip
    if slow:
        seconds = sum(each.seconds for each in slow)
        yield Advice("order", layer.line, Message.of("Line {line} brings the source before slow steps: each change of it runs {seconds} s of them again. Copy requirements.txt first, the source after the packages.", line=layer.line, seconds=round(seconds)))  # fmt: skip


def _waste(layer: Layer) -> Iterator[Advice]:
    line = layer.line
    for name in layer.secrets:
        yield Advice("secret", line, Message.of("Line {line} leaves {name} in the image for ever: whoever pulls it can read it, also if a later line removes it.", line=line, name=name))  # fmt: skip
    if layer.hides_kb >= costs.MB:
        yield Advice("hidden", line, Message.of("Line {line} removes {mb} MB that earlier layers hold: a whiteout hides them and frees nothing. Remove them in the line that makes them, or do not copy them.", line=line, mb=round(layer.hides_kb / costs.MB)))  # fmt: skip
    if layer.copied_kb >= costs.MB:
        yield Advice("copied", line, Message.of("Line {line} changes files of earlier layers: {mb} MB are copied up whole. COPY --chown does it at once.", line=line, mb=round(layer.copied_kb / costs.MB)))  # fmt: skip


def _leftovers(plan: Planned) -> Iterator[Advice]:
    left = {path: plan.files[path] for path, _kb in (costs.LISTS, costs.PIP_CACHE) if path in plan.files}  # fmt: skip
    if left:
        yield Advice("leftover", 0, Message.of("{mb} MB in the image serve only the build: {names}.", mb=round(sum(left.values()) / costs.MB), names=", ".join(f"/{path.rpartition('/')[0]}" for path in left)))  # fmt: skip


def _process(plan: Planned) -> Iterator[Advice]:
    said = plan.last.instructions
    users = [each.rest for each in said if each.name == "USER"]
    if not users or users[-1].partition(":")[0] in ("root", "0"):
        yield Advice("root", 0, Message.of("The process runs as root: give it a USER of its own."))
    starts = [each for each in said if each.name in ("CMD", "ENTRYPOINT") and each.listed is None]
    if starts:
        yield Advice("shell", starts[-1].line, Message.of('Line {line} starts a shell as process 1, which passes no SIGTERM on: write a list of words, as ["python", "src/main.py"].', line=starts[-1].line))  # fmt: skip
