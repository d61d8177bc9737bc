"""Every record becomes JSON and comes back as it was: share links, scenarios, golden files."""

import pytest

from coursekit.sims.vmfiles import (
    chain,
    chainstory,
    consistency,
    copies,
    disasters,
    internal,
    ova,
    ovf,
    plans,
    qcow2,
    qcow2build,
    retention,
    thin,
)
from coursekit.sims.vmfiles.geometry import Geometry
from coursekit.sims.vmfiles.overwrites import Kept, Overwritten, overwrite
from coursekit.values import from_text, to_text

CHAIN = [chainstory.Deed(*each) for each in (("write", 0), ("snapshot",), ("write part", 0), ("read", 1), ("lose", 0))]  # fmt: skip
INTERNAL = [internal.Deed(*each) for each in (("write", 0), ("snapshot",), ("write", 0), ("revert", 1), ("delete", 1))]  # fmt: skip
THIN = [thin.Deed(*each) for each in (("write", 0, 300.0), ("delete", 0, 100.0), ("discard", 0))]
FILE = qcow2build.make_qcow2(1 << 30, {0: b"x"}, backing="base.qcow2")


@pytest.mark.parametrize(
    "kind, value",
    [
        (Geometry, Geometry(size=1 << 40)),
        (chain.Disk, chain.snapshot(chain.full(4, 1))),
        (chainstory.Told, chainstory.tell(chain.Disk(clusters=4), CHAIN)),
        (internal.Told, internal.tell(internal.Image(clusters=4), INTERNAL)),
        (thin.Told, thin.tell(thin.Datastore(), THIN)),
        (Overwritten, overwrite(Kept(method="row"), [3, 5])),
        (consistency.Copied, consistency.copy(consistency.Guest(), "crash")),
        (tuple[tuple[disasters.Verdict, ...], ...], disasters.table()),
        (tuple[disasters.Copy, ...], disasters.copies()),
        (plans.Plan, plans.Plan(types="FIIDS")),
        (tuple[plans.Item, ...], plans.items(plans.Plan(types="FIIDS"))),
        (plans.Restored, plans.restore(plans.Plan(), 6, {2})),
        (tuple[copies.Rule, ...], copies.check([copies.Copy(kind="prod", site="A", medium="array")])),
        (tuple[retention.Kept, ...], retention.gfs(retention.span("2024-01-01", "2024-01-09"), retention.Retention())),
        (ova.Verified, ova.verify(ova.make_ova(ovf.Machine(), {"a.raw": b"a"}, order="bad"))),
        (qcow2.Header, qcow2.read_header(FILE)),
        (qcow2.Checked, qcow2.check(FILE)),
    ],
    ids=lambda each: getattr(each, "__qualname__", ""),
)  # fmt: skip
def test_there_and_back(kind, value):
    text = to_text(value)
    assert from_text(kind, text) == value
    assert to_text(from_text(kind, text)) == text
