"""Valid rows to start from, as cells of a CSV file or entries of an overlay."""

from __future__ import annotations

ACCELERATOR = {
    "id": "own-chip",
    "name": "Own chip",
    "vendor": "Own",
    "ecosystem": "cann",
    "origin": "domestic",
    "export_class": "domestic",
    "source": "quote of 2026-11",
    "confidence": "medium",
}
MODEL = {
    "id": "own-model",
    "name": "Own model",
    "developer": "Own",
    "released": "2026-11-01",
    "total_params_b": "8.03",
    "active_params_b": "8.03",
    "layers": "32",
    "hidden": "4096",
    "heads": "32",
    "kv_heads": "8",
    "head_dim": "128",
    "ffn": "14336",
    "attention_type": "gqa",
    "vocab": "128256",
    "max_context": "8192",
    "source": "own configuration",
    "confidence": "high",
}
PRICE = {
    "accelerator": "h20-96g",
    "day": "2026-11-20",
    "kind": "purchase",
    "price": "99000",
    "currency": "CNY",
    "region": "cn",
    "source": "quote of 2026-11",
    "confidence": "high",
}


def as_toml(table: str, entry: dict[str, str]) -> str:
    """Entry of an overlay; cells that read as numbers are written as numbers, days as days."""
    lines = [f"[[{table}]]"]
    for name, cell in entry.items():
        is_plain = cell.replace(".", "", 1).isdigit() or (len(cell) == 10 and cell[4:5] == "-")
        lines.append(f"{name} = {cell}" if is_plain else f'{name} = "{cell}"')
    return "\n".join(lines) + "\n"
