"""Which language a file is in, from its name alone."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """What a file is read as; `binary` files are named but never read."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    CPP = "cpp"
    CUDA = "cuda"
    CMAKE = "cmake"
    MAKEFILE = "makefile"
    BAZEL = "bazel"
    REQUIREMENTS = "requirements"
    TOML = "toml"
    DOCKERFILE = "dockerfile"
    SHELL = "shell"
    YAML = "yaml"
    JSON = "json"
    BINARY = "binary"


_BY_SUFFIX = {
    ".py": Language.PYTHON,
    ".pyi": Language.PYTHON,
    ".pyx": Language.PYTHON,
    ".ipynb": Language.NOTEBOOK,
    ".cu": Language.CUDA,
    ".cuh": Language.CUDA,
    ".c": Language.CPP,
    ".cc": Language.CPP,
    ".cpp": Language.CPP,
    ".cxx": Language.CPP,
    ".h": Language.CPP,
    ".hh": Language.CPP,
    ".hpp": Language.CPP,
    ".hxx": Language.CPP,
    ".inl": Language.CPP,
    ".ipp": Language.CPP,
    ".tpp": Language.CPP,
    ".cmake": Language.CMAKE,
    ".mk": Language.MAKEFILE,
    ".bzl": Language.BAZEL,
    ".bazel": Language.BAZEL,
    ".bazelrc": Language.BAZEL,
    ".sh": Language.SHELL,
    ".bash": Language.SHELL,
    ".slurm": Language.SHELL,
    ".sbatch": Language.SHELL,
    ".pbs": Language.SHELL,
    ".lsf": Language.SHELL,
    ".env": Language.SHELL,
    ".envrc": Language.SHELL,
    ".service": Language.SHELL,
    ".hcl": Language.SHELL,
    ".groovy": Language.SHELL,
    ".yaml": Language.YAML,
    ".yml": Language.YAML,
    ".pbtxt": Language.YAML,
    ".json": Language.JSON,
    ".dockerfile": Language.DOCKERFILE,
    ".toml": Language.TOML,
    ".cubin": Language.BINARY,
    ".fatbin": Language.BINARY,
    ".ptx": Language.BINARY,
}

_BY_NAME: dict[str, Language | None] = {
    "cmakelists.txt": Language.CMAKE,
    "makefile": Language.MAKEFILE,
    "gnumakefile": Language.MAKEFILE,
    "justfile": Language.MAKEFILE,
    "build": Language.BAZEL,
    "workspace": Language.BAZEL,
    "meson.build": Language.BAZEL,
    ".bazelrc": Language.BAZEL,
    ".env": Language.SHELL,
    ".envrc": Language.SHELL,
    "jenkinsfile": Language.SHELL,
    "dockerfile": Language.DOCKERFILE,
    "containerfile": Language.DOCKERFILE,
    "setup.cfg": Language.REQUIREMENTS,
    "package.json": None,
    "package-lock.json": None,
    "tokenizer.json": None,
    "vocab.json": None,
}


def language_of(path: str) -> Language | None:
    """Language of a path, None for a file that no rule reads.

    Examples
    --------
    >>> language_of("docker/Dockerfile.gpu")
    <Language.DOCKERFILE: 'dockerfile'>
    >>> language_of("requirements/cuda.txt")
    <Language.REQUIREMENTS: 'requirements'>
    >>> language_of("notes.md") is None
    True
    """
    folder, _, own = path.rpartition("/")
    name = own.lower()
    stem, dot, suffix = name.rpartition(".")
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(("dockerfile.", "dockerfile-", "dockerfile_")):
        return Language.DOCKERFILE
    if name.startswith(("makefile.", "gnumakefile.")):
        return Language.MAKEFILE
    if name.startswith(".env."):
        return Language.SHELL
    if name.endswith((".txt", ".in")):
        parts = folder.lower().split("/")
        if "require" in name or "constraint" in name or "requirements" in parts:
            return Language.REQUIREMENTS
        return None
    return _BY_SUFFIX.get(dot + suffix) if stem else None
