// Where a number comes from: the panel at the side, opened by a click or Enter on a number.
import { byId, fill, h } from "./dom.js";
import { t } from "./text.js";

const MOST_SHOWN = 12;
let opener = null;

/** Facts of a view that speak of nothing but the names in some texts, or of what is kin to them. */
export function related(view, texts) {
  const wanted = new Set(texts.flatMap((text) => [text, ...(view.kin?.[text] ?? [])]));
  return (view.origins ?? []).filter((origin) => origin.about.length > 0 && origin.about.every((name) => wanted.has(name)));
}

/** Open the panel on a number: what it is, how it came about, the facts it rests on, and all others behind a click. */
export function showSource({ title, value, origins = [], record, all = [] }, from = document.activeElement) {
  const panel = byId("sources");
  opener = from;
  const rest = all.filter((origin) => !origins.includes(origin));
  fill(
    byId("sources-body"),
    value !== undefined && h("p", { class: "source-value" }, value),
    title && h("p", {}, title),
    record && h("p", { class: "hint" }, computedBy(record)),
    origins.length > 0 ? h("h3", {}, t("sources_rests_on")) : h("p", { class: "hint" }, t("sources_none")),
    origins.slice(0, MOST_SHOWN).map(fact),
    origins.length > MOST_SHOWN && more(t("sources_more", { count: origins.length - MOST_SHOWN }), origins.slice(MOST_SHOWN)),
    rest.length > 0 && more(t("sources_all", { count: rest.length }), rest),
  );
  panel.scrollTop = 0;
  panel.hidden = false;
  byId("sources-heading").focus();
}

function computedBy(record) {
  const version = record.version ?? record.junshi;
  const parts = [version && `Junshi ${version}`, Number.isFinite(record.seed) && `${t("seed")} ${record.seed}`];
  return [t("sources_computed"), parts.filter(Boolean).join(", ")].filter(Boolean).join(" ");
}

const more = (title, origins) => h("details", {}, h("summary", {}, title), origins.map(fact));

function fact({ name, value, unit, source, date, confidence, note }) {
  const isLink = /^https?:\/\//.test(source);
  return h(
    "div",
    { class: "fact" },
    h("p", { class: "fact-name" }, name),
    h("p", {}, h("strong", {}, [value, unit].filter(Boolean).join(" ")), confidence && h("span", { class: "confidence" }, confidence)),
    h("p", { class: "hint" }, isLink ? h("a", { href: source, rel: "noreferrer noopener", target: "_blank" }, source) : source, date && ` · ${date}`),
    note && h("p", { class: "hint" }, note),
  );
}

function close() {
  const panel = byId("sources");
  if (!panel || panel.hidden) return;
  panel.hidden = true;
  opener?.focus?.();
}

byId("sources-close")?.addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
