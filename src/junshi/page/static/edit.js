// The editor of one draft: the TOML is the truth, each change is one edit of it, undo brings the text before back.
import { get, post, put } from "./api.js";
import { commentsOf } from "./comments.js";
import { byId, fill, h } from "./dom.js";
import { field, titleOf } from "./fields.js";
import { History } from "./history.js";
import { guarded } from "./notice.js";
import { resolved } from "./schema.js";
import { growthSliders, oddsSliders, riskSliders } from "./sliders.js";
import { page, t } from "./text.js";

const SAVE_AFTER_MS = 400;
const PARTS = ["levers", "fleet", "workload", "budget", "site", "engineers", "market", "organisation", "horizon", "risk", "supply", "strategy", "maturity", "accelerators", "toml"];

class Form {
  constructor(root, accelerators) {
    this.root = root;
    this.accelerators = accelerators;
    this.watched = new Map();
    this.open = new Set();
    this.memory = {};
  }

  take(state) {
    this.state = state;
    this.comments = commentsOf(state.toml);
    this.faults = new Map(state.faults.map((fault) => [pathText(fault.place), fault.sentence]));
  }

  at(path) {
    return path.reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), this.state.document);
  }

  comment = (path) => this.comments.get(path.join("."));
  fault = (path) => this.faults.get(path.join("."));
  isOpen = (id) => this.open.has(id);
  setOpen = (id, isOpen) => (isOpen ? this.open.add(id) : this.open.delete(id));

  /** Let a field follow the value at its path. */
  watch(path, set, fault, element) {
    const key = path.join(".");
    this.watched.set(`${key} ${element.id}`, { path, set, fault, element });
  }

  /** Show values and faults without building anew; the field in hand is left alone. */
  refresh() {
    for (const { path, set, fault, element } of this.watched.values()) {
      if (element !== document.activeElement || element.type === "checkbox") set(this.at(path));
      fault?.set(this.fault(path));
    }
  }

  quarters() {
    const { start = "", quarters = 0 } = this.at(["horizon"]) ?? {};
    const found = /^(\d{4})-Q([1-4])$/.exec(start);
    if (!found) return [];
    const first = 4 * Number(found[1]) + Number(found[2]) - 1;
    return Array.from({ length: Math.min(80, quarters) }, (_, place) => `${Math.floor((first + place) / 4)}-Q${((first + place) % 4) + 1}`);
  }

  nameOf = (id) => this.accelerators.find((one) => one.id === id)?.name ?? id;

  /** Names that a key may take, with what to show. */
  namesFor(key) {
    if (/ecosystem|allowed/.test(key)) return [...new Set(this.accelerators.map((one) => one.ecosystem))].sort().map((name) => [name, name]);
    return this.accelerators.map((one) => [one.id, one.name ?? one.id]);
  }
}

/** `fleet[0].units` as `fleet.0.units`; a line number and file name before it are left out. */
function pathText(place) {
  const bare = String(place ?? "").replace(/^.*?:\d+:\s*/, "");
  return bare.replace(/\[(\d+)\]/g, ".$1").replace(/^\./, "");
}

const history_ = new History(page.draft);
let form;
let timer = null;
let working = Promise.resolve();

/** Value at a path replaced in a copy of the document; null deletes, the index past the end appends. */
function edited(document_, path, value) {
  const copy = structuredClone(document_);
  const last = path.at(-1);
  let holder = copy;
  path.slice(0, -1).forEach((key, place) => {
    if (holder[key] === undefined || holder[key] === null) holder[key] = typeof path[place + 1] === "number" ? [] : {};
    holder = holder[key];
  });
  if (value === null && Array.isArray(holder)) holder.splice(last, 1);
  else if (value === null) delete holder[last];
  else holder[last] = value;
  return copy;
}

/** One edit after the other: each starts from the text that the one before it left. */
function edit(path, value) {
  working = working.then(
    guarded(async () => {
      const { current } = history_;
      if (JSON.stringify(form.at(path) ?? null) === JSON.stringify(value)) return;
      const answer = await post("scenarios/edit", { toml: current.toml, edits: [{ path, value }] });
      take({ toml: answer.toml, faults: answer.faults ?? [], document: answer.scenario ?? edited(current.document, path, value) });
    }),
  );
  return working;
}

/** A new state: keep it in the history, show it, save it soon. */
function take(state) {
  const before = shape(form.state?.document);
  history_.add(state);
  show(state, before);
  saveSoon();
}

function show(state, shapeBefore) {
  form.take(state);
  if (shape(state.document) === shapeBefore) form.refresh();
  else build();
  bar();
}

/** What decides which fields there are: lengths of tables and series, keys of tables. */
function shape(value) {
  const of = (one) => {
    if (Array.isArray(one)) return one.some((part) => typeof part === "object") ? one.map(of) : one.every((part) => typeof part === "number") ? one.length : one;
    if (one === null || typeof one !== "object") return typeof one === "object" ? null : 0;
    const parts = Object.entries(one).filter(([, part]) => typeof part === "object" || Object.values(one).every((other) => typeof other === "number"));
    return parts.map(([key, part]) => [key, of(part)]);
  };
  return JSON.stringify(of(value ?? null));
}

function bar() {
  byId("undo").disabled = !history_.canUndo;
  byId("redo").disabled = !history_.canRedo;
  const { toml, faults } = form.state;
  const area = byId("toml");
  if (area && area !== document.activeElement) area.value = toml;
  const link = byId("download");
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([toml], { type: "application/toml" }));
  byId("plan").disabled = faults.length > 0;
  fill(byId("faults"), faults.length > 0 && h("div", { class: "panel bad", role: "alert" }, h("p", {}, t("faults", { count: faults.length })), h("ul", {}, faults.map((fault) => h("li", {}, fault.sentence)))));
}

function saveSoon() {
  byId("saved").textContent = t("saving");
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER_MS);
}

const save = guarded(async () => {
  clearTimeout(timer);
  await put(`drafts/${page.draft}`, { toml: form.state.toml });
  byId("saved").textContent = t("saved");
});

function step(move) {
  const before = shape(form.state.document);
  show(history_.move(move), before);
  saveSoon();
}

/** Build all fields; the one in hand stays in hand. */
function build() {
  const focus = document.activeElement?.id;
  form.watched.clear();
  fill(byId("editor"), PARTS.map(part));
  fill(byId("contents"), PARTS.map((name) => h("li", {}, h("a", { href: `#part-${name}` }, partTitle(name)))));
  if (focus) byId(focus)?.focus({ preventScroll: true });
}

const partTitle = (name) => (name === "levers" || name === "toml" ? t(`part_${name}`) : titleOf(resolved(form.root.properties[name], form.root), name));

function part(name) {
  const inner = { levers, toml }[name];
  const schema = form.root.properties[name] && resolved(form.root.properties[name], form.root);
  return h("section", { id: `part-${name}`, "aria-label": partTitle(name) }, inner ? inner() : field(form, [name], schema));
}

function levers() {
  const lever = (key, content) => h("div", { class: "lever" }, h("h3", {}, t(key)), h("p", { class: "hint" }, t(`${key}_hint`)), content);
  return [h("h2", {}, t("part_levers")), h("div", { class: "levers" }, lever("lever_odds", oddsSliders(form)), lever("lever_risk", riskSliders(form)), lever("lever_growth", growthSliders(form)))];
}

function toml() {
  const area = h("textarea", { id: "toml", spellcheck: "false", rows: 24, "aria-describedby": "toml-hint", value: form.state.toml });
  area.addEventListener("change", guarded(async () => {
    const answer = await post("scenarios/check", { toml: area.value });
    take({ toml: area.value, faults: answer.faults ?? [], document: answer.scenario ?? form.state.document });
  }));
  return [h("h2", {}, h("label", { for: "toml" }, t("part_toml"))), h("p", { class: "hint", id: "toml-hint" }, t("toml_hint")), area];
}

const planNow = guarded(async () => {
  byId("plan").disabled = true;
  await working;
  await save();
  const [seconds, gap] = [Number(byId("seconds").value), 0.01];
  try {
    const { id } = await post("runs", { kind: "plan", draft: page.draft, options: { seconds, gap } });
    location.assign(`/run/${id}`);
  } finally {
    byId("plan").disabled = form.state.faults.length > 0;
  }
});

function keys(event) {
  if (!(event.ctrlKey || event.metaKey) || event.target.id === "toml" || event.target.dataset.dirty !== undefined) return;
  const key = event.key.toLowerCase();
  const move = key === "z" && !event.shiftKey ? -1 : key === "y" || key === "z" ? 1 : 0;
  if (move === 0 || (move < 0 ? !history_.canUndo : !history_.canRedo)) return;
  event.preventDefault();
  step(move);
}

function datalists() {
  const list = (id, options) => h("datalist", { id }, options.map(([value, name]) => h("option", { value }, name)));
  document.body.append(list("accelerator-names", form.namesFor("accelerator")), list("ecosystem-names", form.namesFor("ecosystem")));
}

const start = guarded(async () => {
  const [draft, root, accelerators] = await Promise.all([get(`drafts/${page.draft}`), get("schema"), get("accelerators")]);
  const checked = await post("scenarios/check", { toml: draft.toml });
  form = new Form(root, accelerators);
  form.edit = edit;
  if (draft.name) byId("draft-name").textContent = draft.name;
  const state = { toml: draft.toml, faults: checked.faults ?? [], document: checked.scenario ?? {} };
  form.take(history_.start(state));
  datalists();
  build();
  bar();
  byId("undo").addEventListener("click", () => step(-1));
  byId("redo").addEventListener("click", () => step(1));
  byId("plan").addEventListener("click", planNow);
  document.addEventListener("keydown", keys);
});

byId("plan").before(h("label", { class: "inline", for: "seconds" }, h("span", { class: "visually-hidden" }, t("time_limit")), h("select", { id: "seconds" }, [30, 120, 600].map((seconds) => h("option", { value: seconds, selected: seconds === 120 }, t(`limit_${seconds}`))))));
start();
