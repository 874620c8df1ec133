"""`assistant backup`, `restore`, `check` and `repair`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assistant.settings import Settings, load_settings
from vectorstore.errors import PolicyError
from vectorstore.maintenance.findings import Finding

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON (machine-readable).")]
maintenance = typer.Typer()


@maintenance.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="Tệp sao lưu sẽ ghi, ví dụ kho-2026-11-26.zip (the file to write).")],
    as_json: Json = False,
) -> None:
    """Sao lưu cả kho vào một tệp, cả khi đang phục vụ và đang nạp (back up while in use)."""
    from assistant.backup import back_up

    with errors.status("Đang sao lưu…") as status:
        manifest = back_up(
            load_settings().data_dir, file, lambda done, total: status.update(f"Đang sao lưu… {done}/{total}")
        )
    if as_json:
        typer.echo(manifest.model_dump_json())
        return
    size = file.stat().st_size / 1e6
    console.print(f"Đã sao lưu {manifest.documents} văn bản vào {_escape(str(file))} ({size:.1f} MB).", soft_wrap=True)


@maintenance.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="Tệp do `assistant backup` ghi (the backup).", readable=False)],
    force: Annotated[bool, typer.Option("--force", help="Thay dữ liệu đang có (replace what is there).")] = False,
    as_json: Json = False,
) -> None:
    """Khôi phục kho từ tệp sao lưu (restore a backup into the data folder)."""
    from assistant.backup import restore

    settings = load_settings()
    with errors.status("Đang khôi phục…") as status:
        manifest, replaced = restore(
            file,
            settings.data_dir,
            force=force,
            progress=lambda done, total: status.update(f"Đang khôi phục… {done}/{total}"),
        )
        status.update("Đang lập lại chỉ mục…")
        problem = _make_indexes(settings)
    if as_json:
        typer.echo(manifest.model_dump_json())
    else:
        console.print(f"Đã khôi phục {manifest.documents} văn bản, sao lưu lúc {manifest.created}.", soft_wrap=True)
    if replaced:
        errors.print(f"Dữ liệu cũ được giữ tại {_escape(str(replaced))}; xóa khi không cần nữa.", soft_wrap=True)
    errors.print(
        "[yellow]Khóa API đã thu hồi sau lúc sao lưu lại có hiệu lực: xem `assistant keys list`.[/]", soft_wrap=True
    )
    if problem:
        errors.print(f"[yellow]Chỉ mục sẽ được lập lại ở lần mở tới. {_escape(str(problem))}[/]", soft_wrap=True)


@maintenance.command("check")
def check_command(as_json: Json = False) -> None:
    """Tìm mọi sai lệch giữa danh mục, Chroma và chỉ mục từ; không thay đổi gì. Mã thoát: 0 tốt, 1 có lỗi mà
    `assistant repair` sửa được, 2 cần khôi phục từ bản sao lưu (find what is damaged)."""
    from assistant.maintenance import check_all

    with errors.status("Đang kiểm tra…"):
        found = check_all(load_settings())
    _conclude(found, as_json, "Không có sai lệch nào.")


@maintenance.command("repair")
def repair_command(as_json: Json = False) -> None:
    """Sửa những gì `assistant check` tìm thấy. Mã thoát: 0 đã sửa hết, 1 còn lỗi, 2 cần khôi phục từ bản sao lưu
    (mend what is damaged)."""
    from assistant.maintenance import repair_all

    with errors.status("Đang sửa…"):
        before, after = repair_all(load_settings())
    if not as_json:
        console.print(f"Tìm thấy {len(before)} sai lệch, còn lại {len(after)}.")
    _conclude(after, as_json, "Mọi thứ đã khớp.")


def _conclude(found: list[Finding], as_json: bool, fine: str) -> None:
    for finding in found:
        row = {"kind": finding.kind, "subject": finding.subject, "mend": finding.mend, "vi": finding.vietnamese,
               "en": finding.english}  # fmt: skip
        if as_json:
            typer.echo(json.dumps(row, ensure_ascii=False))
        else:
            console.print(
                f"[red]•[/] {_escape(finding.vietnamese)} [dim]({_escape(finding.english)})[/]", soft_wrap=True
            )
    beyond = any(finding.mend == "restore" for finding in found)
    if not as_json:
        if not found:
            console.print(fine)
        elif beyond:
            console.print("Có dữ liệu gốc bị hỏng: hãy chạy `assistant restore TỆP --force` (restore a backup).")
        else:
            console.print("Chạy `assistant repair` để sửa.")
    sys.exit(2 if beyond else 1 if found else 0)


def _make_indexes(settings: Settings) -> PolicyError | None:
    """Make both indexes of the restored catalogue; why that has to wait, for example for a model to be prepared."""
    from assistant.wiring import open_store

    try:
        open_store(settings).close()
    except PolicyError as error:
        return error
    return None


def _escape(text: str) -> str:
    return text.replace("[", r"\[")
