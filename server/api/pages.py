"""The web UI's files: what is in git is what a browser gets; pages are all `index.html`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from server.api import offline

# Anything else in the package (Python files, types, tools) is not for browsers.
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".txt": "text/plain",
}
_FRESH = {"Cache-Control": "no-cache"}


class Pages:
    """Answers every address that no route has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file, `index.html` to a browser that asks for a page, or 404."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        path = request.url.path
        if path == "/api" or path.startswith("/api/"):
            raise HTTPException(404)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, "Method Not Allowed", headers={"Allow": "GET, HEAD"})
        if path == offline.ADDRESS:
            listed = await run_in_threadpool(offline.file_list, self.folder, self._find)
            await Response(listed, media_type=_TYPES[".json"], headers=_FRESH)(scope, receive, send)
            return
        found = self._find(path) or self._index(request)
        if found is None:
            raise HTTPException(404)
        kind = _TYPES[found.suffix]
        await FileResponse(found, media_type=kind, headers=_FRESH)(scope, receive, send)

    def _find(self, path: str) -> Path | None:
        parts = path.strip("/").split("/")
        if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
            return None
        found = self.folder.joinpath(*parts)
        if found.suffix not in _TYPES or not found.is_file():
            return None
        return found if found.resolve().is_relative_to(self.folder) else None

    def _index(self, request: Request) -> Path | None:
        index = self.folder / "index.html"
        wants_page = "text/html" in request.headers.get("accept", "")
        return index if wants_page and index.is_file() else None


def installed() -> Pages:
    """Return the pages of the `webui` package."""
    folder: Any = files("webui")
    return Pages(Path(str(folder)))
