# ruff: noqa: E501 (Vietnamese sample lines are kept whole)
"""Plain text, Markdown and web pages; files that cannot be used are refused with a reason."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from ingest.loaders import load
from ingest.loaders.base import UnreadableFileError

PAGE = """<!DOCTYPE html><html><head><title>Trang tin</title>
<meta property="article:published_time" content="2023-12-13T08:20:00+07:00"></head><body>
<nav><a href="/">Trang chủ</a> <a href="/tin">Tin tức</a></nav>
<main><article><h1>Kết quả công tác dân vận năm 2023</h1>
<p>Năm 2023, toàn tỉnh tổ chức 214 cuộc đối thoại trực tiếp với Nhân dân, tiếp nhận 2.108 ý kiến, kiến nghị.</p>
<h2>I- Phong trào thi đua</h2>
<p>Các cấp công nhận 1.298 mô hình, gồm 912 mô hình tập thể và 386 mô hình cá nhân ở chín huyện, thị xã, thành phố.</p>
<figure><img src="a.jpg" alt=""><figcaption>Trao nhà Đại đoàn kết tại xã Nậm Sin</figcaption></figure>
<ol start="2"><li>Rà soát quy chế tiếp nhận kiến nghị.</li><li>Sơ kết chỉ thị trong quý I.</li></ol>
<table><tr><th>Đơn vị</th><th>Đăng ký</th></tr><tr><td>Huyện Phú Khê</td><td>197</td></tr>
<tr><td>Huyện Tân Giang</td><td>183</td></tr></table>
</article></main><aside><a href="/x">Tin khác</a></aside><footer>Bản quyền</footer>
<script>var a = "không phải nội dung";</script></body></html>"""


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def reason(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        load(path)
    assert path.name in str(caught.value) and path.name in caught.value.english
    return str(caught.value)


def test_plain_text_is_kept_but_for_its_characters(tmp_path: Path) -> None:
    raw = load(written(tmp_path, "a.txt", "\ufeffĐoạn một.\r\n\r\n  Đoạn\u00a0hai.\r\n"))
    assert raw.text == "Đoạn một.\n\n  Đoạn hai."
    assert raw.pages is None


def test_a_page_gives_its_content_with_captions_lists_and_tables(tmp_path: Path) -> None:
    raw = load(written(tmp_path, "trang.html", PAGE))
    lines = [line for line in raw.text.split("\n") if line]
    assert lines[0] == raw.title_hint == "Kết quả công tác dân vận năm 2023"
    assert "Trao nhà Đại đoàn kết tại xã Nậm Sin" in lines
    assert "2. Rà soát quy chế tiếp nhận kiến nghị." in lines and "3. Sơ kết chỉ thị trong quý I." in lines
    assert lines[-3:] == [
        "Đơn vị | Đăng ký",
        "Đơn vị: Huyện Phú Khê | Đăng ký: 197",
        "Đơn vị: Huyện Tân Giang | Đăng ký: 183",
    ]
    assert raw.published == date(2023, 12, 13)
    for left_out in ("Trang chủ", "Bản quyền", "không phải nội dung", "Tin khác"):
        assert left_out not in raw.text


def test_markdown_loses_its_marks(tmp_path: Path) -> None:
    text = "# Báo cáo năm 2022\n\n**Số: 12/BC-UBND**\n\n## I. Kết quả\n\n- Có 12 xã đạt;\n\n| Xã | Số |\n| --- | --- |\n| Tân An | 5 |\n"
    lines = [line for line in load(written(tmp_path, "a.md", text)).text.split("\n") if line]
    assert lines == [
        "Báo cáo năm 2022",
        "Số: 12/BC-UBND",
        "I. Kết quả",
        "- Có 12 xã đạt;",
        "Xã | Số",
        "Xã: Tân An | Số: 5",
    ]


def test_empty_and_wordless_files(tmp_path: Path) -> None:
    assert "0 byte" in reason(written(tmp_path, "rong.txt", b""))
    assert "không có chữ" in reason(written(tmp_path, "trang.txt", " \n\n  \n"))


def test_unknown_and_binary_files(tmp_path: Path) -> None:
    assert "chưa hỗ trợ" in reason(written(tmp_path, "bang.xlsx", b"hello"))
    assert "không phải văn bản" in reason(
        written(tmp_path, "anh.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(1, 255)) * 4 + b"\x00")
    )


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.doc", "a.rtf", "a.odt"])
def test_damaged_files(tmp_path: Path, name: str) -> None:
    assert "hỏng" in reason(
        written(tmp_path, name, b"PK\x03\x04 this is cut off" if name != "a.pdf" else b"%PDF-1.7\n1 0 obj")
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bom.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<w:document/>")
        with package.open("word/media/zeros.bin", "w", force_zip64=True) as entry:
            for _ in range(70):
                entry.write(bytes(2**20))
    assert "giới hạn an toàn" in reason(path)


def test_a_file_named_wrongly_is_read_for_what_it_is(tmp_path: Path) -> None:
    raw = load(written(tmp_path, "that-ra-la-trang.txt", PAGE))
    assert raw.text.startswith("Kết quả công tác dân vận năm 2023")
    assert any("HTML" in warning for warning in raw.warnings)


def test_a_locked_office_file_is_named_as_such(tmp_path: Path) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert "mật khẩu" in reason(written(tmp_path, "mat.docx", data))
