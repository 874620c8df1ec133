"""What is known of a document as lines of text under Vietnamese headings."""

from __future__ import annotations

from typing import Any

LABELS = {
    "document_id": "Mã", "version": "Phiên bản", "sources": "Tệp", "collection": "Bộ sưu tập", "title": "Tiêu đề",
    "kind": "Loại", "symbol": "Số, ký hiệu", "organ": "Cơ quan ban hành", "level": "Cấp", "place": "Địa danh",
    "issue_date": "Ngày ban hành", "effective_date": "Ngày có hiệu lực", "published_date": "Ngày đăng",
    "event_date": "Ngày diễn ra", "printed_date": "Ngày in trang (không dùng)", "period": "Kỳ, nhiệm kỳ",
    "signer": "Người ký", "pages": "Số trang", "characters": "Số ký tự",
}  # fmt: skip
_LEVELS = {"central": "trung ương", "province": "tỉnh", "district": "huyện", "commune": "xã"}
DOES = {"replaces": "thay thế", "amends": "sửa đổi, bổ sung", "repeals": "bãi bỏ", "based_on": "căn cứ",
        "issued_with": "ban hành kèm theo", "cites": "nhắc đến"}  # fmt: skip
STATUSES = {"superseded": "đã bị thay thế, bãi bỏ", "amended": "đã được sửa đổi một phần", "unknown": "chưa rõ"}
_TREATMENTS = {"kept": "Được giữ", "marked": "Được đánh dấu", "dropped": "Bị bỏ"}
_KINDS = {
    "title": "tên", "heading": "đề mục", "body": "nội dung", "table": "bảng", "caption": "chú thích ảnh",
    "masthead": "phần đầu", "signature": "phần ký", "boilerplate": "phần phụ của trang", "dateline": "dòng ngày đăng",
    "byline": "tác giả", "recipients": "nơi nhận",
}  # fmt: skip


def sections(known: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What `describe` and `block_lines` found, as lines under Vietnamese headings."""
    origin = known["provenance"]
    data = [_datum(name, label, known, origin) for name, label in LABELS.items()]
    found = [
        ("Thông tin và nơi đọc được", [line for line in data if line]),
        ("Hiệu lực", [STATUSES.get(known["status"], known["status"]), *map(_change, known["changes"])]),
        ("Văn bản này đối với văn bản khác", [_relation(relation) for relation in known["relations"]]),
        ("Văn bản khác đối với văn bản này", [_relation(relation) for relation in known["relations_of_others"]]),
        (
            "Gần trùng với",
            [f"{twin['document_id'][:10]} {twin['title']} ({twin['source']})" for twin in known["near_duplicates"]],
        ),
        ("Lưu ý", known["warnings"]),
    ]
    for treated, label in _TREATMENTS.items():
        found.append((label, [_block(b) for b in known.get("blocks", []) if b["treatment"] == treated]))
    return [(label, lines) for label, lines in found if lines]


def _datum(name: str, label: str, known: dict[str, Any], origin: dict[str, str]) -> str:
    value = known.get(name)
    if isinstance(value, list):
        value = ", ".join(value)
    if name == "level":
        value = _LEVELS.get(str(value), value)
    if value is None and name not in origin:
        return ""
    return f"{label}: {value if value is not None else '–'}" + (f"   ← {origin[name]}" if name in origin else "")


def _change(change: dict[str, Any]) -> str:
    done = "thay thế, bãi bỏ" if change["whole"] else "sửa đổi, bãi bỏ một phần"
    since = f" từ {change['since']}" if change["since"] else ""
    parts = f": {'; '.join(change['provisions'])}" if change["provisions"] else ""
    return f"{done} bởi {change['symbol'] or change['title']}{since}{parts}"


def _relation(relation: dict[str, Any]) -> str:
    who = f"{relation['symbol']}: " if relation.get("incoming") else ""
    target = "" if relation.get("incoming") else f" {relation['symbol']}"
    known = f" [{relation['document_id'][:10]}]" if relation["document_id"] else " (không có trong kho)"
    part = f" ({relation['provision']})" if relation["provision"] else ""
    return f"{who}{DOES[relation['kind']]}{target}{part}{known}"


def _block(block: dict[str, Any]) -> str:
    text = " ".join(str(block["text"]).split())
    shown = text if len(text) <= 100 else f"{text[:97]}…"
    return f"{_KINDS[block['kind']]}{' · ' + block['locator'] if block['locator'] else ''}: {shown}"
