// Tables that edit in place: a row a thing, the rest of its fields below it on demand.
import { h } from "./dom.js";
import { faultOf, field, idOf, removeButton, seriesInputs, summary, titleOf } from "./fields.js";
import { inputFor, unitText } from "./inputs.js";
import { blankRow, kindOf, resolved, rowSchema } from "./schema.js";
import { t } from "./text.js";

const SHOWN = {
  workload: ["id", "kind", "model", "demand", "growth_per_year", "unmet_cost_per_1e9", "critical"],
  market: ["accelerator", "price", "rental_per_hour", "max_order_per_quarter", "max_rent", "note"],
};
const PLAIN = new Set(["flag", "choice", "number", "text"]);

/** Table of the rows at a path, with buttons to add and to remove. */
export function rowsTable(form, path, schema) {
  const rows = form.at(path) ?? [];
  const row = rowSchema(schema, form.root);
  const columns = (SHOWN[path[0]] && path.length === 1 ? SHOWN[path[0]] : Object.keys(row.properties)).filter((key) => row.properties[key]);
  const hasMore = columns.length < Object.keys(row.properties).length;
  return h(
    "div",
    {},
    rows.length > 0 &&
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": titleOf(schema, path.at(-1)) },
        h(
          "table",
          { class: "cells" },
          h("thead", {}, h("tr", {}, columns.map((key) => heading(form, row, key)), h("td", {}))),
          h("tbody", {}, rows.map((value, place) => rowOf(form, [...path, place], row, columns, hasMore, value)).flat()),
        ),
      ),
    h("button", { type: "button", class: "quiet add", id: `${idOf(path)}-new`, onclick: () => add(form, path, row, rows) }, t("add_row")),
  );
}

function heading(form, row, key) {
  const schema = resolved(row.properties[key], form.root);
  const isNumber = ["number", "series", "demand"].includes(kindOf(schema, form.root));
  return h("th", { scope: "col", class: isNumber ? "number" : null, title: schema.description }, titleOf(schema, key), unitText(schema) && h("span", { class: "unit" }, unitText(schema)));
}

const nameOf = (value, place) => value.id ?? value.accelerator ?? value.ecosystem ?? String(place + 1);

function rowOf(form, path, row, columns, hasMore, value) {
  const name = nameOf(value, path.at(-1));
  const detailsId = `${idOf(path)}-more`;
  const isOpen = form.isOpen(detailsId);
  const rest = Object.keys(row.properties).filter((key) => !columns.includes(key) || !PLAIN.has(kindOf(row.properties[key], form.root)));
  const details = h("tr", { class: "row-more", id: detailsId, hidden: !isOpen });
  const build = () => {
    const inner = rest.map((key) => field(form, [...path, key], row.properties[key]));
    details.replaceChildren(h("td", { colspan: columns.length + 1 }, h("div", { class: "fields" }, inner)));
  };
  const toggle = h("button", {
    type: "button", class: "quiet", "aria-expanded": String(isOpen), "aria-controls": detailsId, "aria-label": t("more_of", { name }),
    onclick: () => {
      details.hidden = !details.hidden;
      toggle.setAttribute("aria-expanded", String(!details.hidden));
      form.setOpen(detailsId, !details.hidden);
      if (!details.hidden && details.childElementCount === 0) build();
    },
  }, t("more"));
  if (isOpen) build();
  const cells = columns.map((key, place) => cell(form, [...path, key], row.properties[key], place === 0, name));
  const last = h("td", { class: "row-tools" }, hasMore && toggle, removeButton(form, path, name));
  return hasMore ? [h("tr", {}, cells, last), details] : [h("tr", {}, cells, last)];
}

function cell(form, path, schema, isFirst, name) {
  const found = resolved(schema, form.root);
  const kind = kindOf(found, form.root);
  const label = `${titleOf(found, path.at(-1))}, ${name}`;
  if (kind === "series") return h("td", {}, seriesInputs(form, path, label));
  if (!PLAIN.has(kind) && !(kind === "demand" && typeof form.at(path) === "number")) {
    return h("td", { class: kind === "demand" ? "number" : null }, summary(form.at(path)));
  }
  const id = idOf(path);
  const fault = faultOf(form, path, id);
  const made = inputFor({
    schema: kind === "demand" ? { type: "number" } : found, root: form.root, value: form.at(path), key: path.at(-1), id, label,
    describedBy: `${id}-fault`, onValue: (value) => form.edit(path, value), onBad: fault.set,
  });
  made.element.title = form.comment(path) ?? found.description ?? "";
  form.watch(path, made.set, fault, made.element);
  return h("td", { class: isFirst ? "first" : null }, h("div", { class: "cell" }, made.element, made.echo, fault.element));
}

/** Append a row; the first one makes the list, so that it stands where lists of rows stand in the file. */
function add(form, path, row, rows) {
  const made = newRow(form, path, row, rows);
  return rows.length === 0 ? form.edit(path, [made]) : form.edit([...path, rows.length], made);
}

/** A workload begins as a copy of the last, with its own name; any other row as the smallest valid one. */
function newRow(form, path, row, rows) {
  if (path[0] === "workload" && path.length === 1 && rows.length > 0) {
    const names = new Set(rows.map((one) => one.id));
    let number = rows.length + 1;
    while (names.has(`workload-${number}`)) number += 1;
    return { ...structuredClone(rows.at(-1)), id: `workload-${number}` };
  }
  const made = blankRow(row, form.root);
  for (const key of ["accelerator", "ecosystem"]) {
    if (!(key in made)) continue;
    const used = new Set(rows.map((one) => one[key]));
    const free = form.namesFor(key).map(([id]) => id).find((id) => !used.has(id));
    made[key] = free ?? form.namesFor(key)[0]?.[0] ?? "";
  }
  return made;
}
