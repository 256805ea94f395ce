"""The data of the WMT workshops: a test set of news, and the 22.5 million pairs of the tutorial."""

from __future__ import annotations

import gzip
import shutil
import sys
import tarfile
import zlib
from pathlib import Path

from tldata.atomic import replacing
from tldata.download import download as download_file
from tldata.fetch import DataError, cache_folder, fetch_files
from tldata.registry import DataFile
from tldata.text import Pairs, read_pairs

NEWS = "newstest2013"
GIGA = "giga-fren.release2.fixed"
TAR = "training-giga-fren.tar"
TAR_BYTES = 2_595_102_720
ADDRESS = f"https://www.statmt.org/wmt10/{TAR}"
TIMEOUT = 20.0  # seconds without a byte


def load_newstest2013(path: str | Path | None = None) -> Pairs:
    r"""Load the news of 2013 that the tutorial tests with, and fetch them first where missing.

    Parameters
    ----------
    path : str or path, optional
        The folder with ``newstest2013.en`` and ``newstest2013.fr``. Nothing is fetched then.

    Returns
    -------
    list of (str, str)
        3,000 sentences in English and French.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "newstest2013.en").write_text("The news.\n")
    ...     _ = Path(folder, "newstest2013.fr").write_text("Les informations.\n")
    ...     load_newstest2013(folder)
    [('The news.', 'Les informations.')]
    """
    folder = fetch_files("newstest")[f"{NEWS}.en"].parent if path is None else Path(path)
    return read_pairs(folder / f"{NEWS}.en", folder / f"{NEWS}.fr", who="load_newstest2013")


def load_wmt_en_fr_dataset(
    path: str | Path | None = None, *, download: bool = False
) -> tuple[Path, Path]:
    """Find the data of the tutorial's translation: 22.5 million pairs, and newstest2013.

    The training data, giga-fren, are a tar file of 2.6 GB, and 8.4 GB when unpacked. So they are
    only downloaded if you say so. What lies in the folder already is used, and unpacked where it
    has to be.

    Parameters
    ----------
    path : str or path, optional
        The folder for ``training-giga-fren.tar`` or what is in it; ``wmt`` in the cache by default.
    download : bool
        Download the training data where they are missing. Nobody has published a hash of them, so
        only their size is checked.

    Returns
    -------
    train_path, dev_path : pathlib.Path
        The files without their endings ``.en`` and ``.fr``: put one behind, as
        ``f"{train_path}.en"``. :func:`tlcore.nlp.create_vocabulary` and
        :func:`tlcore.nlp.data_to_token_ids` take such files.
    """
    folder = cache_folder() / "wmt" if path is None else Path(path)
    for text in (folder / f"{GIGA}.en", folder / f"{GIGA}.fr"):
        packed, tar = folder / f"{text.name}.gz", folder / TAR
        if text.exists():
            continue
        if not packed.exists():
            if not tar.exists():
                _get_tar(tar, download)
            _take_out(packed.name, tar, packed)
        try:
            with replacing(text) as part, gzip.open(packed) as source, open(part, "wb") as target:
                shutil.copyfileobj(source, target)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError(
                f"load_wmt_en_fr_dataset: {packed} is a damaged gzip file: {error}. Delete it."
            ) from None
    if (folder / f"{NEWS}.en").exists():
        return folder / GIGA, folder / NEWS
    return folder / GIGA, fetch_files("newstest")[f"{NEWS}.en"].with_suffix("")


def _take_out(name: str, tar: Path, path: Path) -> None:
    try:
        with tarfile.open(tar) as archive:
            stream = archive.extractfile(name)
            if stream is None:
                raise tarfile.TarError(f"{name} is no file")
            with replacing(path) as part, open(part, "wb") as target:
                shutil.copyfileobj(stream, target)
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise ValueError(
            f"load_wmt_en_fr_dataset: {tar} is damaged, or another file: {error}. Delete it."
        ) from None


def _get_tar(tar: Path, download: bool) -> None:
    wrong: str | None = "download=True was not given"
    if download:
        tar.parent.mkdir(parents=True, exist_ok=True)
        limit = DataFile(TAR, TAR_BYTES, "")
        wrong = download_file(
            ADDRESS, tar, limit, timeout=TIMEOUT, progress=sys.stderr.isatty(), checked=False
        )
        if wrong is None and tar.stat().st_size != TAR_BYTES:
            wrong = f"{tar.stat().st_size} bytes instead of {TAR_BYTES}"
            tar.unlink()
    if wrong:
        raise DataError(
            f"Can't get the 22.5 million pairs of giga-fren: {wrong}. Either call "
            f"load_wmt_en_fr_dataset(download=True), or put {TAR} ({TAR_BYTES:,} bytes) into "
            f"{tar.parent} by hand; its address is {ADDRESS}. It takes 14 GB of room, packed and "
            "unpacked. For less, use load_tatoeba_en_fr, load_multi30k or generate_en_fr."
        )
