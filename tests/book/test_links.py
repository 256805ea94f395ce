"""Every link inside the book leads somewhere, and every picture exists and says what it shows."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

OUTSIDE = ("http://", "https://", "mailto:", "data:")


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf8"), "html.parser")


def anchors(path: Path) -> set[str]:
    return {tag["id"] for tag in soup(path).find_all(id=True)}


def test_links_and_anchors_resolve(html, name):
    page = html / name
    broken = []
    links = [tag["href"] for tag in soup(page).find_all("a", href=True)]
    assert len(links) > 5
    for link in links:
        if link.startswith(OUTSIDE) or link == "#":
            continue
        target, anchor = urldefrag(link)
        file = (page.parent / unquote(target)).resolve() if target else page
        if not file.is_file():
            broken.append(link)
        elif anchor and file.suffix == ".html" and unquote(anchor) not in anchors(file):
            broken.append(link)
    assert broken == []


def test_files_that_a_page_loads_exist(html, name):
    page = html / name
    tags = soup(page).find_all(["script", "img", "link"])
    files = [tag.get("src") or tag.get("href") for tag in tags]
    files = [unquote(urldefrag(f)[0].split("?")[0]) for f in files if f]
    files = [f for f in files if f and not f.startswith("data:")]
    assert [f for f in files if f.startswith(("http:", "https:", "//"))] == []
    assert [f for f in files if not (page.parent / f).is_file()] == []


def test_pictures_say_what_they_show(html, name):
    for image in soup(html / name).select("article img"):
        text = image.get("alt", "")
        assert len(text) >= 20, f"{image['src']} has the alt text {text!r}"
        assert not re.search(r"[0-9a-f]{16}|\.png|^image of", text), text


def test_front_door(html):
    door = (html / "index.html").read_text("utf8")
    assert "intro.html" in door


@pytest.mark.parametrize("script", ["require", "mathjax", "thebe", "html-manager", "fontawesome"])
def test_nothing_of_the_heavy_stack_is_left(html, script):
    assert [path.name for path in html.rglob(f"*{script}*")] == []
