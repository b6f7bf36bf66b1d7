// One picture with its controls, what is decided at the chosen point, its data as a table, and its files.
import { drawFigure, figureTable, originsFor } from "./charts.js";
import { h } from "./dom.js";
import { draggable } from "./drag.js";
import { frameControls } from "./frames.js";
import { trouble } from "./notice.js";
import { showSource } from "./sources.js";
import { language, t } from "./text.js";
import { zoomButton } from "./zoom.js";

const AHEAD = "400px";
const isDark = () => document.documentElement.dataset.theme === "dark";

/** Picture of a figure of a view; it is drawn when it comes into sight. */
export function pictureOf(figure, view, section = null) {
  const canvas = h("div", { class: "chart" });
  const table = h("div", { class: "figure-table scroll", tabindex: "0", role: "region", "aria-label": figure.title, hidden: true });
  const beside = decisions(figure, section);
  const shown = { figure, handle: null, frame: null, zoom: null };
  if (isDragged(figure)) shown.zoom = zoomButton(figure, shown);
  const controls = frameControls(figure, (frame) => {
    shown.frame = frame;
    shown.handle?.update(frame);
    shown.zoom?.apply();
    if (table.childElementCount > 0) figureTable(table, figure, frame);
    beside?.show(controls.index());
  });
  if (controls) {
    shown.frame = figure.frames[controls.index()];
    beside?.show(controls.index());
  }
  canvas.addEventListener("junshi:source", ({ detail }) => ask(figure, view, canvas, detail));
  whenSeen(canvas, () => draw(canvas, shown, view, controls));
  return h(
    "figure",
    { class: beside ? "picture with-beside" : "picture" },
    h("figcaption", { class: figure.title === section?.title ? "visually-hidden" : null }, figure.title, figure.unit && h("span", { class: "unit" }, figure.unit)),
    controls?.element,
    isDragged(figure) && h("p", { class: "hint" }, t("drag_hint"), shown.zoom?.button),
    h("div", { class: "picture-body" }, canvas, beside?.element),
    tools(shown, table, view),
    table,
  );
}

const isDragged = (figure) => Boolean(figure.frames && figure.option?.junshi?.drag);

function draw(canvas, shown, view, controls) {
  const { figure } = shown;
  shown.handle = drawFigure(canvas, figure, { language, dark: isDark(), words: view.words });
  if (shown.frame) shown.handle.update(shown.frame);
  if (isDragged(figure)) draggable(canvas, shown.handle.chart, figure.option.series[0].data, controls.choose);
  shown.zoom?.apply();
  document.addEventListener("themechange", () => shown.handle.setDark(isDark()));
}

function ask(figure, view, from, { names = [], value } = {}) {
  const title = [figure.title, ...names].join(" · ");
  showSource({ title, value, origins: originsFor(view, figure, names), record: view.record, all: view.origins }, from);
}

/** What the chosen frame decides: its row of the section's table that has a row a frame. */
function decisions(figure, section) {
  const sheet = section?.sheets.find((one) => one.rows.length === figure.frames?.length);
  if (!sheet || !isDragged(figure)) return null;
  const element = h("div", { class: "beside", "aria-live": "polite" });
  const show = (place) => {
    const row = sheet.rows[place];
    const pairs = sheet.columns.flatMap(({ name }, number) => (name ? [h("div", {}, h("dt", {}, name), h("dd", {}, row[number]))] : []));
    const marks = row.filter((cell, number) => cell && !sheet.columns[number].name);
    element.replaceChildren(h("h3", {}, [t("chosen_point"), ...marks].join(" · ")), h("dl", { class: "pairs" }, pairs));
  };
  return { element, show };
}

function tools(shown, table, view) {
  const { figure } = shown;
  const asTable = h("button", { type: "button", class: "quiet", "aria-expanded": "false", "aria-label": t("as_table_of", { title: figure.title }), onclick: toggle }, t("as_table"));
  function toggle() {
    if (table.childElementCount === 0) figureTable(table, figure, shown.frame);
    table.hidden = !table.hidden;
    asTable.setAttribute("aria-expanded", String(!table.hidden));
  }
  const source = h("button", { type: "button", class: "quiet", "aria-label": t("sources_of", { title: figure.title }), onclick: (event) => ask(figure, view, event.currentTarget) }, t("sources_button"));
  return h("div", { class: "tools" }, asTable, source, ["PNG", "SVG", "CSV"].map((kind) => saveButton(kind, shown)));
}

function saveButton(kind, shown) {
  const save = () => {
    try {
      saveAs(`${shown.figure.name}.${kind.toLowerCase()}`, FILES[kind](shown));
    } catch (error) {
      trouble(error);
    }
  };
  return h("button", { type: "button", class: "quiet", "aria-label": t("save_figure", { kind, title: shown.figure.title }), onclick: save }, kind);
}

const FILES = {
  PNG: ({ handle }) => handle.toPng(),
  SVG: ({ handle }) => address(handle.toSvg(), "image/svg+xml"),
  CSV: ({ figure, frame }) => address(csv(figure.table.columns, frame?.rows ?? figure.table.rows), "text/csv;charset=utf-8"),
};

const address = (text, type) => URL.createObjectURL(new Blob([text], { type }));

/** Comma-separated text; the mark at its beginning lets Excel read Chinese. */
function csv(columns, rows) {
  const quoted = (cell) => `"${String(cell ?? "").replaceAll('"', '""')}"`;
  return `\ufeff${[columns.map((column) => column.name), ...rows].map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

function saveAs(name, from) {
  const link = h("a", { href: from, download: name });
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
