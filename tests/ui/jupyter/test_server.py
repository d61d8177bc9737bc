"""The server extension by itself, and that what is installed is what is in the tree."""

import asyncio
import json
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect
from traitlets.config import Config, LoggingConfigurable

from coursekit.i18n import LANGUAGES
from coursekit.ui.jupyter import server

ROOM = Path(server.__file__).parent
SHARED = {
    "labextension": "share/jupyter/labextensions/coursekit",
    "server-config": "etc/jupyter/jupyter_server_config.d",
    "settings": "share/jupyter/lab/settings",
}


class Web:
    def __init__(self):
        self.settings = {server.SETTING: ZMQChannelsWebsocketConnection}


class FakeServer(LoggingConfigurable):
    """What the extension asks of Jupyter Server."""

    def __init__(self, **config):
        super().__init__(config=Config({"CourseKit": config}))
        self.web_app = Web()


def started(**config):
    fake = FakeServer(**config)
    server._load_jupyter_server_extension(fake)
    return fake.web_app.settings


class TestPrompt:
    def test_the_socket_of_a_live_websocket_sends_at_once(self):
        """Seen from the operating system: TCP_NODELAY is off before, on after."""

        async def options():
            before, after = [], []

            class Plain:
                def __init__(self, handler):
                    self.websocket_handler = handler

                def connect(self):
                    after.append(nodelay(self.websocket_handler))

            class Handler(WebSocketHandler):
                def open(self):
                    before.append(nodelay(self))
                    server.prompt(Plain)(self).connect()

            sock, port = bind_unused_port()
            http = HTTPServer(Application([("/", Handler)]))
            http.add_socket(sock)
            client = await websocket_connect(f"ws://127.0.0.1:{port}/")
            await asyncio.sleep(0.1)
            client.close()
            http.stop()
            await http.close_all_connections()
            return before, after

        with ThreadPoolExecutor(1) as thread:  # playwright's loop may be running in this one
            assert thread.submit(lambda: asyncio.run(options())).result() == ([False], [True])

    def test_a_class_the_user_chose_is_kept_beneath(self):
        class Chosen(ZMQChannelsWebsocketConnection):
            pass

        prompt = server.prompt(Chosen)

        assert issubclass(prompt, Chosen)
        assert prompt.__name__ == "PromptChosen"


def nodelay(handler):
    raw = handler.ws_connection.stream.socket
    return bool(raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


class TestPage:
    def test_the_page_gets_the_cells_we_ship(self):
        page = started()["page_config_data"]["coursekit"]

        assert page["cells"] == json.loads(server.CELLS.read_text())

    def test_another_list_comes_from_the_servers_configuration(self, tmp_path):
        files = [tmp_path / "one.json", tmp_path / "two.json"]
        files[0].write_text('["b", "a"]')
        files[1].write_text('["c", "a"]')

        page = started(cells_files=[str(file) for file in files])["page_config_data"]["coursekit"]

        assert page["cells"] == ["a", "b", "c"]

    def test_it_leaves_what_others_put_there(self):
        fake = FakeServer()
        fake.web_app.settings["page_config_data"] = {"token": "x"}
        server._load_jupyter_server_extension(fake)

        assert fake.web_app.settings["page_config_data"]["token"] == "x"

    def test_every_sentence_is_there_in_every_language(self):
        texts = server.texts()

        assert set(texts) == set(LANGUAGES)
        assert all(said.keys() == texts["en"].keys() for said in texts.values())
        assert all(text for said in texts.values() for text in said.values())

    def test_the_labextension_asks_for_no_other_sentence(self):
        scripts = (ROOM / "labextension" / "static").glob("*.js")
        asked = set(
            re.findall(r'say\("(\w+)"\)|close\("(\w+)"\)', "".join(map(Path.read_text, scripts)))
        )

        assert asked
        assert {one or other for one, other in asked} <= server.texts()["en"].keys()


class TestInstalled:
    @pytest.mark.parametrize("folder", SHARED)
    def test_jupyter_sees_what_is_in_the_tree(self, folder):
        """Stale? Run `pip install -e .` again: it copies these files."""
        ours = ROOM / folder
        theirs = Path(sys.prefix) / SHARED[folder]
        files = [file for file in ours.rglob("*") if file.is_file()]

        assert files
        for file in files:
            assert (theirs / file.relative_to(ours)).read_bytes() == file.read_bytes(), file.name

    def test_the_package_is_named_as_the_plugin_loads(self):
        package = json.loads((ROOM / "labextension" / "package.json").read_text())
        entry = ROOM / "labextension" / package["jupyterlab"]["_build"]["load"]

        assert f"window._JUPYTERLAB.{package['name']} =" in entry.read_text()
