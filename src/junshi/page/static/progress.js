// Progress of a run while it works: steps or time, proven bound, gap, and what remains.
import { events, post } from "./api.js";
import { byId, h } from "./dom.js";
import { guarded } from "./notice.js";
import { duration, percent, short } from "./numbers.js";
import { t } from "./text.js";

const ENDS = new Set(["finished", "stopped", "failed", "interrupted"]);

/** Show the progress of a run until it ends, then call `onEnd()`. */
export function follow(run, onEnd) {
  const place = byId("progress");
  const parts = build(run);
  place.replaceChildren(byId("progress-heading"), ...parts.elements);
  place.hidden = false;
  parts.update(run.progress ?? {}, run.status);
  const stream = events(run.id);
  let ended = false;
  const take = (event) => {
    const progress = JSON.parse(event.data);
    parts.update(progress, progress.status ?? "running");
    if (!ENDS.has(progress.status) || ended) return;
    ended = true;
    stream.close();
    place.hidden = true;
    onEnd();
  };
  stream.addEventListener("message", take);
  stream.addEventListener("progress", take);
  stream.addEventListener("end", take);
  return () => stream.close();
}

function build(run) {
  const state = h("p", { class: "state", role: "status" });
  const bar = h("progress", { max: 1, "aria-label": t("progress_heading") });
  const figures = h("dl", { class: "figures" });
  const cancel = h("button", { type: "button", onclick: guarded(stop) }, t("cancel"));
  async function stop() {
    cancel.disabled = true;
    cancel.textContent = t("stopping");
    await post(`runs/${run.id}/cancel`);
  }
  const update = (progress, status) => {
    if (status === "running" || !state.textContent) state.textContent = sentence(progress, status);
    if (status === "queued") state.textContent = sentence(progress, status);
    const share = shareDone(progress);
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    figures.replaceChildren(...rows(progress));
  };
  return { elements: [state, bar, figures, h("div", { class: "actions" }, cancel, run.kind === "plan" && h("span", { class: "hint" }, t("cancel_hint")))], update };
}

function sentence(progress, status) {
  if (status === "queued") return progress.ahead ? t("queued_behind", { count: progress.ahead }) : t("queued");
  return Number.isFinite(progress.steps) && progress.steps > 0 ? t("step_of", { step: progress.step ?? 0, steps: progress.steps }) : t("planning");
}

function shareDone({ seconds, remaining, step, steps }) {
  if (Number.isFinite(steps) && steps > 0) return Math.min(1, (step ?? 0) / steps);
  if (Number.isFinite(remaining) && Number.isFinite(seconds) && seconds + remaining > 0) return seconds / (seconds + remaining);
  return null;
}

function rows({ lower_bound: bound, gap, seconds, remaining, iteration }) {
  const pairs = [
    ["progress_bound", Number.isFinite(bound) && short(bound)],
    ["progress_gap", Number.isFinite(gap) && percent(gap)],
    ["progress_iteration", Number.isFinite(iteration) && String(iteration)],
    ["progress_elapsed", Number.isFinite(seconds) && duration(seconds)],
    ["progress_remaining", Number.isFinite(remaining) && t("at_most", { time: duration(remaining) })],
  ];
  return pairs.filter(([, value]) => value).map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value)));
}
