# The service alone. Neo4j has its own image: see docker-compose.yml.
FROM python:3.11-slim

ENV PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin xinlian \
    && install --directory --owner=xinlian --group=xinlian --mode=0700 /data

WORKDIR /app
COPY requirements.lock .
RUN python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
COPY schema schema
COPY loaders loaders
COPY algorithms algorithms
COPY queries queries
COPY graph_service graph_service

# By number, so that an orchestrator can check that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000

# urllib raises on every answer but 2xx; the image has no curl.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]

CMD ["python", "-m", "graph_service", "serve", "--host", "0.0.0.0", "--port", "8000"]
