// Fields of the editor: label, input, unit, default, source and fault, for every kind of value in a scenario.
import { h } from "./dom.js";
import { inputFor, unitText } from "./inputs.js";
import { plain, short } from "./numbers.js";
import { rowsTable } from "./rows.js";
import { kindOf, resolved } from "./schema.js";
import { hasWords, named, t } from "./text.js";

export const idOf = (path) => `f-${path.join("-").replace(/[^\w-]/g, "_")}`;

/** Name of a field: the schema's title, else its key. */
export const titleOf = (schema, key) => schema.title ?? String(key).replaceAll("_", " ");

/** A field with everything that one needs to know about it. */
export function field(form, path, schema) {
  const found = resolved(schema, form.root);
  switch (kindOf(found, form.root)) {
    case "rows":
      return rowsField(form, path, found);
    case "object":
      return objectField(form, path, found);
    case "shares":
      return sharesField(form, path, found);
    case "names":
      return namesField(form, path, found);
    case "series":
      return seriesField(form, path, found);
    case "demand":
      return form.at(path) !== null && typeof form.at(path) === "object" && !Array.isArray(form.at(path)) ? objectField(form, path, { ...demandFile(found, form.root), title: found.title, description: found.description }) : seriesField(form, path, found);
    default:
      return plainField(form, path, found);
  }
}

const demandFile = (schema, root) => schema.anyOf.map((option) => resolved(option, root)).find((option) => option.type === "object");

/** Label, input with unit, hint with default and source, fault. */
function plainField(form, path, schema) {
  const id = idOf(path);
  const key = path.at(-1);
  const fault = faultOf(form, path, id);
  const made = inputFor({
    schema, root: form.root, value: form.at(path), key, id, describedBy: `${id}-hint ${id}-fault`,
    onValue: (value) => form.edit(path, value), onBad: fault.set,
  });
  form.watch(path, made.set, fault, made.element);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, titleOf(schema, key)),
    h("div", { class: "with-unit" }, made.element, unitText(schema) && h("span", { class: "unit" }, unitText(schema)), made.echo),
    hint(form, path, schema, id),
    fault.element,
  );
}

/** Description, default and source of a field. */
export function hint(form, path, schema, id) {
  const source = form.comment(path);
  const hasDefault = schema.default !== undefined && schema.default !== null && typeof schema.default !== "object" && schema.default !== "";
  return h(
    "p",
    { class: "hint", id: `${id}-hint` },
    schema.description && h("span", {}, schema.description),
    hasDefault && h("span", { class: "default" }, t("default_is", { value: typeof schema.default === "boolean" ? t(schema.default ? "yes" : "no") : plain(schema.default) })),
    source && h("span", { class: "source" }, t("source_is", { source })),
  );
}

/** Place for the fault of a field, and how to fill it. */
export function faultOf(form, path, id) {
  const element = h("p", { class: "fault", id: `${id}-fault`, role: "alert" });
  const set = (sentence) => {
    element.textContent = sentence ?? "";
    const input = document.getElementById(id);
    if (sentence) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
  };
  set(form.fault(path));
  return { element, set };
}

function group(schema, path, ...children) {
  return h("fieldset", { class: "group" }, h("legend", {}, titleOf(schema, path.at(-1))), schema.description && h("p", { class: "hint" }, schema.description), ...children);
}

function objectField(form, path, schema) {
  const inner = Object.entries(schema.properties).map(([key, one]) => field(form, [...path, key], one));
  return group(schema, path, h("div", { class: "fields" }, inner));
}

function rowsField(form, path, schema) {
  const value = form.at(path);
  if (typeof value === "string") return h("p", {}, `${titleOf(schema, path.at(-1))}: ${value}`);
  return group(schema, path, rowsTable(form, path, schema));
}

/** Names with their shares, such as {cuda = 1}. */
function sharesField(form, path, schema) {
  const value = form.at(path) ?? {};
  const rows = Object.keys(value).map((name) => shareRow(form, path, schema, name));
  const add = h("input", { type: "text", list: "ecosystem-names", id: `${idOf(path)}-add`, "aria-label": t("add_to", { name: titleOf(schema, path.at(-1)) }), placeholder: t("add_name") });
  add.addEventListener("change", () => add.value.trim() && form.edit([...path, add.value.trim()], 0));
  return group(schema, path, h("div", { class: "shares" }, rows, add));
}

function shareRow(form, path, schema, name) {
  const full = [...path, name];
  const id = idOf(full);
  const fault = faultOf(form, full, id);
  const made = inputFor({
    schema: schema.additionalProperties ?? { type: "number" }, root: form.root, value: form.at(full), key: name, id, label: name,
    describedBy: `${id}-fault`, onValue: (value) => form.edit(full, value), onBad: fault.set,
  });
  form.watch(full, made.set, fault, made.element);
  return h("div", { class: "share" }, h("span", { "aria-hidden": "true" }, name), made.element, removeButton(form, full, name), fault.element);
}

export function removeButton(form, path, name) {
  return h("button", { type: "button", class: "quiet", "aria-label": t("remove_row", { name }), title: t("remove_row", { name }), onclick: () => form.edit(path, null) }, "✕");
}

/** List of names as chips. */
function namesField(form, path, schema) {
  const value = form.at(path);
  const list = Array.isArray(value) ? value : [];
  const chips = list.map((name, place) => h("li", {}, form.nameOf(name), removeButton(form, [...path, place], name)));
  const options = form.namesFor(path.at(-1)).filter(([id]) => !list.includes(id));
  const add = h("select", { id: `${idOf(path)}-add`, "aria-label": t("add_to", { name: titleOf(schema, path.at(-1)) }) }, h("option", { value: "" }, t("add_name")), options.map(([id, name]) => h("option", { value: id }, name)));
  add.addEventListener("change", () => add.value && form.edit(path, [...list, add.value]));
  const fault = faultOf(form, path, `${idOf(path)}-add`);
  form.watch(path, () => {}, fault, add);
  return group(schema, path, h("ul", { class: "chips" }, chips), add, fault.element);
}

/** One number for all quarters, or one for each. */
export function seriesField(form, path, schema) {
  return h("fieldset", { class: "group series" }, h("legend", {}, titleOf(schema, path.at(-1)), unitText(schema) && h("span", { class: "unit" }, unitText(schema))), hint(form, path, schema, idOf(path)), seriesInputs(form, path, titleOf(schema, path.at(-1))));
}

/** Inputs of a series: a table with one column a quarter, or a single input, and the switch between both. */
export function seriesInputs(form, path, label) {
  const value = form.at(path);
  const quarters = form.quarters();
  const isList = Array.isArray(value);
  const change = () => form.edit(path, isList ? value[0] ?? 0 : quarters.map(() => value ?? 0));
  const flip = h("button", { type: "button", class: "quiet", onclick: change }, t(isList ? "one_value" : "each_quarter"));
  if (!isList) return h("div", { class: "series-one" }, seriesInput(form, path, label), flip);
  const names = value.map((_, place) => quarters[place] ?? `${place + 1}`);
  return h(
    "div",
    {},
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
      h(
        "table",
        { class: "cells" },
        h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col", class: "number" }, name)))),
        h("tbody", {}, h("tr", {}, names.map((name, place) => h("td", {}, seriesInput(form, [...path, place], `${label}, ${name}`))))),
      ),
    ),
    flip,
  );
}

function seriesInput(form, path, label) {
  const id = idOf(path);
  const fault = faultOf(form, path, id);
  const made = inputFor({
    schema: { type: "number" }, root: form.root, value: form.at(path), key: path.at(-1), id, label, describedBy: `${id}-fault`,
    onValue: (value) => form.edit(path, value ?? 0), onBad: fault.set,
  });
  form.watch(path, made.set, fault, made.element);
  return h("div", { class: "cell" }, made.element, made.echo, fault.element);
}

/** What stands in a cell that is not edited there. */
export function summary(value) {
  if (value === undefined || value === null) return "–";
  if (Array.isArray(value)) return value.every((one) => typeof one === "number") && value.length > 0 ? `${short(value[0])} … ${short(value.at(-1))}` : String(value.length);
  if (typeof value === "object") return value.series ?? Object.entries(value).map(([key, one]) => `${key} ${typeof one === "number" ? short(one) : one}`).join(", ");
  return hasWords(`work_${value}`) ? named("work", value) : String(value);
}
