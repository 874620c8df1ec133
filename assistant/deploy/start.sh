#!/bin/sh
# Runs `assistant` with a data folder that has the prepared model, also where an empty folder was mounted for it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${ASSISTANT_DATA_DIR:-$here/data}
if [ ! -d "$data/models" ]; then
    mkdir -p "$data"
    cp -R "$here/models" "$data/"
fi
exec "$here/venv/bin/assistant" "$@"
