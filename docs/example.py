"""Writes the example of both READMEs anew, with its picture, from a run of the demo: `make example`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = ROOT / "runs" / "demo"
LEFT_OUT = {
    "en": ("What runs where", "Accelerators in use", "Expected cost by kind", "Work left unmet", "Limits in"),
    "zh": ("各工作负载在哪里运行", "使用中的加速器", "分类预期成本", "平均未满足的工作", "的限制"),
}
LAST = {"en": "Expected cost of the", "zh": "预期成本："}
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}


def demo_output(language: str) -> str:
    """What the plan of the demo prints in a language."""
    command = [sys.executable, "-m", "junshi", "--lang", language, "plan", "examples/demo.toml", "--quiet"]
    run = subprocess.run([*command, "--out", str(RUN)], cwd=ROOT, check=True, capture_output=True, text=True)
    return "\n".join(line.rstrip() for line in run.stdout.splitlines())


def shortened(text: str, language: str) -> str:
    """The output without the tables that the README leaves out, and without the name of the folder."""
    kept, inside = [], False
    paragraphs = re.split(r"\n{2,}", text.strip())
    for paragraph in paragraphs:
        first = paragraph.splitlines()[0]
        is_title = not first.startswith(" ") and len(paragraph.splitlines()) == 1
        if any(title in first for title in LEFT_OUT[language]):
            inside = True
        elif LAST[language] in first:
            kept.append(paragraph)
            break
        elif is_title and ("(" in first or "（" in first or not first.endswith((".", "。"))):
            inside = False
        if not inside:
            kept.append(paragraph)
    return "\n\n".join(kept)


def main() -> None:
    """Run the demo in both languages and replace what stands between the markers."""
    for language, readme in READMES.items():
        text = readme.read_text(encoding="utf-8")
        output = shortened(demo_output(language), language)
        block = f"<!-- example -->\n\n```text\n{output}\n```\n\n<!-- /example -->"
        pattern = re.compile(r"<!-- example -->.*<!-- /example -->", re.DOTALL)
        readme.write_text(pattern.sub(lambda _, block=block: block, text), encoding="utf-8")
    shutil.copy(RUN / "figures" / "fleet.png", ROOT / "docs" / "img" / "fleet.png")


if __name__ == "__main__":
    main()
