// Sliders: regime odds that always sum to one, attitude to risk, growth of each workload.
import { h } from "./dom.js";
import { idOf } from "./fields.js";
import { percent } from "./numbers.js";
import { named, page, t } from "./text.js";

export const REGIMES = ["open", "licensed", "restricted", "cut_off"];
const MILLIONTH = 1e-6;

/** Slider of a share or rate at a path, with its value in words. */
function shareSlider(form, path, { label, hint, min = 0, max = 1, step = 0.05, start }) {
  const id = idOf(["slider", ...path]);
  const value = () => form.at(path) ?? start;
  const output = h("output", { for: id });
  const input = h("input", { type: "range", id, min, max, step, "aria-describedby": `${id}-hint` });
  const set = (next) => {
    input.value = next ?? start;
    say(next ?? start);
  };
  const say = (next) => {
    output.textContent = percent(next);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => say(Number(input.value)));
  input.addEventListener("change", () => form.edit(path, Number(Number(input.value).toFixed(4))));
  set(value());
  form.watch(path, set, null, input);
  return h("div", { class: "slider" }, h("label", { for: id }, label), input, output, hint && h("p", { class: "hint", id: `${id}-hint` }, hint));
}

/** Weight and tail of the risk. */
export function riskSliders(form) {
  return h(
    "div",
    { class: "sliders" },
    shareSlider(form, ["risk", "weight"], { label: t("slider_weight"), hint: t("slider_weight_hint"), start: 0 }),
    shareSlider(form, ["risk", "tail"], { label: t("slider_tail"), hint: t("slider_tail_hint"), min: 0.01, max: 0.5, step: 0.01, start: 0.1 }),
  );
}

/** Yearly growth of each workload. */
export function growthSliders(form) {
  const workloads = form.at(["workload"]) ?? [];
  return h("div", { class: "sliders" }, workloads.map((work, place) => shareSlider(form, ["workload", place, "growth_per_year"], { label: work.id, min: -0.5, max: 3, start: 0 })));
}

/** Odds from one regime to each, for a quarter; history's estimate until the reader changes it. */
export function oddsSliders(form) {
  const id = "odds-from";
  const from = h("select", { id }, REGIMES.map((regime) => h("option", { value: regime }, named("regime", regime))));
  from.value = form.memory.oddsFrom ?? form.at(["supply", "regime_now"]) ?? page.regime_now;
  const place = h("div", { class: "sliders" });
  const show = () => {
    form.memory.oddsFrom = from.value;
    place.replaceChildren(...rowOfOdds(form, from.value));
  };
  from.addEventListener("change", show);
  form.watch(["supply", "regime_odds"], show, null, place);
  show();
  return h("div", {}, h("div", { class: "field inline" }, h("label", { for: id }, t("odds_from")), from), place);
}

function rowOfOdds(form, from) {
  const path = ["supply", "regime_odds", from];
  const history = page.odds[from];
  const stated = form.at(path);
  const odds = Object.fromEntries(REGIMES.map((regime) => [regime, stated ? stated[regime] ?? 0 : history[regime]]));
  const outputs = {};
  const inputs = {};
  const say = () => {
    for (const regime of REGIMES) {
      outputs[regime].textContent = percent(odds[regime]);
      inputs[regime].value = odds[regime];
      inputs[regime].setAttribute("aria-valuetext", percent(odds[regime]));
    }
  };
  const rows = REGIMES.map((regime) => {
    const id = `odds-${from}-${regime}`;
    outputs[regime] = h("output", { for: id });
    inputs[regime] = h("input", { type: "range", id, min: 0, max: 1, step: 0.005 });
    inputs[regime].addEventListener("input", () => {
      moved(odds, regime, Number(inputs[regime].value));
      say();
    });
    inputs[regime].addEventListener("change", () => form.edit(path, whole(odds)));
    return h("div", { class: "slider" }, h("label", { for: id }, t("odds_to", { regime: named("regime", regime) })), inputs[regime], outputs[regime], h("p", { class: "hint" }, t("odds_history", { share: percent(history[regime]) })));
  });
  say();
  const back = stated && h("button", { type: "button", class: "quiet", onclick: () => form.edit(path, null) }, t("odds_back"));
  return [...rows, back].filter(Boolean);
}

/** Give one regime its odds; the others keep their proportions. */
export function moved(odds, regime, value) {
  const others = REGIMES.filter((one) => one !== regime);
  const rest = others.reduce((sum, one) => sum + odds[one], 0);
  for (const one of others) odds[one] = rest > MILLIONTH ? ((1 - value) * odds[one]) / rest : (1 - value) / others.length;
  odds[regime] = value;
}

/** Odds in millionths that sum to one exactly. */
export function whole(odds) {
  const millionths = REGIMES.map((regime) => Math.round(odds[regime] / MILLIONTH));
  const largest = millionths.indexOf(Math.max(...millionths));
  millionths[largest] += 1_000_000 - millionths.reduce((sum, one) => sum + one, 0);
  return Object.fromEntries(REGIMES.map((regime, place) => [regime, millionths[place] / 1_000_000]));
}
