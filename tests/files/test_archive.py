"""One member is read out of an archive; names that lead out of it are refused."""

import zipfile

import pytest

from tlcore.files.package import read_member


def an_archive(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"abc")
    return path


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "C:\\x", "..\\x"])
def test_names_that_lead_out_are_refused(tmp_path, name):
    path = an_archive(tmp_path / "a.zip", ["good", name])
    with pytest.raises(ValueError, match="leads out of its folder"):
        read_member(path, "good", 3)
    with pytest.raises(ValueError, match="leads out of its folder"):
        read_member(an_archive(tmp_path / "b.zip", ["good"]), name, 3)


def test_a_member_is_read_and_nothing_is_written(tmp_path):
    path = an_archive(tmp_path / "a.zip", ["good", "folder/good..name"])
    assert read_member(path, "folder/good..name", 3) == b"abc"
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("names", "nbytes", "match"),
    [
        (["other"], 3, "0 members called 'good'"),
        (["good", "good"], 3, "2 members called 'good'"),
        (["good"], 2, "hasn't the 2 bytes"),
        (["good"], 4, "hasn't the 4 bytes"),
    ],
)
def test_a_member_that_is_not_the_one(tmp_path, names, nbytes, match):
    with pytest.raises(ValueError, match=match):
        read_member(an_archive(tmp_path / "a.zip", names), "good", nbytes)


def test_an_archive_that_is_none_or_damaged(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"not a zip")
    with pytest.raises(ValueError, match="the archive is damaged"):
        read_member(path, "good", 3)
    content = bytearray(an_archive(path, ["good"]).read_bytes())
    content[content.index(b"abc")] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="the archive is damaged: Bad CRC"):
        read_member(path, "good", 3)
