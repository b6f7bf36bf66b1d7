// What a run found: its sections, each with sentences, pictures and tables, drawn as they come into sight.
import { drawFigure, figureTable } from "./charts.js";
import { draggable } from "./drag.js";
import { byId, fill, h } from "./dom.js";
import { frameControls } from "./frames.js";
import { sheetTable } from "./sheets.js";
import { originsOf, related, showSource } from "./sources.js";
import { language, t } from "./text.js";

const AHEAD = "400px";
const OPEN_SHEETS = 2;
const isDark = () => document.documentElement.dataset.theme === "dark";

/** Put the sections of a view on the page, with the list of contents. */
export function showSections(view) {
  const ask = (number, element) => showSource({ ...number, origins: related(view.origins ?? [], number.texts), record: view.record, all: view.origins }, element);
  const asks = { number: ask, figure: (figure, element, value) => askFigure(view, figure, element, value) };
  fill(byId("contents"), view.sections.map((section) => h("li", {}, h("a", { href: `#${anchor(section)}` }, section.title))));
  fill(byId("sections"), view.sections.map((section) => sectionOf(section, asks)));
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

const anchor = (section) => `section-${section.id}`;

function askFigure(view, figure, element, value) {
  const known = originsOf(view);
  const origins = (figure.origins ?? []).map((id) => known.get(id)).filter(Boolean);
  showSource({ title: figure.title, value, origins, record: view.record, all: view.origins }, element);
}

function sectionOf(section, asks) {
  const heading = `${anchor(section)}-title`;
  return h(
    "section",
    { id: anchor(section), "aria-labelledby": heading },
    h("h2", { id: heading }, section.title),
    (section.lines ?? []).map((line) => h("p", {}, line)),
    (section.figures ?? []).map((figure) => figureOf(figure, asks)),
    sheetsOf(section.sheets ?? [], asks),
  );
}

/** The first tables are open; further ones wait behind their titles. */
function sheetsOf(sheets, asks) {
  return sheets.map((sheet, place) => {
    const table = sheetTable(sheet, asks.number);
    return place < OPEN_SHEETS ? table : h("details", { class: "more" }, h("summary", {}, sheet.title), table);
  });
}

/** One picture with its controls, its data as a table, and its files. */
export function figureOf(figure, asks) {
  const canvas = h("div", { class: "chart", role: "img", "aria-label": figure.title });
  const tablePlace = h("div", { class: "figure-table", hidden: true });
  const showing = { figure, frame: null, handle: null };
  const controls = frameControls(figure, (frame) => {
    showing.frame = frame;
    showing.handle?.update(frame);
    beside(frame);
  });
  const side = h("div", { class: "beside", "aria-live": "polite" });
  const start = controls ? figure.frames[controls.index()] : null;
  showing.frame = start;

  function beside(frame) {
    if (frame?.sheet) fill(side, sheetTable(frame.sheet, asks.number));
    else if (frame?.lines) fill(side, frame.lines.map((line) => h("p", {}, line)));
  }

  function draw() {
    showing.handle?.dispose();
    showing.handle = drawFigure(canvas, figure, { language, dark: isDark() });
    if (showing.frame) showing.handle.update(showing.frame);
    if (controls) draggable(canvas, figure.frames, controls.choose);
  }

  canvas.addEventListener("junshi:source", (event) => asks.figure(figure, event.target, event.detail?.value));
  whenSeen(canvas, () => {
    draw();
    document.addEventListener("themechange", draw);
  });
  if (start) beside(start);
  const hasBeside = figure.frames?.some((frame) => frame.sheet || frame.lines);
  return h(
    "figure",
    { class: hasBeside ? "picture with-beside" : "picture" },
    h("figcaption", {}, figure.title, figure.unit && h("span", { class: "unit" }, figure.unit)),
    controls?.element,
    h("div", { class: "picture-body" }, canvas, hasBeside && side),
    toolbar(showing, tablePlace, asks),
    tablePlace,
  );
}

function toolbar(showing, tablePlace, asks) {
  const { figure } = showing;
  const name = figure.name;
  const asTable = h("button", { type: "button", class: "quiet", "aria-expanded": "false", onclick: () => toggleTable(asTable, tablePlace, figure) }, t("as_table"));
  const save = (kind) =>
    h("button", { type: "button", class: "quiet", "aria-label": t("save_figure", { kind, title: figure.title }), onclick: async () => saveAs(`${name}.${kind.toLowerCase()}`, await fileOf(showing, kind)) }, kind);
  const source = h("button", { type: "button", class: "quiet", onclick: (event) => asks.figure(figure, event.currentTarget) }, t("sources_button"));
  return h("div", { class: "tools" }, asTable, source, save("PNG"), save("SVG"), figure.table && save("CSV"));
}

function toggleTable(button, place, figure) {
  if (place.childElementCount === 0) figureTable(place, figure);
  for (const scroller of place.querySelectorAll("table")) scroller.parentElement.tabIndex = 0;
  place.hidden = !place.hidden;
  button.setAttribute("aria-expanded", String(!place.hidden));
}

async function fileOf({ figure, handle }, kind) {
  if (kind === "PNG") return handle.toPng();
  if (kind === "SVG") return handle.toSvg();
  return csvAddress(figure.table);
}

function csvAddress(sheet) {
  const rows = [sheet.columns.map((column) => column.name ?? column), ...sheet.rows];
  const text = rows.map((row) => row.map((cell) => `"${String(cell ?? "").replaceAll('"', '""')}"`).join(",")).join("\r\n");
  return URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
}

/** Save what a picture gave: an address, markup of an SVG, or a blob. */
function saveAs(name, given) {
  const address = given instanceof Blob ? URL.createObjectURL(given) : /^\s*</.test(given) ? URL.createObjectURL(new Blob([given], { type: "image/svg+xml" })) : given;
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

function whenSeen(element, work) {
  const watch = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      work();
    },
    { rootMargin: AHEAD },
  );
  watch.observe(element);
}
