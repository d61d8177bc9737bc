"""nginx: who gets each request, by weight, and when one server is dead.

Source of the directives: the manual of ngx_http_upstream_module. One worker process, since each
has turns of its own; `keepalive_timeout 0`, so that a connection carries one request.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import Backend, backends, free_port, get, listens, running
from coursekit.realtools.places import Tool
from coursekit.realtools.source import Source

NGINX = Tool("nginx", "nginx-light", ("-v",))
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def order(source: Source, weights: Sequence[int], requests: int) -> str:
    """The servers' letters in the order in which they got the requests, one at a time."""
    servers = "; ".join(
        f"server {letter} weight={w}" for letter, w in zip("abc", weights, strict=False)
    )
    return source.ask(
        f"nginx: upstream {{ {servers} }}; {requests} × curl", lambda: _order(weights, requests)
    )


def order_without(source: Source, dead: int, requests: int) -> str:
    """Who answered, of three equal servers one of which has nobody listening."""
    return source.ask(
        f"nginx: upstream {{ server a; server b; server c }}; {'abc'[dead]} is dead; {requests} × curl",
        lambda: _order((1, 1, 1), requests, dead),
    )


def _order(weights: Sequence[int], requests: int, dead: int | None = None) -> str:
    with backends(len(weights)) as servers, TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        if dead is not None:
            servers[dead].close()
        (folder / "nginx.conf").write_text(_told(folder, port, servers, weights))
        command = ["nginx", "-p", made, "-e", "stderr", "-c", str(folder / "nginx.conf")]
        with running(command, ready=lambda: listens(port)):
            return "".join(get(port)[1] for _each in range(requests))


def _told(folder: Path, port: int, servers: Sequence[Backend], weights: Sequence[int]) -> str:
    """The configuration; everything it writes goes to `folder`."""
    paths = "".join(f"{each}_temp_path {folder}/temporary;\n" for each in TEMPORARY)
    upstream = "".join(
        f"server 127.0.0.1:{one.port} weight={weight};\n"
        for one, weight in zip(servers, weights, strict=True)
    )
    return (
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log stderr crit;\n"
        f"events {{}} http {{ access_log off; keepalive_timeout 0;\n{paths}"
        f"upstream site {{ {upstream} }}\n"
        f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://site; }} }} }}\n"
    )
