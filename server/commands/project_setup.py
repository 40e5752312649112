"""Makes a project of a dataset's folder through the API: classes, imports, budget."""

from __future__ import annotations

from pathlib import Path

from server.commands.client import Client, Json
from server.commands.dataset import Dataset
from server.commands.following import Say, wait_for_job

PARTS = (("source", "source", "train"), ("target", "target", "pool"), ("test", "target", "test"))
"""Each part of a dataset's folder, the domain and the split that its images belong to."""


def fill(
    client: Client, project_id: str, dataset: Dataset, *, group_pattern: str, say: Say
) -> Json:
    """Give a project the dataset's classes and images, and return it; what is there stays.

    The target pool is imported without labels, source and test with theirs.
    """
    path = f"/projects/{project_id}"
    project = client.get(path)
    if project["classes"] is None:
        client.put(f"{path}/classes", {"classes": dataset.classes})
    for part, domain, split in PARTS:
        if project["counts"]["pool" if part == "target" else part]:
            continue
        request: Json = {"path": str(dataset.images(part)), "domain": domain, "split": split}
        if part != "target":
            request["masks_path"] = str(dataset.labels(part))
        if domain == "target":
            request["group_pattern"] = group_pattern
        job = wait_for_job(client, client.post(f"{path}/imports", request), say=_nothing)
        say(f"{part}: {_import_line(job['result'], dataset.images(part))}")
    return client.get(path)


def _nothing(_line: str) -> None:
    """Imports take seconds; their end is said in one line."""


def _import_line(result: Json, folder: Path) -> str:
    line = f"{result['accepted']} images imported"
    if result["duplicates"]:
        line += f", {result['duplicates']} duplicates left out"
    if result["refused"]:
        refused = next(entry for entry in result["report"] if entry["outcome"] == "refused")
        line += f", {result['refused']} refused ({refused['name']}: {refused['reason']})"
    return f"{line} from {folder}"


def grant(client: Client, project_id: str, *, images: int) -> None:
    """Grant the project's first labels, once, also when the call is repeated."""
    path = f"/projects/{project_id}/budget/grants"
    client.post(path, {"images": images, "note": "first grant"}, key=f"first-{project_id}")
