#!/bin/sh
# Delivery and tracking alone, for a container or another supervisor. Four blocking threads: an ask waits for one
# hop at most. Run it beside `python -m service.cli worker`, with INTARSIA_DATABASE_URL and REDIS_URL set.
cd "$(dirname -- "$0")/.." || exit 1
export PYTHONPATH=. OPENBLAS_NUM_THREADS=1 SERVED_PARTS="${SERVED_PARTS:-delivery,tracking}"
exec .venv/bin/python -m granian --interface wsgi --host 0.0.0.0 --port "${PORT:-8321}" \
    --workers 2 --blocking-threads 4 --no-ws --respawn-failed-workers service.wsgi:app
