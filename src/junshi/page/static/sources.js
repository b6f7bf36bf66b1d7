// Where a number comes from: the panel at the side, opened by a click or Enter on a number.
import { byId, fill, h } from "./dom.js";
import { plain } from "./numbers.js";
import { named, t } from "./text.js";

const MOST_RELATED = 12;
let opener = null;

/** Facts that a view rests on, by id. */
export function originsOf(view) {
  return new Map((view.origins ?? []).map((origin) => [origin.id, origin]));
}

/** Open the panel on a number: what it is, how it came about, the facts it rests on. */
export function showSource({ title, value, origins = [], record, all }, from = document.activeElement) {
  const panel = byId("sources");
  opener = from;
  fill(
    byId("sources-body"),
    value !== undefined && h("p", { class: "source-value" }, value),
    title && h("p", {}, title),
    record && h("p", { class: "hint" }, computedBy(record)),
    origins.length > 0 && h("h3", {}, t("sources_rests_on")),
    origins.slice(0, MOST_RELATED).map(fact),
    all?.length > 0 && others(all.filter((origin) => !origins.slice(0, MOST_RELATED).includes(origin))),
  );
  panel.hidden = false;
  byId("sources-heading").focus();
}

function computedBy(record) {
  const parts = [record.version && `Junshi ${record.version}`, record.seed !== undefined && record.seed !== null && `${t("seed")} ${record.seed}`, record.created ?? record.time];
  return [t("sources_computed"), parts.filter(Boolean).join(" · ")].join(" ");
}

function others(origins) {
  if (origins.length === 0) return null;
  return h("details", {}, h("summary", {}, t("sources_all", { count: origins.length })), origins.map(fact));
}

function fact(origin) {
  const value = typeof origin.value === "number" ? plain(Number(origin.value.toPrecision(6))) : origin.value;
  const isLink = /^https?:\/\//.test(origin.source ?? "");
  return h(
    "div",
    { class: "fact" },
    h("p", { class: "fact-name" }, origin.name),
    h("p", {}, h("strong", {}, [value, origin.unit].filter(Boolean).join(" ")), " ", origin.confidence && h("span", { class: `confidence ${origin.confidence}` }, named("confidence", origin.confidence))),
    origin.source && h("p", { class: "hint" }, isLink ? h("a", { href: origin.source, rel: "noreferrer noopener", target: "_blank" }, origin.source) : origin.source, origin.date ? ` · ${origin.date}` : ""),
    origin.note && h("p", { class: "hint" }, origin.note),
  );
}

function close() {
  const panel = byId("sources");
  if (panel.hidden) return;
  panel.hidden = true;
  opener?.focus?.();
}

/** Facts whose name shares a word with a text: those that a number of a row may rest on. */
export function related(origins, texts) {
  const wanted = texts.map((text) => String(text).toLowerCase()).filter((text) => text.length > 2);
  return origins.filter((origin) => {
    const name = `${origin.id} ${origin.name}`.toLowerCase();
    return wanted.some((text) => name.includes(text));
  });
}

byId("sources-close")?.addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
