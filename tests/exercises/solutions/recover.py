def recover(disk, log, flushed):
    records = [r for r in log if r[0] <= flushed]
    winners = sorted({r[2] for r in records if r[1] == "COMMIT"})
    losers = sorted({r[2] for r in records if r[1] != "CKPT"} - set(winners))
    value = {p: v for p, (v, _) in disk.items()}
    lsn = {p: n for p, (_, n) in disk.items()}
    redo, undo = [], []
    for r in records:
        if r[1] == "UPD" and lsn[r[3]] < r[0]:
            value[r[3]], lsn[r[3]] = r[5], r[0]
            redo.append(r[0])
    for r in records[::-1]:
        if r[1] == "UPD" and r[2] in losers:
            value[r[3]] = r[4]
            undo.append(r[0])
    return {"pages": value, "winners": winners, "losers": losers, "redo": redo, "undo": undo}
