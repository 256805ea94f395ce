"""Every link inside the book leads somewhere, and every picture exists and says what it shows."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag

import lxml.html
import pytest

OUTSIDE = ("http://", "https://", "mailto:", "data:")
READ = ".//text()[not(ancestor::script or ancestor::style)]"  # what a reader sees


@cache
def parsed(path: Path) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(path.read_bytes())


@cache
def anchors(path: Path) -> set[str]:
    return set(parsed(path).xpath("//@id"))


def test_links_and_anchors_resolve(html, name):
    page = html / name
    broken = []
    links = parsed(page).xpath("//a/@href")
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
    files = parsed(page).xpath("//script/@src | //img/@src | //link/@href")
    files = [unquote(urldefrag(file)[0].split("?")[0]) for file in files]
    files = [f for f in files if f and not f.startswith("data:")]
    assert [f for f in files if f.startswith(("http:", "https:", "//"))] == []
    assert [f for f in files if not (page.parent / f).is_file()] == []


def test_a_page_has_its_text_without_scripts(html, name):
    (main,) = parsed(html / name).xpath("//main")
    frames = main.find_class("live-figure")
    texts = ["".join(part.xpath(READ)).strip() for part in (main, *frames)]
    assert len(texts[0]) > 20
    assert all(len(text) > 10 for text in texts), "a figure leaves a hole where scripts are off"


def test_pictures_say_what_they_show(html, name):
    # A figure's first picture stands beside the figure's own words, and says nothing more.
    told = "//article//img[not(contains(@src, '_assets/pictures'))]"
    for image in parsed(html / name).xpath(told):
        text = image.get("alt", "")
        assert len(text) >= 20, f"{image.get('src')} has the alt text {text!r}"
        assert not re.search(r"[0-9a-f]{16}|\.png|^image of", text), text


def test_front_door(html):
    door = (html / "index.html").read_text("utf8")
    assert "intro.html" in door


@pytest.mark.parametrize("script", ["require", "mathjax", "thebe", "html-manager", "fontawesome"])
def test_nothing_of_the_heavy_stack_is_left(html, script):
    assert [path.name for path in html.rglob(f"*{script}*")] == []
