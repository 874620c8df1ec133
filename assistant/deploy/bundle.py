"""`make bundle`: wheels and the prepared model in one archive that installs on a machine with no network.

The wheels are of the versions that are installed here, so what was tested is what is delivered.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

from assistant.deploy.closure import PROJECT, needed
from vectorstore.embedding import prepare_model

HERE = Path(__file__).parent
DELIVERED = ("install.sh", "start.sh", "policy-assistant.service", "nginx.conf")
SUMS = "SHA256SUMS"


def main() -> None:
    """Make the folder, or the archive of it, that is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=Path(), help="the project's folder")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where the archive goes")
    parser.add_argument("--folder", type=Path, help="make this folder and no archive")
    arguments = parser.parse_args()
    if arguments.folder:
        fill(arguments.folder, arguments.source)
        print(arguments.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / bundle_name()
        fill(folder, arguments.source)
        print(pack(folder, arguments.out))


def bundle_name() -> str:
    """Project, version, and the Python and machine that it is for."""
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    return f"{PROJECT}-{version(PROJECT)}-{python}-{sysconfig.get_platform()}"


def fill(folder: Path, source: Path) -> None:
    """Wheels, model and scripts, with the hash of every file."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    pinned = [f"{name}=={number}" for name, number in needed().items()]
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels)]
    for what in ([str(source.resolve())], pinned):
        subprocess.run([*pip, *what], check=True)
    prepare_model(None, folder, lambda message: print(message, file=sys.stderr))
    for name in DELIVERED:
        shutil.copy2(HERE / name, folder / name)
    (folder / "PYTHON").write_text(".".join(platform.python_version_tuple()[:2]) + "\n")
    write_sums(folder)


def write_sums(folder: Path) -> None:
    """The SHA-256 of every file, in the form that `sha256sum -c` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    (folder / SUMS).write_text("\n".join(lines) + "\n")


def pack(folder: Path, out: Path) -> Path:
    """The folder as one archive; wheels are compressed already."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{folder.name}.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(folder, arcname=folder.name)
    return path


if __name__ == "__main__":
    main()
