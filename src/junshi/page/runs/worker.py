"""The process of one run: `python -m junshi.page.runs.worker FOLDER`.

It knows only the folder. Whatever happens to the server or to this process, the folder says what was found.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from junshi.errors import JunshiError
from junshi.page.refusal import without_folder
from junshi.page.runs import files
from junshi.page.runs.job import Gone, Job, Stopped
from junshi.page.runs.kinds.table import work_on
from junshi.page.runs.lock import held
from junshi.page.runs.pool import INTERRUPTED
from junshi.page.runs.record import Status
from junshi.page.runs.result import write_outcome
from junshi.text import LANGUAGES, set_language

NICENESS = 10
"""The page answers first; a plan takes what is left of the processors."""


def main(folder: Path) -> int:
    """Work on the run of a folder; the exit code tells the server whether it was lost."""
    with suppress(OSError, AttributeError):
        os.nice(NICENESS)
    with held(folder / files.LOCK) as free:
        if not free:
            return INTERRUPTED
        return _work(Job(folder))


def _work(job: Job) -> int:
    set_language(job.request.language)
    job.watch()
    try:
        outcome = work_on(job)
        write_outcome(job.folder, outcome)
        job.end(Status.STOPPED if outcome.stopped else Status.FINISHED)
    except Stopped:
        job.end(Status.STOPPED)
    except Gone:
        return INTERRUPTED
    except JunshiError as trouble:
        job.end(Status.FAILED, _told(trouble, job.folder))
    return 0


def _told(trouble: JunshiError, folder: Path) -> dict[str, str]:
    """Sentence of an error in each language, without the place of the folder."""
    return {language: without_folder(trouble.sentence(language), folder) for language in LANGUAGES}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
