"""A learner's answer, written from the task alone."""


def overlay_view(layers, ops):
    upper, copied = {}, 0

    def parents(path):
        parts = path.split("/")
        return ["/".join(parts[:n]) for n in range(1, len(parts))]

    def merged(stack):
        """All layers copied one over the other, the lowest first: files, and directories."""
        files, folders = {}, set()
        for layer in reversed(stack):
            for path, what in layer.items():
                if what in ("WH", "OPQ"):
                    files = {
                        p: s for p, s in files.items() if p != path and not p.startswith(path + "/")
                    }
                    folders = {p for p in folders if p != path and not p.startswith(path + "/")}
            for path, what in layer.items():
                folders.update(parents(path))
                if what == "OPQ":
                    folders.add(path)
                elif what != "WH":
                    files[path] = what
        return files, folders

    def there(path, stack):
        files, folders = merged(stack)
        return path in files or path in folders

    for kind, path, *rest in ops:
        if kind == "write":
            if not isinstance(upper.get(path), int):
                copied += merged([upper, *layers])[0].get(path, 0)
            upper[path] = rest[0]
        elif kind == "mkdir":
            upper[path] = "OPQ"
        elif kind in ("delete", "rmdir"):
            upper = {p: s for p, s in upper.items() if p != path and not p.startswith(path + "/")}
            if there(path, [upper, *layers]):
                upper[path] = "WH"
    return {"view": merged([upper, *layers])[0], "upper": upper, "copied_up": copied}
