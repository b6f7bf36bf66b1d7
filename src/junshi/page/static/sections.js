// What a run found: its sections, each with sentences, pictures and tables.
import { byId, fill, h } from "./dom.js";
import { pictureOf } from "./picture.js";
import { sheetTable } from "./sheets.js";
import { related, showSource } from "./sources.js";

const OPEN_SHEETS = 2;

/** Put the sections of a view on the page, with the list of contents. */
export function showSections(view) {
  const sections = view.sections.filter((one) => one.lines.length + one.figures.length + one.sheets.length > 0);
  fill(byId("contents"), sections.map((section) => h("li", {}, h("a", { href: `#${anchor(section)}` }, section.title))));
  fill(byId("sections"), sections.map((section) => sectionOf(section, view)));
  if (location.hash) byId(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

const anchor = (section) => `section-${section.id}`;

function sectionOf(section, view) {
  const heading = `${anchor(section)}-title`;
  return h(
    "section",
    { id: anchor(section), "aria-labelledby": heading },
    h("h2", { id: heading }, section.title),
    section.lines.map((line) => h("p", {}, line)),
    section.figures.map((figure) => pictureOf(figure, view, section)),
    sheetsOf(section.sheets, askOf(view)),
  );
}

/** What a click on a number of a table shows. */
export const askOf = (view) => (number, element) =>
  showSource({ ...number, origins: related(view, number.texts), record: view.record, all: view.origins }, element);

/** The first tables are open; further ones wait behind their titles. */
function sheetsOf(sheets, ask) {
  return sheets.map((sheet, place) => {
    const table = sheetTable(sheet, ask);
    return place < OPEN_SHEETS ? table : h("details", { class: "more" }, h("summary", {}, sheet.title), table);
  });
}
