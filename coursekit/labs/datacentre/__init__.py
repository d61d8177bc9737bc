"""Labs of the last chapter, in the order of the notebook."""

from coursekit.labs.datacentre.board import BoardLab
from coursekit.labs.datacentre.deltas import DeltasLab
from coursekit.labs.datacentre.events import EventsLab
from coursekit.labs.datacentre.exam import ExamLab
from coursekit.labs.datacentre.needs import NeedsLab
from coursekit.labs.datacentre.own import OwnLab
from coursekit.labs.datacentre.pareto import ParetoLab
from coursekit.labs.datacentre.placement import PlacementLab
from coursekit.labs.datacentre.report import ReportLab
from coursekit.labs.datacentre.scenarios import ScenariosLab
from coursekit.labs.datacentre.score import ScoreLab
from coursekit.labs.datacentre.spof import SpofLab
from coursekit.labs.datacentre.years import YearsLab

LABS = (
    BoardLab,
    SpofLab,
    ScenariosLab,
    PlacementLab,
    NeedsLab,
    EventsLab,
    ScoreLab,
    DeltasLab,
    ParetoLab,
    YearsLab,
    ExamLab,
    OwnLab,
    ReportLab,
)

__all__ = ["LABS"]
