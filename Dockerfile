# syntax=docker/dockerfile:1
# The final image has no torch: the embedded model is prepared while building, and ONNX Runtime serves it.
ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
# More options for pip, such as an index with CPU-only builds of torch: it is large and not in the final image.
ARG PIP_OPTIONS=""
WORKDIR /src
COPY . .
# hadolint ignore=SC2086
RUN python -m venv /build \
    && /build/bin/pip install --no-cache-dir --quiet ${PIP_OPTIONS} -c constraints.txt . \
    && /build/bin/python -m assistant.deploy.bundle --source /src --folder /bundle

FROM python:${PYTHON}
# Scanned pages need Tesseract; older office files need "libreoffice-writer-nogui" as well (about 400 MB more).
ARG DEBIAN_PACKAGES="tesseract-ocr tesseract-ocr-vie"
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES} \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data policy-assistant \
    && install -d -o policy-assistant -g policy-assistant -m 0700 /data
RUN --mount=type=bind,from=build,source=/bundle,target=/bundle sh /bundle/install.sh /opt/policy-assistant \
    && rm -rf /opt/policy-assistant/data
ENV ASSISTANT_DATA_DIR=/data ASSISTANT_HOST=0.0.0.0 HOME=/data PATH=/opt/policy-assistant/venv/bin:$PATH
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=8)"]
ENTRYPOINT ["/bin/sh", "/opt/policy-assistant/start.sh"]
CMD ["serve"]
