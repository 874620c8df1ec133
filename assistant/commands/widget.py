"""`assistant widget-demo`: a page of another origin with the widget on it, to see it work before it goes live."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from assistant.settings import load_settings

console = Console(highlight=False)


def widget_demo(
    key: Annotated[str, typer.Option(help="Khóa tạo bằng `assistant keys create … --origin` (a key of that origin).")],
    server: Annotated[str | None, typer.Option(help="Địa chỉ của trợ lý; bỏ trống: máy này.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Cổng của trang mẫu.")] = 8090,
    language: Annotated[str, typer.Option(help="vi | en")] = "vi",
) -> None:
    """Mở một trang mẫu ở địa chỉ khác có gắn nút hỏi đáp (a sample page with the chat bubble)."""
    import uvicorn

    from assistant.widget import demo_page

    address = server or f"http://127.0.0.1:{load_settings().port}"
    console.print(f"Trang mẫu: [bold]http://127.0.0.1:{port}[/] — trợ lý: {address}; Ctrl-C để dừng.")
    uvicorn.run(demo_page(address, key, language), host="127.0.0.1", port=port, log_level="warning", ws="none")
