#!/bin/sh
# Installs the bundle this file lies in: sh install.sh [FOLDER]. Needs Python (see the file PYTHON) and no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/policy-assistant}
python=${PYTHON:-python3}
wanted=$(cat "$here/PYTHON")

fail() {
    echo "$1" >&2
    exit 2
}

(cd "$here" && sha256sum --check --quiet SHA256SUMS) ||
    fail "Gói cài đặt bị hỏng hoặc thiếu tệp. The bundle is damaged: copy it again."
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') ||
    fail "Chưa có Python $wanted. Python $wanted is needed; name it by PYTHON=/path/to/python$wanted"
[ "$found" = "$wanted" ] ||
    fail "Gói này dành cho Python $wanted, máy có $found. This bundle is for Python $wanted; set PYTHON=/path/to/python$wanted"

mkdir -p "$target"
"$python" -m venv "$target/venv" ||
    fail "Thiếu mô-đun venv (Debian: python3-venv). The venv module is missing (Debian: python3-venv)."
"$target/venv/bin/python" -m pip install --quiet --no-index --no-deps --disable-pip-version-check "$here"/wheels/*.whl
cp -R "$here/models" "$here/start.sh" "$target/"
mkdir -p "$target/data"
[ -d "$target/data/models" ] || cp -R "$here/models" "$target/data/"
echo "Đã cài vào $target. Thử: ASSISTANT_DATA_DIR=$target/data $target/venv/bin/assistant doctor"
