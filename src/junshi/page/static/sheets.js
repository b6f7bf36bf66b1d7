// Tables of results: numbers to the right, each of them a button that tells its source.
import { h } from "./dom.js";
import { t } from "./text.js";

let made = 0;

/** Table of a sheet; `onNumber({title, value, texts}, element)` is called with the number that was clicked. */
export function sheetTable(sheet, onNumber) {
  const id = `sheet-${(made += 1)}`;
  const columns = sheet.columns.map((column) => (typeof column === "string" ? { name: column } : column));
  return h(
    "figure",
    { class: "sheet" },
    h("figcaption", { id }, sheet.title),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": id },
      h(
        "table",
        { "aria-labelledby": id },
        h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: column.is_number ? "number" : null }, column.name)))),
        h("tbody", {}, sheet.rows.map((row) => h("tr", {}, row.map((cell, place) => cellOf(cell, place, row, columns, sheet, onNumber))))),
      ),
    ),
    sheet.note && h("p", { class: "hint" }, sheet.note),
  );
}

function cellOf(cell, place, row, columns, sheet, onNumber) {
  const text = String(cell ?? "");
  const column = columns[place] ?? {};
  if (place === 0 && !column.is_number) return h("th", { scope: "row" }, text);
  if (!column.is_number) return h("td", {}, text);
  if (!onNumber || !/\d/.test(text)) return h("td", { class: "number" }, text);
  const words = row.filter((_, other) => !columns[other]?.is_number).map(String);
  const title = [sheet.title, ...words, column.name].filter(Boolean).join(" · ");
  const ask = (event) => onNumber({ title, value: text, texts: [...words, column.name] }, event.currentTarget);
  return h("td", { class: "number" }, h("button", { type: "button", class: "source-link", title: t("show_source"), onclick: ask }, text));
}
