// One input for each kind of plain value: flag, choice, number, text; each reports a value or null for "absent".
import { h } from "./dom.js";
import { plain, read, short } from "./numbers.js";
import { hasWords, language, t } from "./text.js";
import { choices, kindOf, resolved } from "./schema.js";

const LARGE = 10_000;
const NAMES = { accelerator: "accelerator-names", reference_accelerator: "accelerator-names", ecosystem: "ecosystem-names" };

/**
 * Input for one value.
 * Returns {element, set(value), echo}: `echo` is a text beside it that says a large number shortly.
 */
export function inputFor({ schema, root, value, key, id, label, describedBy, onValue, onBad }) {
  const found = resolved(schema, root);
  const attributes = { id, "aria-label": label, "aria-describedby": describedBy, name: id };
  const kind = kindOf(found, root);
  if (kind === "flag") return flag(attributes, value ?? found.default ?? false, onValue);
  if (kind === "choice") return choice(attributes, found, root, key, value, onValue);
  if (kind === "number") return number(attributes, found, value, onValue, onBad);
  return text(attributes, found, key, value, onValue);
}

function flag(attributes, value, onValue) {
  const element = h("input", { type: "checkbox", ...attributes, checked: Boolean(value) });
  element.addEventListener("change", () => onValue(element.checked));
  return { element, set: (next) => (element.checked = Boolean(next)) };
}

function choice(attributes, schema, root, key, value, onValue) {
  const options = choices(schema, root);
  const isOptional = schema.default !== undefined || value === undefined || value === null;
  const none = isOptional && schema.default === null ? [h("option", { value: "" }, t("absent"))] : [];
  const element = h("select", attributes, none, options.map((option) => h("option", { value: option }, optionName(key, option))));
  const set = (next) => (element.value = next ?? schema.default ?? "");
  set(value);
  element.addEventListener("change", () => onValue(typed(element.value, options)));
  return { element, set };
}

const typed = (chosen, options) => (chosen === "" ? null : options.find((option) => String(option) === chosen));

function optionName(key, option) {
  const name = `${{ regime_now: "regime", ramp_now: "ramp", kind: "work" }[key] ?? key}_${String(option).replaceAll("-", "_")}`;
  return hasWords(name) ? t(name) : String(option);
}

function number(attributes, schema, value, onValue, onBad) {
  const element = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "number", ...attributes, placeholder: placeholder(schema) });
  const echo = h("span", { class: "echo" });
  const say = (one) => (echo.textContent = typeof one === "number" && Math.abs(one) >= LARGE ? `= ${short(one)}` : "");
  const set = (next) => {
    element.value = plain(next ?? undefined);
    say(next);
  };
  set(value);
  element.addEventListener("input", () => {
    element.dataset.dirty = "";
    say(read(element.value) ?? undefined);
  });
  element.addEventListener("change", () => {
    delete element.dataset.dirty;
    if (element.value.trim() === "") return onValue(null);
    const next = read(element.value);
    return next === null ? onBad(t("not_a_number", { found: element.value })) : onValue(next);
  });
  return { element, set, echo };
}

function text(attributes, schema, key, value, onValue) {
  const element = h("input", { type: "text", autocomplete: "off", ...attributes, list: NAMES[key], placeholder: placeholder(schema) });
  const set = (next) => (element.value = next ?? "");
  set(value);
  element.addEventListener("change", () => onValue(element.value === "" && schema.default === undefined ? "" : element.value || null));
  return { element, set };
}

const placeholder = (schema) => (schema.default === undefined || schema.default === null || schema.default === "" ? null : `${t("default_short")} ${plain(schema.default)}`);

/** Numbers in the fashion of the language, for column headings that name a unit. */
export const unitText = (schema) => (typeof schema.unit === "string" ? schema.unit : schema.unit?.[language] ?? "");
