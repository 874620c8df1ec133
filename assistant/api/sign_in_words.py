"""The texts of the sign-in page."""

from __future__ import annotations

WORDS = {
    "vi": {
        "title": "Đăng nhập · Trợ lý chính sách",
        "heading": "Đăng nhập",
        "explain": "Kho văn bản này chỉ mở cho người được cấp quyền.",
        "provider": "Đăng nhập bằng",
        "organisation": "tài khoản của cơ quan",
        "or": "hoặc",
        "name": "Tên tài khoản",
        "password": "Mật khẩu",
        "label": "Khóa truy cập",
        "hint": "Khóa do người quản trị cấp.",
        "button": "Vào",
        "button_key": "Vào bằng khóa",
    },
    "en": {
        "title": "Sign in · Policy assistant",
        "heading": "Sign in",
        "explain": "These documents are open to those who were given access.",
        "provider": "Sign in with",
        "organisation": "your organisation's account",
        "or": "or",
        "name": "Account name",
        "password": "Password",
        "label": "Access key",
        "hint": "The key your administrator gave you.",
        "button": "Sign in",
        "button_key": "Sign in with the key",
    },
}
# Why signing in with the identity provider did not work.
PROBLEMS = {
    "failed": (
        "Đăng nhập không thành công. Hãy thử lại; nếu vẫn lỗi, báo người quản trị.",
        "Signing in did not work. Try again; if it persists, tell the administrator.",
    ),
    "no-group": (
        "Tài khoản của bạn chưa được cấp quyền vào kho văn bản này. Hãy liên hệ người quản trị.",
        "Your account has not been given access to these documents. Ask the administrator.",
    ),
    "unreachable": (
        "Chưa kết nối được hệ thống đăng nhập của cơ quan. Hãy thử lại sau.",
        "The sign-in system of your organisation cannot be reached. Try again later.",
    ),
}
