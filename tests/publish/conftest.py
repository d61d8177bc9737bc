"""The whole site, built once."""

import pytest
from webfolder import WebPage

from coursekit.publish.site import build


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    list(build(folder))
    return folder


@pytest.fixture(scope="session")
def pages(site):
    """Every page, read, by its path within the site."""
    return {path.relative_to(site).as_posix(): WebPage(path) for path in site.rglob("*.html")}
