"""Token counts: the real tiktoken, offline, from several processes at once, and cuts that keep to their limit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore.text.tokens import count_tokens, truncate_to_tokens

TEXT = "Ủy ban nhân dân tỉnh ban hành Quyết định số 12/2024/QĐ-UBND ngày 05/3/2024 🇻🇳."

# Without a network a download must fail at once, so that no test passes by fetching the vocabulary.
OFFLINE = """
import socket
def refuse(*args, **kwargs): raise OSError("no network in this test")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
"""
COUNT = OFFLINE + "from vectorstore.text.tokens import count_tokens\nprint(count_tokens('Hội nghị tổng kết năm 2023'))"


def start(cache: Path, **extra: str) -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "TIKTOKEN_CACHE_DIR"}
    environment |= {"XDG_CACHE_HOME": str(cache), **extra}
    return subprocess.Popen(
        [sys.executable, "-c", COUNT], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> int:
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return int(output)


def test_counts_are_those_of_o200k_base() -> None:
    # o200k_base writes each of these four words as one token with its leading blank, and digits in threes.
    assert count_tokens("") == 0
    assert count_tokens(" the the the the") == 4
    assert count_tokens("123456") == 2


def test_special_marks_are_plain_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_vietnamese_is_about_one_and_a_third_tokens_a_syllable() -> None:
    syllables = "các cấp ủy đảng tiếp tục đổi mới phương thức lãnh đạo công tác dân vận trong tình hình mới"
    assert 1.0 <= count_tokens(syllables) / len(syllables.split()) <= 1.6


@pytest.mark.parametrize("limit", range(0, 48))
def test_a_cut_is_a_beginning_within_the_limit(limit: int) -> None:
    cut = truncate_to_tokens(TEXT, limit)
    assert TEXT.startswith(cut)
    assert count_tokens(cut) <= limit


def test_a_cut_keeps_as_much_as_it_can() -> None:
    assert truncate_to_tokens(TEXT, 1000) == TEXT
    assert truncate_to_tokens(TEXT, count_tokens(TEXT)) == TEXT
    half = count_tokens(TEXT) // 2
    assert count_tokens(truncate_to_tokens(TEXT, half)) >= half - 2


def test_works_offline_by_several_processes_at_once(tmp_path: Path) -> None:
    processes = [start(tmp_path) for _ in range(3)]
    assert {finish(process) for process in processes} == {count_tokens("Hội nghị tổng kết năm 2023")}


def test_a_damaged_vocabulary_is_replaced(tmp_path: Path) -> None:
    finish(start(tmp_path))
    (vocabulary,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    vocabulary.write_bytes(vocabulary.read_bytes()[:1000])
    assert finish(start(tmp_path)) == count_tokens("Hội nghị tổng kết năm 2023")


def test_a_cache_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file-in-the-way"
    blocked.write_text("")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    assert finish(start(blocked, TMPDIR=str(temporary))) > 0
