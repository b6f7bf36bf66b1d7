"""A playbook as sentences, tables and an object."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

from junshi.insight.playbook import Action, Chapter, When
from junshi.insight.triggers import Condition, Rule, Trigger
from junshi.plan.instance import PlanInstance
from junshi.show.figure import Branch, Figure, Lines, Panel, Series, Tree
from junshi.show.insight_report import Report
from junshi.show.numbers import currency_name, money, percent, units
from junshi.show.palette import FAMILIES
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word
from junshi.terms import Ramp, Regime
from junshi.text import say

MOST_ACTIONS = 4
MOST_RULES = 8


def playbook_report(instance: PlanInstance, chapters: Sequence[Chapter], rules: Sequence[Rule]) -> Report:
    """Everything that `junshi playbook` shows."""
    next_quarter = [chapter for chapter in chapters if chapter.stage == 1]
    lines = [chapter_line(instance, chapter) for chapter in next_quarter]
    lines += [line for rule in rules[:MOST_RULES] for line in rule_lines(rule)[:1]]
    if rules:
        fidelity = sum(rule.fidelity for rule in rules) / len(rules)
        baseline = sum(rule.baseline for rule in rules) / len(rules)
        lines.append(say("insight.play_fidelity", fidelity=percent(fidelity), baseline=percent(baseline)))
    figures: list[Figure] = []
    if next_quarter:
        figures.append(chapters_tree(instance, next_quarter))
    if chapters:
        figures.append(worth_figure(instance, chapters))
    figures += [trigger_tree(rules)] if rules else []
    return Report(
        "playbook",
        tuple(lines),
        (chapters_sheet(instance, next_quarter), rules_sheet(rules)),
        tuple(figures),
        playbook_record(instance, chapters, rules),
    )


def chapter_line(instance: PlanInstance, chapter: Chapter) -> str:
    """What to do first when a regime comes."""
    worthy = [one for one in chapter.actions if one.worth > 0 and one.when is not When.YEAR]
    parts = [action_words(one) for one in sorted(worthy, key=lambda one: -one.worth)[:MOST_ACTIONS]]
    actions = "; ".join(parts) or say("insight.play_nothing")
    quarter, regime = instance.quarters[chapter.stage], word(chapter.regime)
    if math.isnan(chapter.odds):
        return say("insight.play_stay", regime=regime, quarter=quarter, actions=actions)
    return say(
        "insight.play_chapter", regime=regime, quarter=quarter, odds=percent(chapter.odds), actions=actions
    )


def deed_words(one: Action | Rule) -> str:
    """Thing to do, without its amount."""
    return say(
        f"insight.deed_{one.deed.value}",
        accelerator=one.accelerator,
        workload=one.workload,
        ecosystem=one.ecosystem,
    )


def action_words(action: Action) -> str:
    """Thing to do, with its amount."""
    is_share = bool(action.workload)
    amount = percent(action.amount) if is_share else units(action.amount)
    return say("insight.deed_amount", deed=deed_words(action), amount=amount)


def chapters_sheet(instance: PlanInstance, chapters: Sequence[Chapter]) -> Sheet:
    """Actions of the next quarter's chapters."""
    currency = instance.currency
    columns = (
        Column(say("insight.change")),
        Column(say("insight.when")),
        Column(say("insight.action")),
        Column(say("insight.worth"), is_number=True),
    )
    rows = []
    for chapter in chapters:
        for when in When:
            same = [one for one in chapter.actions if one.when is when][:MOST_ACTIONS]
            rows += [
                (
                    word(chapter.regime),
                    say(f"insight.when_{when.value}"),
                    action_words(one),
                    money(one.worth, currency),
                )
                for one in same
            ]
    quarter = instance.quarters[1] if instance.stages > 1 else instance.quarters[0]
    return Sheet(
        say("insight.title_playbook", quarter=quarter), columns, tuple(rows), say("insight.note_playbook")
    )


def chapters_tree(instance: PlanInstance, chapters: Sequence[Chapter]) -> Tree:
    """Regimes of the next quarter, then how soon, then what to do with its worth."""
    quarter = instance.quarters[chapters[0].stage]
    return Tree(
        "playbook-next",
        say("view.figure_next", quarter=quarter),
        Branch(
            say("view.tree_root", quarter=quarter), "", tuple(_chapter(instance, one) for one in chapters)
        ),
        (say("insight.change"), say("insight.when"), say("insight.action")),
    )


def _chapter(instance: PlanInstance, chapter: Chapter) -> Branch:
    """One regime."""
    regime = word(chapter.regime)
    if not math.isnan(chapter.odds):
        regime = say("view.tree_regime", regime=regime, odds=percent(chapter.odds))
    times = []
    for when in When:
        same = [one for one in chapter.actions if one.when is when and one.worth > 0][:MOST_ACTIONS]
        deeds = tuple(
            Branch(action_words(one), say("view.tree_worth", worth=money(one.worth, instance.currency)))
            for one in same
        )
        if deeds:
            times.append(Branch(say(f"insight.when_{when.value}"), "", deeds))
    return Branch(regime, "", tuple(times) or (Branch(say("insight.play_nothing")),))


def trigger_tree(rules: Sequence[Rule]) -> Tree:
    """What to do, then each way to a yes with how sure it is."""
    branches = tuple(
        Branch(
            deed_words(rule),
            say("view.tree_fidelity", fidelity=percent(rule.fidelity), baseline=percent(rule.baseline)),
            tuple(
                Branch(
                    trigger_words(trigger) or say("view.tree_always"),
                    say("view.tree_certainty", certainty=percent(trigger.certainty)),
                )
                for trigger in rule.triggers
            ),
        )
        for rule in rules[:MOST_RULES]
        if rule.triggers
    )
    return Tree(
        "playbook-triggers",
        say("view.figure_triggers"),
        Branch(say("view.tree_watch"), "", branches),
        (say("insight.action"), say("insight.trigger")),
    )


def rule_lines(rule: Rule) -> list[str]:
    """Each way of a tree to a yes as a sentence."""
    lines = []
    for trigger in rule.triggers:
        deed, certainty = deed_words(rule), percent(trigger.certainty)
        if trigger.conditions:
            text = trigger_words(trigger)
            lines.append(say("insight.play_rule", deed=deed, conditions=text, certainty=certainty))
        else:
            lines.append(say("insight.play_rule_always", deed=deed, certainty=certainty))
    return [line[:1].upper() + line[1:] for line in lines]


def trigger_words(trigger: Trigger) -> str:
    """Conditions joined."""
    text = ""
    for condition in trigger.conditions:
        one = condition_words(condition)
        text = one if not text else say("insight.and", first=text, second=one)
    return text


def condition_words(condition: Condition) -> str:
    """One condition in words."""
    name, above = condition.feature, condition.above
    kind, _, value = name.partition("_")
    if kind in {"regime", "ramp", "demand"}:
        shown = _state_word(kind, value)
        return say(f"insight.feature_{kind}_{'is' if above else 'not'}", name=shown)
    side = "above" if above else "below"
    if name.startswith("ported["):
        pair = name.removeprefix("ported[").removesuffix("]").replace(",", " → ")
        return say(f"insight.feature_ported_{side}", level=percent(condition.level), pair=pair)
    shown = str(math.ceil(condition.level)) if name.startswith("quarters") else percent(condition.level)
    return say(f"insight.feature_{name}_{side}", level=shown)


def _state_word(kind: str, value: str) -> str:
    """Regime, ramp or demand level in words."""
    if kind == "regime":
        return word(Regime(value))
    return word(Ramp(value)) if kind == "ramp" else say(f"show.level_{value}")


def rules_sheet(rules: Sequence[Rule]) -> Sheet:
    """Every way to a yes of every tree."""
    columns = (
        Column(say("insight.action")),
        Column(say("insight.trigger")),
        Column(say("insight.fidelity"), is_number=True),
    )
    rows = tuple(
        (
            deed_words(rule) if place == 0 else "",
            trigger_words(trigger),
            f"{percent(rule.fidelity)} ({percent(rule.baseline)})" if place == 0 else "",
        )
        for rule in rules
        for place, trigger in enumerate(rule.triggers)
    )
    return Sheet(say("insight.title_triggers"), columns, rows, say("insight.note_triggers"))


def worth_figure(instance: PlanInstance, chapters: Sequence[Chapter]) -> Figure:
    """Worth of the first week's and quarter's actions together, by quarter of the change, a line a regime."""
    stages = sorted({chapter.stage for chapter in chapters})
    regimes = [regime for regime in Regime if any(chapter.regime is regime for chapter in chapters)]
    worth = {
        (chapter.stage, chapter.regime): sum(
            one.worth for one in chapter.actions if one.when is not When.YEAR
        )
        for chapter in chapters
    }
    series = tuple(
        Series(word(regime), tuple(worth.get((stage, regime), 0.0) for stage in stages), colour)
        for regime, colour in zip(regimes, FAMILIES, strict=False)
    )
    labels = tuple(instance.quarters[stage] for stage in stages)
    unit = currency_name(instance.currency)
    return Lines("playbook", say("insight.figure_playbook"), unit, labels, (Panel("", series),))


def playbook_record(
    instance: PlanInstance, chapters: Sequence[Chapter], rules: Sequence[Rule]
) -> dict[str, object]:
    """Object for machines."""
    return {
        "currency": instance.currency,
        "chapters": [
            {
                "quarter": instance.quarters[chapter.stage],
                "regime": chapter.regime.value,
                "odds": chapter.odds,
                "actions": [
                    {**asdict(one), "when": one.when.value, "deed": one.deed.value} for one in chapter.actions
                ],
            }
            for chapter in chapters
        ],
        "rules": [{**asdict(rule), "deed": rule.deed.value} for rule in rules],
    }
