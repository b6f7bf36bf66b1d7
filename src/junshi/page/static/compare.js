// Two runs side by side: what went in, what came out, and where they part.
import { get } from "./api.js";
import { byId, fill, h } from "./dom.js";
import { guarded } from "./notice.js";
import { pictureOf } from "./picture.js";
import { sheetTable } from "./sheets.js";
import { showSource } from "./sources.js";
import { short, when } from "./numbers.js";
import { named, t } from "./text.js";

const HAS_RESULT = new Set(["finished", "stopped"]);
const chosen = new URLSearchParams(location.search);

const isEmpty = (sheet) => sheet.rows.length === 0;

const start = guarded(async () => {
  const runs = (await get("runs")).filter((run) => HAS_RESULT.has(run.status));
  const sides = ["left", "right"].map((side) => picker(side, runs));
  fill(byId("choice"), sides);
  await show();
});

function picker(side, runs) {
  const id = `pick-${side}`;
  const select = h(
    "select",
    { id, name: side },
    h("option", { value: "" }, t("pick_run")),
    runs.map((run) => h("option", { value: run.id, selected: run.id === chosen.get(side) }, label(run))),
  );
  select.addEventListener("change", () => {
    chosen.set(side, select.value);
    history.replaceState(null, "", `?${chosen}`);
    show();
  });
  return h("div", { class: "field" }, h("label", { for: id }, t(`compare_${side}`)), select);
}

const label = (run) => `${run.title || run.id} · ${named("kind", run.kind)} · ${when(run.created)}`;

const show = guarded(async () => {
  const place = byId("result");
  const [left, right] = [chosen.get("left"), chosen.get("right")];
  if (!left || !right) return fill(place, h("p", { class: "hint" }, t("compare_choose")));
  const found = await get(`compare?left=${encodeURIComponent(left)}&right=${encodeURIComponent(right)}`);
  return fill(place, advice(found), inputs(found.inputs), decisions(found), pictures(found));
});

function inputs(rows) {
  const sheet = {
    title: t("compare_inputs"),
    columns: ["compare_input", "compare_left", "compare_right"].map((key) => ({ name: t(key) })),
    rows: rows.map((row) => [row.name || row.path, text(row.left), text(row.right)]),
  };
  return h("section", { class: "inputs" }, h("h2", {}, t("compare_inputs_question")), rows.length === 0 ? h("p", {}, t("compare_same_inputs")) : sheetTable(sheet));
}

/** A value as people read it; a whole row is only said to be there. */
function text(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return short(value);
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (!Array.isArray(value)) return typeof value === "object" ? value.note || t("compare_present") : String(value);
  if (value.every((one) => typeof one === "number")) return value.map(short).join(", ");
  return value.map((one) => (typeof one === "object" ? one.id ?? one.accelerator ?? one.ecosystem ?? "…" : one)).join(", ");
}

const advice = ({ advice: [first, ...rest] }) =>
  first && h("section", { class: "advice" }, h("p", { class: "first" }, first), rest.map((line) => h("p", {}, line)));

function decisions({ decisions: sheets }) {
  const ask = (number, element) => showSource(number, element);
  return h("section", {}, h("h2", {}, t("compare_decisions_question")), (sheets ?? []).filter((sheet) => !isEmpty(sheet)).map((sheet) => sheetTable(sheet, ask)));
}

function pictures({ figures }) {
  if (!figures?.length) return null;
  return h("section", {}, h("h2", {}, t("compare_pictures")), figures.map((figure) => pictureOf(figure, {})));
}

start();
