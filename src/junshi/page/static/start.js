// Start: archetypes, files, and the list of runs.
import { get, post, remove, upload } from "./api.js";
import { byId, fill, h } from "./dom.js";
import { guarded, notice } from "./notice.js";
import { duration, when } from "./numbers.js";
import { named, t } from "./text.js";

const FIRST_PLAN = { seconds: 30, gap: 0.01 };
const MOST_SERIES = 8;
const POLL_MS = 3000;
const ACTIVE = new Set(["queued", "running"]);

async function draftOf(toml, name) {
  return (await post("drafts", { toml, name })).id;
}

const editArchetype = guarded(async (archetype) => {
  const { toml } = await get(`archetypes/${archetype.id}/scenario`);
  location.assign(`/scenario/${await draftOf(toml, archetype.name)}`);
});

const planArchetype = guarded(async (archetype) => {
  const { toml } = await get(`archetypes/${archetype.id}/scenario`);
  const draft = await draftOf(toml, archetype.name);
  const { id } = await post("runs", { kind: "plan", draft, options: FIRST_PLAN });
  location.assign(`/run/${id}`);
});

function card(archetype) {
  const heading = `archetype-${archetype.id}`;
  return h(
    "li",
    { class: "card" },
    h("h3", { id: heading }, archetype.name),
    h("p", {}, archetype.summary),
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", class: "primary", "aria-describedby": heading, onclick: busy(() => planArchetype(archetype)) }, t("plan_now")),
      h("button", { type: "button", "aria-describedby": heading, onclick: busy(() => editArchetype(archetype)) }, t("edit_first")),
    ),
  );
}

/** Listener that keeps its button off while it works. */
function busy(work) {
  return async ({ currentTarget }) => {
    currentTarget.disabled = true;
    await work();
    currentTarget.disabled = false;
  };
}

const takeScenario = guarded(async (file) => {
  location.assign(`/scenario/${await draftOf(await file.text(), file.name)}`);
});

/** Names of the series of a demand file. */
const seriesOf = (toml) => [...toml.matchAll(/^\[\[series\]\]\s*\nname = "([^"]+)"/gm)].map((found) => found[1]).slice(0, MOST_SERIES);

const takeDemand = guarded(async (file) => {
  const found = await upload("uploads/demand", file);
  byId("demand-result")?.remove();
  const link = h("a", { class: "button", download: "demand.toml", href: URL.createObjectURL(new Blob([found.demand_toml])) }, t("download_toml"));
  const lines = found.view?.advice ?? [];
  byId("drops").after(
    h(
      "div",
      { id: "demand-result", class: "panel", role: "status" },
      h("h3", {}, t("demand_read", { file: file.name })),
      ...lines.map((line) => h("p", {}, line)),
      h("p", {}, t("demand_use")),
      h("ul", {}, seriesOf(found.demand_toml).map((name) => h("li", {}, h("code", {}, `demand = { file = "${found.file}", series = "${name}" }`)))),
      h("div", { class: "actions" }, link),
    ),
  );
});

const takeCode = guarded(async (file) => {
  const { id } = await upload("uploads/code", file);
  location.assign(`/run/${id}`);
});

function drop(kind, accept, take) {
  const input = h("input", { type: "file", id: `file-${kind}`, accept, class: "drop-input" });
  const zone = h(
    "label",
    { class: "drop", for: input.id },
    h("strong", {}, t(`drop_${kind}`)),
    h("span", { class: "hint" }, t(`drop_${kind}_hint`)),
  );
  const start = async (file) => {
    if (!file) return;
    zone.classList.add("working");
    notice(t("reading", { file: file.name }));
    await take(file);
    zone.classList.remove("working");
    input.value = "";
  };
  input.addEventListener("change", () => start(input.files[0]));
  for (const type of ["dragover", "dragenter"]) {
    zone.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    start(event.dataTransfer.files[0]);
  });
  return h("div", { class: "drop-place" }, input, zone);
}

function runRow(run) {
  const discard = guarded(async ({ currentTarget: button }) => {
    if (button.dataset.sure === undefined) {
      button.dataset.sure = "";
      button.textContent = t("delete_sure");
      return;
    }
    await remove(`runs/${run.id}`);
    await showRuns();
  });
  return h(
    "tr",
    {},
    h("td", {}, h("a", { id: `run-${run.id}`, href: `/run/${run.id}` }, run.title || t(`kind_${run.kind}`))),
    h("td", {}, named("kind", run.kind)),
    h("td", {}, h("span", { class: `status ${run.status}` }, t(`status_${run.status}`))),
    h("td", {}, when(run.created)),
    h("td", { class: "number" }, run.seconds ? duration(run.seconds) : ""),
    h("td", { class: "number" }, h("button", { type: "button", class: "quiet", "aria-describedby": `run-${run.id}`, onclick: discard }, t("delete"))),
  );
}

async function showRuns() {
  const runs = await get("runs");
  const columns = ["run_title", "run_kind", "run_status", "run_created", "run_seconds"];
  fill(
    byId("runs"),
    runs.length === 0
      ? h("p", { class: "hint" }, t("no_runs"))
      : h(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "runs-heading" },
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col", class: key === "run_seconds" ? "number" : null }, t(key))), h("td", {}))),
            h("tbody", {}, runs.map(runRow)),
          ),
        ),
  );
  if (runs.some((run) => ACTIVE.has(run.status))) setTimeout(guarded(showRuns), POLL_MS);
}

byId("collective").addEventListener("click", busy(guarded(async () => {
  const { id } = await post("runs", { kind: "collective" });
  location.assign(`/run/${id}`);
})));
fill(
  byId("drops"),
  drop("scenario", ".toml", takeScenario),
  drop("demand", ".csv,.gz,.json,.jsonl,.parquet", takeDemand),
  drop("code", ".zip,.tar,.gz,.tgz,.bz2,.xz", takeCode),
);
guarded(async () => fill(byId("archetypes"), (await get("archetypes")).map(card)))();
guarded(showRuns)();
