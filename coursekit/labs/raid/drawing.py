"""How the RAID labs draw disks and the blocks on them."""

from typing import Any

from coursekit.i18n import _
from coursekit.sims.raid.layouts import Cell, Grid
from coursekit.ui.parts import NARROW, WIDE, column, column_height, spots
from coursekit.ui.scene import Item


def disk_name(disk: int) -> str:
    """How a disk is called everywhere."""
    return _("disk {disk}", disk=disk)


def cell_text(cell: Cell) -> str:
    """What is written on a block: D7, P, Q, or a dash where nothing is."""
    return f"D{cell.label}" if cell.chunk is not None else cell.label


def cell_look(cell: Cell, row: int) -> dict[str, Any]:
    """Data is solid, parity dashed, a further copy soft: never by colour alone."""
    hue = row if cell.kind in ("P", "Q", "data") else (cell.chunk or 0)
    look: dict[str, Any] = {"text": cell_text(cell), "hue": hue}
    if cell.kind == "free":
        return {"text": "—", "fill": "none"}
    if cell.kind in ("P", "Q"):
        return look | {"fill": "soft", "dash": True}
    return look | {"fill": "soft" if cell.kind == "copy" else "solid"}


def grid_items(
    grid: Grid, *, narrow: bool, selected: tuple[int, int] | None = None, hue_by_chunk: bool = False
) -> tuple[list[Item], float, float]:
    """The disks of a grid with their blocks, each block a button; the width and height."""
    height = column_height(len(grid.rows))
    places, bottom = spots(grid.disks, height, narrow=narrow, top=4)
    items = []
    for disk, spot in enumerate(places):
        blocks = []
        for row, cells in enumerate(grid.rows):
            cell = cells[disk]
            look = cell_look(cell, cell.chunk if hue_by_chunk and cell.chunk is not None else row)
            if hue_by_chunk and cell.chunk is not None:
                look["hue"] = cell.chunk
            chosen = (disk, row) == selected
            name = _("{cell} on disk {disk}, row {row}", cell=cell_text(cell), disk=disk, row=row)
            blocks.append(
                {"name": f"{disk}:{row}", **look, "press": name, "selected": chosen, "glow": chosen}
            )
        items.append(column(f"disk{disk}", spot, blocks, height=height, title=disk_name(disk)))
    return items, NARROW if narrow else WIDE, bottom
