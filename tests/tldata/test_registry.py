"""The registry that ships, and entries that are wrong."""

import gzip
import hashlib

import pytest

from tldata import DataError, fetch
from tldata.registry import registry

GOOD = f"""
[demo]
title = "t"
home = "h"
licence = "l"
citation = "c"
addresses = ["https://example.org/"]
[[demo.files]]
name = "a.zip"
bytes = 3
sha256 = "{"0" * 64}"
"""


def read(tmp_path, text):
    (tmp_path / "registry.toml").write_text(text)
    return registry(tmp_path / "registry.toml")


def test_every_set_says_where_it_comes_from():
    for name, data in registry().items():
        assert data.name == name
        for text in (data.title, data.home, data.licence, data.citation):
            assert len(text) > 10
        for file in data.files:
            urls = data.urls(file)
            if data.archive:
                urls += data.archive.addresses
            assert len(urls) >= 2 or data.only_mirrored or data.package
            assert all(url.startswith("https://") for url in urls)


def test_only_a_part_that_nobody_hosts_is_left_to_mirrors():
    assert [name for name, data in registry().items() if data.only_mirrored] == ["text8-prefix"]


def test_the_packed_and_the_unpacked_hashes_belong_together():
    """An independent look: unpack the real files, where they are packed."""
    for name in ("mnist", "multi30k"):
        try:
            compare(fetch(name), registry()[name])
        except DataError as error:
            pytest.skip(f"{name} can't be had here: {str(error).splitlines()[0]}")


def compare(folder, data):
    for file in data.files:
        path = folder / file.name
        if path.exists():
            content = gzip.decompress(path.read_bytes())
        else:
            content = (folder / file.unpacked.name).read_bytes()
        assert file.unpacked.name == file.name.removesuffix(".gz")
        assert len(content) == file.unpacked.bytes
        assert hashlib.sha256(content).hexdigest() == file.unpacked.sha256


def test_a_file_with_addresses_of_its_own(tmp_path):
    own = 'addresses = ["https://other.org/x?y=a.zip"]\n'
    demo = read(tmp_path, GOOD + own)["demo"]
    assert demo.urls(demo.files[0]) == ["https://other.org/x?y=a.zip", "https://example.org/a.zip"]
    assert demo.package is None


def test_two_sets_in_one_folder(tmp_path):
    sets = read(tmp_path, GOOD.replace('licence = "l"', 'licence = "l"\nfolder = "both"'))
    assert sets["demo"].folder == "both"
    assert read(tmp_path, GOOD)["demo"].folder == "demo"


PACKAGE = f"""
[demo.package]
requirement = "p==1"
file = "p-1-py3-none-any.whl"
bytes = 9
sha256 = "{"1" * 64}"
members = {{ "p/a.zip" = 3 }}
"""


def test_a_package(tmp_path):
    package = read(tmp_path, GOOD + PACKAGE)["demo"].package
    assert package.members == {"p/a.zip": 3} and package.converter == ""
    with pytest.raises(ValueError, match="demo.package: p/a.zip needs a size in bytes"):
        read(tmp_path, GOOD + PACKAGE.replace("= 3 }", '= "3" }'))


ARCHIVE = """
[demo.archive]
name = "a.tgz"
bytes = 9
addresses = ["https://example.org/a.tgz"]
members = ["folder/a.zip"]
"""


def test_an_archive(tmp_path):
    no_address = GOOD.replace('addresses = ["https://example.org/"]', "")
    demo = read(tmp_path, no_address + ARCHIVE)["demo"]
    assert demo.archive.members == ("folder/a.zip",) and not demo.only_mirrored
    with pytest.raises(ValueError, match="demo.archive: .*bytes"):
        read(tmp_path, GOOD + ARCHIVE.replace("bytes = 9\n", ""))
    with pytest.raises(ValueError, match="'../a.tgz' is not a plain file name"):
        read(tmp_path, GOOD + ARCHIVE.replace('"a.tgz"', '"../a.tgz"'))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('name = "a.zip"', 'name = "../a.zip"', "'../a.zip' is not a plain file name"),
        ('name = "a.zip"', 'name = "/a.zip"', "'/a.zip' is not a plain file name"),
        ('name = "a.zip"', 'name = ".hidden"', "'.hidden' is not a plain file name"),
        ('name = "a.zip"', 'name = "b/a.zip"', "'b/a.zip' is not a plain file name"),
        ('name = "a.zip"', r'name = "b\\a.zip"', "is not a plain file name"),
        ("demo", '"../demo"', "'../demo' is not a plain file name"),
        ("0" * 64, "0" * 63, "is not a sha256"),
        ("example.org/", "example.org", "must end with a slash"),
        ('licence = "l"\n', "", "demo: .*licence"),
        ('licence = "l"', 'licence = "l"\nfolder = "../up"', "'../up' is not a plain file name"),
        ("bytes = 3\n", "", "demo: .*bytes"),
        ("bytes = 3", "bytes = 3\nsize = 3", "demo: .*size"),
    ],
)
def test_a_wrong_entry(tmp_path, old, new, match):
    assert old in GOOD
    with pytest.raises(ValueError, match=f"registry: .*{match}"):
        read(tmp_path, GOOD.replace(old, new))


def test_a_set_without_files(tmp_path):
    with pytest.raises(ValueError, match="demo has no files"):
        read(tmp_path, GOOD[: GOOD.index("[[")])
