"""Without keys the server serves its own machine only."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from assistant.access.keys import KeyStore
from vectorstore.errors import ConfigurationError


def is_loopback(host: str) -> bool:
    """Whether an address, or the name localhost, is this machine itself."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def check_binding(host: str, keys: KeyStore, people_sign_in: bool = False) -> None:
    """Raises ConfigurationError for an address that others can reach while nobody has to show who they are."""
    if is_loopback(host) or keys.in_use() or people_sign_in:
        return
    raise ConfigurationError(
        f"Chưa có khóa API nào nên không thể mở địa chỉ {host} cho máy khác truy cập: ai cũng sẽ đọc được kho văn bản. "
        "Tạo khóa trước bằng `assistant keys create TÊN`, hoặc chỉ chạy trên máy này với --host 127.0.0.1.",
        f"There are no API keys, so {host} cannot be opened to other machines: anyone could read the documents. "
        "Create a key with `assistant keys create NAME`, or serve this machine only with --host 127.0.0.1.",
    )
