"""The texts that say what an export holds: a Hugging Face data card, metadata, YOLO's data.yaml."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from server.formats.base import ClassEntry
from server.services.exports import Row

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def hugging_face(manifest: dict[str, Any], export_id: str) -> bytes:
    """Return README.md: what loads the folder, what the ids mean, where the labels are from."""
    rows: Sequence[Row] = manifest["rows"]
    splits = Counter(row.split for row in rows)
    origins = Counter((row.split, row.origin) for row in rows)
    size = next((name for most, name in _SIZES if len(rows) < most), "n>1M")
    head = ["---", f"pretty_name: {json.dumps(manifest['project'])}"]
    head += ["task_categories:", "- image-segmentation", "size_categories:", f"- {size}"]
    head += ["configs:", "- config_name: default", "  data_files:"]
    for split in sorted(splits):
        head += [f"  - split: {split}", f"    path: data/{split}/**"]
    classes, until = manifest["classes"], manifest["until"]
    lines = [*head, "---", "", f"# {_plain(manifest['project'])}", ""]
    lines += [
        f"{len(rows)} images with one label map each: 8-bit PNG, one class id per pixel, 255 void.",
        "",
        "| split | images | labelled by people | imported |",
        "|---|--:|--:|--:|",
        *(
            f"| {split} | {count} | {origins[split, 'human']} | {origins[split, 'import']} |"
            for split, count in sorted(splits.items())
        ),
        "",
        "| id | class | colour |",
        "|--:|---|---|",
        *(f"| {one['id']} | {_plain(one['name'])} | {one['colour']} |" for one in classes),
        "",
        f"Written by Maskloop as export `{export_id}`: the newest revisions at {until}.",
        "",
    ]
    return "\n".join(lines).encode()


def metadata(rows: Sequence[Row], image_file: Callable[[Row], str]) -> bytes:
    """Return the lines by which Hugging Face's image folder finds each picture's mask."""
    lines = []
    for row in rows:
        file = image_file(row)
        stem = file.rpartition(".")[0]
        fields = {
            "file_name": f"images/{file}",
            "mask_file_name": f"masks/{stem}.png",
            "domain": row.domain,
            "group": row.group,
            "revision": row.revision,
            "origin": row.origin,
        }
        lines.append(json.dumps(fields, ensure_ascii=False) + "\n")
    return "".join(lines).encode()


def yolo(classes: Sequence[ClassEntry], splits: Sequence[str]) -> bytes:
    """Return data.yaml: where the splits lie, and the names by their places."""
    lines = ["path: .", *(f"{_YOLO_SPLIT.get(split, split)}: images/{split}" for split in splits)]
    lines += [
        "names:",
        *(f"  {place}: {json.dumps(one.name)}" for place, one in enumerate(classes)),
    ]
    return ("\n".join(lines) + "\n").encode()


_YOLO_SPLIT = {"validation": "val"}


def _plain(text: str) -> str:
    """Return a name that breaks no table and starts no markup."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#|!" else letter for letter in text)
