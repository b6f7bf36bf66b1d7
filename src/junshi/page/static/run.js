// One run: its progress, then advice, pictures and tables, further questions, and files.
import { exportAddress, get, post } from "./api.js";
import { byId, fill, h } from "./dom.js";
import { guarded, notice } from "./notice.js";
import { follow } from "./progress.js";
import { showSections } from "./sections.js";
import { named, page, t } from "./text.js";

const INSIGHTS = ["frontier", "certainty", "stress", "playbook", "alternatives", "sensitivity", "backtest", "switch"];
const FILES = ["report.html", "purchase-list.csv", "tables.zip", "plan.json", "scenario.toml"];
const INSIGHT_OPTIONS = { seconds: 20 };
const ACTIVE = new Set(["queued", "running"]);
const HAS_RESULT = new Set(["finished", "stopped"]);

const show = guarded(async () => {
  const run = await get(`runs/${page.run}`);
  head(run);
  if (ACTIVE.has(run.status)) {
    fill(byId("sections"));
    follow(run, show);
    return;
  }
  byId("progress").hidden = true;
  actions(run);
  if (!HAS_RESULT.has(run.status) || !(await result(run))) ended(run);
});

function head(run) {
  const title = run.title || t(`kind_${run.kind}`);
  document.title = `${title} · ${t("brand")}`;
  byId("run-title").textContent = title;
  fill(
    byId("kicker"),
    named("kind", run.kind),
    " · ",
    h("span", { class: `status ${run.status}` }, t(`status_${run.status}`)),
    run.base && h("span", {}, " · ", h("a", { href: `/run/${run.base}` }, t("of_run"))),
  );
}

async function result(run) {
  const view = await viewOf(run);
  if (!view) return false;
  if (view.title) byId("run-title").textContent = view.title;
  const [first, ...rest] = view.advice ?? [];
  fill(byId("advice"), first && h("p", { class: "first" }, first), rest.map((line) => h("p", {}, line)));
  byId("advice").hidden = !first;
  showSections(view);
  if (byId("further")) byId("contents").append(h("li", {}, h("a", { href: "#further" }, t("further"))));
  return true;
}

/** View of a run; nothing where it was stopped before there was one. */
async function viewOf(run) {
  try {
    return await get(`runs/${run.id}/view`);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

function ended(run) {
  const resume = guarded(async () => {
    await post(`runs/${run.id}/resume`);
    await show();
  });
  fill(
    byId("sections"),
    h(
      "div",
      { class: "panel" },
      h("p", {}, run.error || t(`ended_${run.status}`)),
      h("button", { type: "button", class: "primary", onclick: resume }, t("resume")),
    ),
  );
}

function actions(run) {
  const place = byId("actions");
  const isPlan = run.kind === "plan" && HAS_RESULT.has(run.status);
  fill(
    place,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", onclick: guarded(() => editAgain(run)) }, t("edit_again")),
      h("a", { class: "button", href: `/compare?left=${run.id}` }, t("compare_with")),
      h("button", { type: "button", onclick: copyLink }, t("copy_link")),
    ),
    HAS_RESULT.has(run.status) && downloads(run, isPlan),
  );
  fill(byId("further-place"), isPlan && furtherQuestions(run));
  place.hidden = false;
}

function downloads(run, isPlan) {
  const files = isPlan ? FILES : FILES.filter((file) => file !== "purchase-list.csv");
  return h(
    "details",
    { class: "menu" },
    h("summary", {}, t("download")),
    h("ul", {}, files.map((file) => h("li", {}, h("a", { href: exportAddress(run.id, file), download: true }, t(`file_${file.replace(/[.-]/g, "_")}`), " ", h("code", {}, file))))),
  );
}

function furtherQuestions(run) {
  const ask = (kind) =>
    guarded(async (event) => {
      event.currentTarget.disabled = true;
      const { id } = await post("runs", { kind, run: run.id, options: INSIGHT_OPTIONS });
      location.assign(`/run/${id}`);
    });
  return h(
    "section",
    { class: "further", "aria-labelledby": "further" },
    h("h2", { id: "further" }, t("further")),
    h("ul", {}, INSIGHTS.map((kind) => h("li", {}, h("button", { type: "button", onclick: ask(kind) }, h("strong", {}, t(`kind_${kind}`)), h("span", {}, t(`ask_${kind}`)))))),
  );
}

async function editAgain(run) {
  const { toml } = await get(`runs/${run.id}/scenario`);
  const { id } = await post("drafts", { toml, name: run.title });
  location.assign(`/scenario/${id}`);
}

async function copyLink() {
  const address = new URL(location.href);
  address.searchParams.set("lang", document.documentElement.lang.slice(0, 2));
  try {
    await navigator.clipboard.writeText(address.href);
    notice(t("link_copied"));
  } catch {
    notice(address.href);
  }
}

show();
