"""Python through the standard library's `ast`: only statements that hold a word of a rule are looked at."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from junshi.porting.finding import EVERYWHERE, Hit
from junshi.porting.guards import (
    ABSTRACTION_WORDS,
    branch_handling,
    children,
    ecosystems_of,
    expression_words,
    words_of,
)
from junshi.porting.match import triton
from junshi.porting.match.build import build_rules, parse_requirement
from junshi.porting.match.lines import line_at, line_starts
from junshi.porting.match.names import Scope, first_literal, module_scope
from junshi.porting.match.python_index import PythonIndex, python_index
from junshi.porting.match.python_source import Triggers, find_triggers, parsed_parts
from junshi.porting.match.python_strings import (
    NOT_DEVICE_CALLS,
    SWITCH_FLAGS,
    command_word,
    compared_literals,
    device_choice,
    device_literals,
    is_backend_name,
    is_command_call,
    is_comparer,
    is_device_name,
    is_switch_call,
    is_switch_member,
    name_of,
    named_beside,
)

_NOTHING: frozenset[str] = frozenset()
_ALL = frozenset({EVERYWHERE})
_SETUP_FILES = frozenset({"setup.py", "requirements.py", "noxfile.py"})
_LONG = 200
_LIBRARY_FILE = re.compile(r"\blib(nccl|cuda|cudart|cublas|cudnn|nvrtc)\w*(?:\.so|\.dll|$)")
_EXTENSION = re.compile(r"\w_cuda$")
_HELPER = re.compile(r"(?:require|is|has|have|use|no|to|get|set|check|skip|supports?|test|init|load)_")
_TARGET_IMPORT_OK = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "RuntimeError", "OSError"})
_TEXTUAL = ast.Constant | ast.JoinedStr | ast.Name | ast.BinOp | ast.Call
_DECLARERS = frozenset({"add_argument", "option", "Option", "parametrize", "field", "Field"})
Statements = list[ast.stmt]


@dataclass(frozen=True)
class PythonResult:
    """Hits of one Python text; `unread` = parts that no parser took, `credits` = places already ported."""

    hits: tuple[Hit, ...] = ()
    unread: int = 0


def match_python(
    path: str, source: bytes, own: frozenset[str] = frozenset(), index: PythonIndex | None = None
) -> PythonResult:
    """Hits in a Python file.

    Parameters
    ----------
    path : for the hits
    source : the file's bytes, UTF-8 or with a coding line; not run, not imported
    own : top-level packages of the scanned tree
    index : rules to use, those of the package when absent

    Returns
    -------
    hits in the order of lines; a file that `ast` refuses is read block by block, the blocks that still
    fail are counted in `unread`
    """
    tables = index or python_index()
    triggers = find_triggers(source, tables, own)
    if not triggers and path.rsplit("/", 1)[-1] not in _SETUP_FILES:
        return PythonResult()
    hits: list[Hit] = []
    unread = 0
    for text, offset, tree in parsed_parts(source):
        if tree is None:
            unread += 1
            continue
        matcher = _Matcher(path, text, tree, tables, triggers, own, offset)
        hits.extend(matcher.run())
    return PythonResult(tuple(sorted(set(hits))), unread)


@dataclass
class _Matcher:
    """Walk of one syntax tree."""

    path: str
    source: bytes
    tree: ast.Module
    index: PythonIndex
    triggers: Triggers
    own: frozenset[str]
    offset: int
    hits: list[Hit] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def run(self) -> list[Hit]:
        """All hits of the tree."""
        self.root = module_scope(self.tree)
        self.starts = line_starts(self.source)
        self.lines = self._trigger_lines()
        self.is_setup = self.path.rsplit("/", 1)[-1] in _SETUP_FILES
        self.uses_triton = b"triton" in self.triggers.words
        self._body(self.tree.body, self.root, _NOTHING, False)
        self.root.release()
        return self.hits

    def _trigger_lines(self) -> list[int]:
        """Lines that hold a word of a rule, or a name bound to something a rule is about."""
        words = set(self.triggers.words)
        pending = [self.root]
        while pending:
            scope = pending.pop()
            pending.extend(scope.inner.values())
            for name in scope.bindings:
                if self._is_alias(name, scope):
                    words.add(name.encode())
        lines: set[int] = set()
        if words:
            pattern = re.compile(b"|".join(re.escape(word) for word in sorted(words)))
            lines.update(line_at(self.starts, found.start()) for found in pattern.finditer(self.source))
        for places in self.triggers.patterns:
            lines.update(line_at(self.starts, found.start()) for found in places.finditer(self.source))
        return sorted(lines)

    def _is_alias(self, name: str, scope: Scope) -> bool:
        """Whether a name stands for something a rule is about, or for a device or back end."""
        for value in scope.bindings[name]:
            if value is None:
                continue
            dotted = value if isinstance(value, str) else None
            if isinstance(value, ast.Attribute | ast.Name) or (
                isinstance(value, ast.Call)
                and isinstance(value.func, ast.Name)
                and value.func.id == "getattr"
            ):
                dotted = scope.dotted(value)
            if dotted is not None and "." in dotted and self._is_worth_following(dotted):
                return True
            if isinstance(value, ast.Constant | ast.IfExp | ast.JoinedStr | ast.BinOp):
                text = first_literal(value)
                if text is not None and text.startswith(("cuda", "nccl")):
                    return True
        return False

    def _is_worth_following(self, dotted: str) -> bool:
        if self.index.is_interesting(dotted):
            return dotted.rpartition(".")[2] not in ("nn", "functional", "utils")
        return self.index.name_rule(dotted) is not None

    def _has_trigger(self, first: int, last: int) -> bool:
        if self.is_setup:
            return True
        place = bisect_left(self.lines, first)
        return place < len(self.lines) and self.lines[place] <= last

    def _body(self, body: Statements, scope: Scope, handled: frozenset[str], optional: bool) -> None:
        for statement in body:
            first = statement.lineno
            decorators = getattr(statement, "decorator_list", None)
            if decorators:
                first = min(first, decorators[0].lineno)
            if self._has_trigger(first, statement.end_lineno or first):
                self._statement(statement, scope, handled, optional)
            if isinstance(statement, ast.If):
                handled = handled | _handled_after(statement)

    def _statement(self, statement: ast.stmt, scope: Scope, handled: frozenset[str], optional: bool) -> None:
        match statement:
            case ast.If():
                self._if(statement, scope, handled, optional, _NOTHING)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(statement, scope, handled, optional)
            case ast.ClassDef():
                self._class(statement, scope, handled, optional)
            case ast.Try() | ast.TryStar():
                tolerant = any(_tolerates_absence(handler) for handler in statement.handlers)
                self._body(statement.body, scope, handled, optional or tolerant)
                for handler in statement.handlers:
                    self._body(handler.body, scope, handled, optional)
                self._body(statement.orelse, scope, handled, optional)
                self._body(statement.finalbody, scope, handled, optional)
            case ast.For() | ast.AsyncFor():
                self._expressions((statement.target, statement.iter), scope, handled)
                self._body(statement.body, scope, handled, optional)
                self._body(statement.orelse, scope, handled, optional)
            case ast.While():
                self._expressions((statement.test,), scope, handled)
                self._body(statement.body, scope, handled, optional)
                self._body(statement.orelse, scope, handled, optional)
            case ast.With() | ast.AsyncWith():
                self._expressions((item.context_expr for item in statement.items), scope, handled)
                self._body(statement.body, scope, handled, optional)
            case ast.Match():
                self._match(statement, scope, handled, optional)
            case ast.Import() | ast.ImportFrom():
                self._import(statement, handled, optional)
            case ast.Expr() if isinstance(statement.value, ast.Constant):
                pass
            case _:
                self._assignment(statement, scope, handled)
                self._expressions((statement,), scope, handled)

    def _if(
        self, statement: ast.If, scope: Scope, handled: frozenset[str], optional: bool, chain: frozenset[str]
    ) -> None:
        later = chain | _chain_ecosystems(statement.orelse)
        body, rest = branch_handling(statement.test, later)
        self._expressions((statement.test,), scope, handled | later)
        asks = expression_words(statement.test)
        available = optional or bool(asks & {"available", "installed", "has", "have", "support", "supported"})
        self._body(statement.body, scope, handled | body, available)
        if len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
            self._if(statement.orelse[0], scope, handled | rest, optional, rest - _ALL)
        else:
            self._body(statement.orelse, scope, handled | rest, optional)

    def _match(self, statement: ast.Match, scope: Scope, handled: frozenset[str], optional: bool) -> None:
        self._expressions((statement.subject,), scope, handled)
        literals = [
            node.value
            for case in statement.cases
            for node in ast.walk(case.pattern)
            if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant)
        ]
        beside = named_beside([node for node in literals if isinstance(node.value, str)])
        for literal in literals:
            self._compared(literal, handled | beside)
        for case in statement.cases:
            self._body(case.body, scope, handled | beside, optional)

    def _function(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        scope: Scope,
        handled: frozenset[str],
        optional: bool,
    ) -> None:
        inner = scope.inner.get(function, scope)
        kernel = isinstance(function, ast.FunctionDef) and any(
            triton.is_jit(decorator, scope) for decorator in function.decorator_list
        )
        if kernel and isinstance(function, ast.FunctionDef):
            size = (function.end_lineno or function.lineno) - function.lineno + 1
            self._hit(triton.kernel_rule(function, inner), function.lineno, function.name, handled, size=size)
        self._expressions(function.decorator_list, scope, handled)
        self._defaults(function.args, scope, handled)
        if ecosystems_of(function.name) and not words_of(function.name) & {"cuda", "gpu"}:
            handled = handled | _ALL
        self._body(function.body, inner, handled, optional)
        if is_device_name(function.name) or "get_device" in function.name:
            self._returned_devices(function, inner, handled)

    def _returned_devices(
        self, function: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, handled: frozenset[str]
    ) -> None:
        for statement in statements_in(function.body):
            value = statement.value if isinstance(statement, ast.Return) else None
            if isinstance(value, ast.Constant | ast.IfExp | ast.JoinedStr):
                covered = handled | self._covering(function.body, value.lineno)
                self._devices(device_literals(value, scope), covered)

    def _covering(self, body: Statements, line: int) -> frozenset[str]:
        """Say what the `if` branches around a line are handled for."""
        handled = _NOTHING
        for statement in body:
            if isinstance(statement, ast.If):
                handled |= _handled_after(statement) if (statement.end_lineno or 0) < line else _NOTHING
            if not statement.lineno <= line <= (statement.end_lineno or statement.lineno):
                continue
            if isinstance(statement, ast.If):
                inside, rest = branch_handling(statement.test, _chain_ecosystems(statement.orelse))
                in_body = line <= (statement.body[-1].end_lineno or 0)
                part = statement.body if in_body else statement.orelse
                return handled | (inside if in_body else rest) | self._covering(part, line)
            for name in ("body", "orelse", "finalbody"):
                handled |= self._covering(getattr(statement, name, None) or [], line)
        return handled

    def _class(self, node: ast.ClassDef, scope: Scope, handled: frozenset[str], optional: bool) -> None:
        self._expressions(
            (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)), scope, handled
        )
        inner = scope.inner.get(node, scope)
        if any((scope.dotted(base) or "").endswith("autograd.Function") for base in node.bases):
            self._autograd(node, inner, handled)
        self._body(node.body, inner, handled, optional)

    def _autograd(self, node: ast.ClassDef, scope: Scope, handled: frozenset[str]) -> None:
        """Hit a `torch.autograd.Function` that calls a compiled extension."""
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                module = (scope.dotted(call.func) or "").rpartition(".")[0]
                if module and (_EXTENSION.search(module) or module.rpartition(".")[2] in ("_C", "_ext")):
                    self._hit("py-autograd-function-kernel", node.lineno, node.name, handled)
                    return

    def _defaults(self, arguments: ast.arguments, scope: Scope, handled: frozenset[str]) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = list(
            zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
        )
        pairs += [
            (arg, value)
            for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if value
        ]
        for argument, value in pairs:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                self._devices(device_literals(value, scope), handled)
                if value.value == "nccl":
                    self._hit("py-nccl-backend", value.lineno, argument.arg, handled, node=value)
            elif is_device_name(argument.arg):
                self._devices(device_literals(value, scope), handled)
            self._expressions((value,), scope, handled)

    def _assignment(self, statement: ast.stmt, scope: Scope, handled: frozenset[str]) -> None:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            return
        for name, part in (pair for target in targets for pair in _assigned(target, value)):
            if is_device_name(name):
                self._devices(device_literals(part, scope), handled)
            if is_backend_name(name):
                self._backends(part, scope, handled)
            if self.is_setup and name is not None and ("require" in name or "depend" in name):
                self._requirements(part, handled)

    def _import(
        self, statement: ast.Import | ast.ImportFrom, handled: frozenset[str], optional: bool
    ) -> None:
        if isinstance(statement, ast.Import):
            names = [alias.name for alias in statement.names]
        else:
            base = "." * statement.level + (statement.module or "")
            joint = "" if base.endswith(".") else "."
            names = [f"{base}{joint}{alias.name}" for alias in statement.names]
        for name in names:
            self._imported(name, statement.lineno, handled, optional)

    def _imported(self, name: str, line: int, handled: frozenset[str], optional: bool) -> None:
        if name.split(".", 1)[0] in self.own:
            name = "." + name
        rule = self.index.import_rule(name)
        if rule is None and not name.startswith(".") and not self.index.is_interesting(name + "."):
            rule = self.index.name_rule(name)
        if rule is None:
            parts = name.split(".")
            rule = next((self.index.modules[part] for part in parts if part in self.index.modules), None)
            if rule is None:
                rule = _compiled_or_switch(parts, self.own)
        if rule is not None:
            self._hit(rule, line, name.lstrip("."), handled, optional=optional)

    def _expressions(self, roots: Iterable[ast.AST], scope: Scope, handled: frozenset[str]) -> None:
        pending: list[tuple[ast.AST, frozenset[str]]] = [(root, handled) for root in roots]
        while pending:
            node, covered = pending.pop()
            match node:
                case ast.Call():
                    self._call(node, scope, covered)
                case ast.Compare():
                    self._compare(node, scope, covered)
                case ast.Attribute():
                    rest = self._attribute(node, scope, covered)
                    if rest is not None:
                        pending.append((rest, covered))
                    continue
                case ast.Name():
                    self._name(node, scope, covered)
                    continue
                case ast.Dict():
                    self._dict(node, scope, covered)
                case ast.Subscript():
                    self._subscript(node, covered)
                case ast.Constant():
                    self._constant(node, covered)
                    continue
                case ast.IfExp():
                    inside, rest_covered = branch_handling(node.test, _NOTHING)
                    self._devices(device_choice(node), covered | (inside & rest_covered))
                    pending.append((node.test, covered))
                    pending.append((node.body, covered | inside))
                    pending.append((node.orelse, covered | rest_covered))
                    continue
                case ast.JoinedStr():
                    pending.extend(
                        (part.value, covered) for part in node.values if isinstance(part, ast.FormattedValue)
                    )
                    continue
                case _:
                    pass
            pending.extend((child, covered) for child in children(node))

    def _attribute(self, node: ast.Attribute, scope: Scope, handled: frozenset[str]) -> ast.expr | None:
        """Hits of an attribute chain; returns what is left below it to look at."""
        dotted = scope.dotted(node)
        if dotted is not None:
            if not self._resolved(dotted, node, handled):
                self._plain_attribute(node, handled)
            return None
        self._plain_attribute(node, handled)
        below: ast.expr = node.value
        while isinstance(below, ast.Attribute):
            self._plain_attribute(below, handled)
            below = below.value
        return below

    def _plain_attribute(self, node: ast.Attribute, handled: frozenset[str]) -> None:
        if isinstance(node.value, ast.Name | ast.Attribute) and _last_name(node.value) in ABSTRACTION_WORDS:
            return
        rule = self.index.attributes.get(node.attr)
        if rule is None and (node.attr in SWITCH_FLAGS or is_switch_member(node.attr)):
            rule = "py-device-switch"
        if rule is not None:
            self._hit(rule, node.end_lineno or node.lineno, node.attr, handled)

    def _name(self, node: ast.Name, scope: Scope, handled: frozenset[str]) -> None:
        if isinstance(node.ctx, ast.Load):
            found = scope.look_up(node.id)
            if found is not None and any(isinstance(value, str) for value in found[1]):
                dotted = scope.dotted(node)
                if dotted is not None and not dotted.startswith("."):
                    self._resolved(dotted, node, handled)

    def _resolved(self, dotted: str, node: ast.expr, handled: frozenset[str]) -> bool:
        if dotted.split(".", 1)[0] in self.own:
            return False
        rule = self.index.name_rule(dotted)
        if rule is None:
            return False
        self._hit(rule, node.end_lineno or node.lineno, dotted, handled)
        return True

    def _call(self, call: ast.Call, scope: Scope, handled: frozenset[str]) -> None:
        last = _last_name(call.func)
        dotted = scope.dotted(call.func)
        self._argument_patterns(call, dotted, last, scope, handled)
        for keyword in call.keywords:
            if keyword.arg is not None:
                self._keyword(keyword.arg, keyword.value, scope, handled)
        self._method(call, dotted, last, scope, handled)
        for argument in call.args:
            if is_comparer(call):
                self._compared(argument, handled)
            elif last not in NOT_DEVICE_CALLS and isinstance(argument, _TEXTUAL):
                self._positional(argument, last, scope, handled)
        if last in _DECLARERS:
            self._declared(call, scope, handled)
        if is_command_call(last):
            self._command(call, handled)
        if last in ("import_module", "__import__"):
            for text, node in (pair for argument in call.args[:1] for pair in scope.strings(argument)):
                self._imported(text, node.lineno, handled, False)
        self._special_calls(call, dotted, last, scope, handled)
        if is_switch_call(last) and self._is_own(dotted) and not _is_abstraction(call.func):
            self._hit("py-device-switch", call.func.end_lineno or call.lineno, last, handled)

    def _is_own(self, dotted: str | None) -> bool:
        """Whether a name is of the scanned project, or of nothing known."""
        return dotted is None or dotted.startswith(".") or dotted.split(".", 1)[0] in self.own

    def _argument_patterns(
        self, call: ast.Call, dotted: str | None, last: str, scope: Scope, handled: frozenset[str]
    ) -> None:
        for pattern in (*self.index.arguments_by_last.get(last, ()), *self.index.arguments_of_any):
            if pattern.fits_call(dotted, last):
                found = pattern.find(call, scope)
                if found is not None and id(found) not in self.taken:
                    self._hit(pattern.rule, found.lineno, last, handled, node=found)

    def _keyword(self, name: str, value: ast.expr, scope: Scope, handled: frozenset[str]) -> None:
        rule = self.index.keywords.get(name)
        if rule is not None and not (isinstance(value, ast.Constant) and value.value in (False, None)):
            self._hit(rule, value.lineno, name, handled)
        if is_device_name(name):
            self._devices(device_literals(value, scope), handled)
            if (
                isinstance(value, ast.Constant)
                and type(value.value) is int
                and name in ("device", "device_id")
            ):
                self._hit("py-int-device-index", value.lineno, name, handled)
        if is_backend_name(name):
            self._backends(value, scope, handled)
        if self.is_setup and "require" in name:
            self._requirements(value, handled)

    def _requirements(self, value: ast.expr, handled: frozenset[str]) -> None:
        """Packages in the lists of a setup file."""
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < _LONG:
                rule = _required(node.value)
                if rule is not None:
                    self._hit(rule, node.lineno, node.value, handled, node=node)

    def _method(
        self, call: ast.Call, dotted: str | None, last: str, scope: Scope, handled: frozenset[str]
    ) -> None:
        if not isinstance(call.func, ast.Attribute):
            self._called_alias(call.func, dotted, scope, handled)
            rule = self.index.calls.get(last)
            if rule is not None and (dotted is None or self.index.name_rule(dotted) is None):
                self._hit(rule, call.lineno, last, handled)
            return
        line = call.func.end_lineno or call.lineno
        known = dotted is not None and self.index.name_rule(dotted) is not None
        rule = self.index.methods.get(last) or self.index.calls.get(last)
        root = dotted.split(".", 1)[0] if dotted else ""
        if rule is not None and not known and not (dotted and root in ("torch", "numpy", "np", "tf", "jax")):
            self._hit(rule, line, last, handled)
        if last == "to" and call.args:
            first = call.args[0]
            if isinstance(first, ast.Constant) and type(first.value) is int:
                self._hit("py-int-device-index", first.lineno, "to", handled)

    def _called_alias(
        self, function: ast.expr, dotted: str | None, scope: Scope, handled: frozenset[str]
    ) -> None:
        """A call of a variable that holds a function of the rules."""
        found = scope.look_up(function.id) if isinstance(function, ast.Name) else None
        if dotted is not None and found is not None and not any(isinstance(value, str) for value in found[1]):
            self._resolved(dotted, function, handled)

    def _positional(self, argument: ast.expr, last: str, scope: Scope, handled: frozenset[str]) -> None:
        if isinstance(argument, ast.Name | ast.Call) and not (
            last in ("to", "device", "to_empty") or is_device_name(last)
        ):
            return
        self._devices(device_literals(argument, scope), handled)

    def _declared(self, call: ast.Call, scope: Scope, handled: frozenset[str]) -> None:
        """Options of a command line, fields and test parameters that are devices or back ends."""
        texts = [
            arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        for keyword in call.keywords:
            if keyword.arg in ("default", "choices"):
                self._devices(device_literals(keyword.value, scope), handled)
                self._backends(keyword.value, scope, handled)
        if any(is_device_name(text) for text in texts):
            for argument in call.args[1:]:
                self._devices(device_literals(argument, scope), handled)

    def _command(self, call: ast.Call, handled: frozenset[str]) -> None:
        for argument in call.args[:1]:
            for node in ast.walk(argument):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    word = command_word(node.value, self.index.commands, whole=False)
                    if word is not None:
                        self._hit(self.index.commands[word], node.lineno, word, handled, node=node)

    def _special_calls(
        self, call: ast.Call, dotted: str | None, last: str, scope: Scope, handled: frozenset[str]
    ) -> None:
        if last in (
            "impl",
            "Library",
            "register_kernel",
            "dispatch",
            "fallthrough",
            "custom_op",
            "register_autocast",
        ):
            for value in (*call.args, *(word.value for word in call.keywords)):
                if isinstance(value, ast.Constant) and value.value in ("CUDA", "cuda", "AutogradCUDA"):
                    self._hit("py-torch-library-cuda-key", value.lineno, last, handled, node=value)
        if last == "set_default_tensor_type":
            for text, node in (pair for argument in call.args for pair in scope.strings(argument)):
                if "cuda" in text:
                    rule = "py-double-tensor" if "DoubleTensor" in text else "py-default-tensor-type"
                    self._hit(rule, node.lineno, text, handled)
        if self.uses_triton:
            self._triton_call(call, dotted, scope, handled)

    def _triton_call(self, call: ast.Call, dotted: str | None, scope: Scope, handled: frozenset[str]) -> None:
        if dotted == "triton.autotune":
            self._hit("py-triton-autotune", call.lineno, f"autotune@{call.lineno}", handled)
        tuned = [
            word for word in call.keywords if word.arg in ("num_warps", "num_stages", "num_ctas", "maxnreg")
        ]
        launches = isinstance(call.func, ast.Subscript)
        if tuned and (launches or dotted == "triton.Config"):
            self._hit("py-triton-num-warps", tuned[0].value.lineno, str(tuned[0].arg), handled)
        if dotted == "triton.Config" and triton.is_large_block(call):
            self._hit("py-triton-block-size", call.lineno, "Config", handled)
        if launches and triton.is_deep_grid(call, scope):
            self._hit("py-triton-grid-large", call.lineno, "grid", handled)

    def _compare(self, compare: ast.Compare, scope: Scope, handled: frozenset[str]) -> None:
        literals = list(compared_literals(compare))
        beside = handled | named_beside(literals)
        for literal in literals:
            self._compared(literal, beside)
        for side in (compare.left, *compare.comparators):
            if isinstance(side, ast.Name):
                for text, node in scope.strings(side):
                    if text == "nccl" and isinstance(node, ast.Constant):
                        self._hit("py-nccl-string-compare", compare.lineno, "compare", beside)

    def _compared(self, literal: ast.expr, handled: frozenset[str]) -> None:
        text = literal.value if isinstance(literal, ast.Constant) else None
        if not isinstance(text, str) or id(literal) in self.taken:
            return
        if text.split(":")[0] == "cuda":
            self._hit("py-device-string-compare", literal.lineno, "compare", handled, node=literal)
        elif text == "nccl":
            self._hit("py-nccl-string-compare", literal.lineno, "compare", handled, node=literal)

    def _dict(self, node: ast.Dict, scope: Scope, handled: frozenset[str]) -> None:
        keys = [key for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        beside = handled | named_beside(keys)
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self._compared(key, beside)
                if is_device_name(key.value):
                    self._devices(device_literals(value, scope), handled)
                if is_backend_name(key.value):
                    self._backends(value, scope, handled)

    def _subscript(self, node: ast.Subscript, handled: frozenset[str]) -> None:
        if isinstance(node.slice, ast.Constant):
            self._compared(node.slice, handled)

    def _constant(self, node: ast.Constant, handled: frozenset[str]) -> None:
        text = node.value
        if not isinstance(text, str) or not text or id(node) in self.taken:
            return
        rule = self.index.strings.get(text)
        if rule is None and len(text) < 200:
            tables = (self.index.environment_beginnings, self.index.string_beginnings)
            rule = next((found for table in tables for start, found in table if text.startswith(start)), None)
            if rule is not None and " " in text.strip() and not text.startswith("-"):
                rule = None
        if rule is None:
            word = command_word(text, self.index.commands, whole=True) if len(text) < 400 else None
            rule = self.index.commands[word] if word is not None and _is_command_line(text) else None
        if rule is None:
            rule = self._library_or_source(text)
        if rule is not None:
            self._hit(rule, node.lineno, text[:60].split("\n")[0], handled, node=node)

    def _library_or_source(self, text: str) -> str | None:
        if "__global__" in text and "{" in text:
            return "py-cuda-source-string"
        if len(text) < 200:
            found = _LIBRARY_FILE.search(text)
            if found is not None:
                return "py-pynccl" if found[1] == "nccl" else "py-ctypes-cuda"
        return None

    def _devices(self, nodes: Iterable[ast.expr], handled: frozenset[str]) -> None:
        for node in nodes:
            if id(node) not in self.taken:
                self._hit("py-device-string", node.lineno, "cuda", handled, node=node)

    def _backends(self, value: ast.expr, scope: Scope, handled: frozenset[str]) -> None:
        parts = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else [value]
        for part in parts:
            for text, node in scope.strings(part):
                if "nccl" in text and " " not in text and id(node) not in self.taken:
                    self._hit("py-nccl-backend", node.lineno, "backend", handled, node=node)

    def _hit(
        self,
        rule: str,
        line: int,
        symbol: str,
        handled: frozenset[str],
        *,
        node: ast.AST | None = None,
        optional: bool = False,
        size: int = 0,
    ) -> None:
        if node is not None:
            self.taken.add(id(node))
        self.hits.append(Hit(self.path, line + self.offset, rule, symbol, size, handled, optional))


def statements_in(body: Statements) -> Iterator[ast.stmt]:
    """All statements of a body, those inside others included."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            pending.extend(getattr(node, name, ()))


def _compiled_or_switch(parts: list[str], own: frozenset[str]) -> str | None:
    """Rule of an import of a compiled `*_cuda` module, or of a helper such as `require_cuda`."""
    if len(parts) == 1:
        return "py-extension-module" if _EXTENSION.search(parts[0]) else None
    if parts[0] and parts[0] not in own:
        return None
    if is_switch_call(parts[-1]) and _HELPER.match(parts[-1]):
        return "py-device-switch"
    return "py-extension-module" if _EXTENSION.search(parts[-1]) else None


def _required(text: str) -> str | None:
    """Rule of a string in a setup file that is a requirement with a version, or a bare name of a package."""
    name, extras, _, _ = parse_requirement(text)
    return None if name is None or "/" in text else build_rules().requirement_rule(name, extras)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str | None, ast.expr]]:
    """Names that an assignment binds, each with its value; tuples of one length are taken apart."""
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        if len(target.elts) == len(value.elts):
            for part, inner in zip(target.elts, value.elts, strict=True):
                yield from _assigned(part, inner)
    else:
        yield name_of(target), value


def _is_abstraction(function: ast.expr) -> bool:
    """Whether a method is of an object that stands for whatever platform runs."""
    return isinstance(function, ast.Attribute) and _last_name(function.value) in ABSTRACTION_WORDS


def _is_command_line(text: str) -> bool:
    """Whether a string is only a command and its options, not a sentence about it."""
    words = text.split()
    return len(words) == 1 or all(
        word.startswith(("-", "/", "|")) or "=" in word or word.islower() for word in words[1:3]
    )


def _tolerates_absence(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches a missing module and goes on."""
    if handler.body and isinstance(handler.body[-1], ast.Raise):
        return False
    kind = handler.type
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(_last_name(part) in _TARGET_IMPORT_OK for part in kinds)


def _chain_ecosystems(orelse: Statements) -> frozenset[str]:
    """Ecosystems that the later branches of an `if` chain test for."""
    found = _NOTHING
    while len(orelse) == 1 and isinstance(orelse[0], ast.If):
        words = " ".join(sorted(expression_words(orelse[0].test)))
        found |= ecosystems_of(words)
        orelse = orelse[0].orelse
    return found


def _handled_after(statement: ast.If) -> frozenset[str]:
    """Ecosystems that never reach what follows an `if`, because its body leaves."""
    if not statement.body or not isinstance(
        statement.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break
    ):
        return _NOTHING
    if isinstance(statement.body[-1], ast.Raise):
        return _NOTHING
    return branch_handling(statement.test, _NOTHING)[1] - _ALL
