"""Devices, back ends and requirements that are given by keyword, as an option, or as a default."""

from __future__ import annotations

import ast

from junshi.porting.match.python.extensions import match_libraries
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.nodes import literals_of
from junshi.porting.match.python.requirements import match_requirements
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import (
    device_literals,
    is_backend_name,
    is_device_name,
    is_double,
    is_text_name,
)

_REQUIREMENTS = frozenset({"install_requires", "extras_require", "setup_requires", "tests_require"})
_LOOK_UPS = frozenset({"get", "getenv", "pop", "setdefault"})
_DECLARERS = frozenset({"add_argument", "option", "Option", "parametrize", "field", "Field"})


def match_settings(file: FileMatch, call: ast.Call, last: str, scope: Scope, handled: frozenset[str]) -> None:
    """Hits of a call's keywords, and of what it declares or looks up by name."""
    _double_on_device(file, call, handled)
    for keyword in call.keywords:
        if keyword.arg is not None:
            match_keyword(file, keyword.arg, keyword.value, scope, handled)
    if last in _LOOK_UPS and len(call.args) > 1:
        _default(file, call, scope, handled)
    if last in _DECLARERS:
        _declared(file, call, scope, handled)


def _double_on_device(file: FileMatch, call: ast.Call, handled: frozenset[str]) -> None:
    """FP64 asked for together with a device that is not the CPU."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    number, device = given.get("dtype"), given.get("device")
    on_host = device is None or (isinstance(device, ast.Constant) and device.value in ("cpu", "meta", None))
    if is_double(number) and not on_host:
        file.hit("py-float64-device", number.lineno, "torch.float64", handled, node=number)


def match_keyword(file: FileMatch, name: str, value: ast.expr, scope: Scope, handled: frozenset[str]) -> None:
    """Match a keyword argument by its name and value."""
    rule = file.index.keywords.get(name)
    handed_on = isinstance(value, ast.Name) and value.id == name
    is_off = isinstance(value, ast.Constant) and value.value in (False, None)
    if rule is not None and not handed_on and not is_off:
        file.hit(rule, value.lineno, name, handled)
    if is_device_name(name):
        file.devices(device_literals(value, scope), handled)
        if isinstance(value, ast.Constant) and type(value.value) is int and name in ("device", "device_id"):
            file.hit("py-int-device-index", value.lineno, name, handled)
    if is_backend_name(name):
        file.backends(value, scope, handled)
    if (file.is_setup and "require" in name) or name in _REQUIREMENTS:
        match_requirements(file, value, handled)
    if name.isupper() and (rule := file.index.strings.get(name)) is not None:
        file.hit(rule, value.lineno, name, handled)
    if name == "libraries":
        match_libraries(file, value, handled)


def _declared(file: FileMatch, call: ast.Call, scope: Scope, handled: frozenset[str]) -> None:
    """Options of a command line, fields and test parameters that are devices or back ends."""
    texts = [str(literal.value) for literal in literals_of(call.args)]
    for keyword in call.keywords if not any(map(is_text_name, texts)) else ():
        if keyword.arg in ("default", "choices"):
            file.devices(device_literals(keyword.value, scope), handled)
            file.backends(keyword.value, scope, handled)
    if any(is_device_name(text) for text in texts):
        for argument in call.args[1:]:
            file.devices(device_literals(argument, scope), handled)


def _default(file: FileMatch, call: ast.Call, scope: Scope, handled: frozenset[str]) -> None:
    """A device or back end that is taken when a setting is absent: `os.environ.get("APP_DEVICE", "cuda")`."""
    name = call.args[0]
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return
    if is_device_name(name.value.lower()):
        file.devices(device_literals(call.args[1], scope), handled)
    if is_backend_name(name.value):
        file.backends(call.args[1], scope, handled)
