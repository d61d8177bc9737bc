def fsck(nblocks, first_data, inodes, block_bitmap):
    alive = {"2"}
    while True:
        more = {str(c) for i in alive for c in inodes[i].get("entries", {}).values()} & set(inodes)
        if more <= alive:
            break
        alive |= more
    counts = dict.fromkeys(alive, 0)
    for i in alive:
        for child in inodes[i].get("entries", {}).values():
            if str(child) in counts:
                counts[str(child)] += 1
    owners = {}
    for i in sorted(inodes, key=int):
        for block in inodes[i]["blocks"]:
            owners.setdefault(block, []).append(int(i))
    link, dup = {}, {}
    for i in sorted(alive, key=int):
        if counts[i] != inodes[i]["nlink"]:
            link[i] = counts[i]
    for block in sorted(owners):
        if len(owners[block]) > 1:
            dup[str(block)] = owners[block]
    used = set(range(first_data)) | set(owners)
    leaked = [block for block in range(nblocks) if block in block_bitmap and block not in used]
    unmarked = [block for block in range(nblocks) if block in used and block not in block_bitmap]
    orphans = sorted(int(i) for i in inodes if i not in alive)
    return {"link": link, "dup": dup, "orphans": orphans, "leaked": leaked, "unmarked": unmarked}
