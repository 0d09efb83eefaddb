"""A server of static files on the loopback that answers requests for ranges, as web servers do."""

from __future__ import annotations

import functools
import http.server
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers with the range that is asked for, and notes how much it sent."""

    def __init__(self, *args: Any, sent: list[int], **options: Any) -> None:
        self.sent = sent
        super().__init__(*args, **options)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted is None:
            super().do_GET()
            return
        with Path(self.translate_path(self.path)).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start, stop = int(wanted[1]), min(size, int(wanted[2] or size - 1) + 1)
            file.seek(start)
            part = file.read(stop - start)
        self.sent.append(len(part))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{size}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Serve a folder; give its address and the list of what was sent."""
    sent: list[int] = []
    handler = functools.partial(Handler, sent=sent, directory=os.fspath(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", sent
    finally:
        server.shutdown()
        server.server_close()
