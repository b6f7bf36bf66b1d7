
// The report: each picture is drawn into its place, with controls, files and sources.
const report = JSON.parse(document.getElementById("view").textContent);
const { language, words } = report;
const system = matchMedia("(prefers-color-scheme: dark)");
const handles = [];
const PLAY_MS = 700;

const said = (key, fields = {}) => (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);

function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function mount(run, name, figure) {
  const place = document.querySelector(`[data-figure="${CSS.escape(name)}"]`);
  if (!place || !figure.option) return;
  const chart = place.querySelector(".chart");
  chart.setAttribute("role", "img");
  chart.setAttribute("aria-label", said("chart_of", { title: figure.title }));
  const handle = drawFigure(chart, figure, { language, dark: system.matches, words });
  const shown = { frame: null };
  handles.push(handle);
  const choose = controls(place, figure, (frame) => {
    shown.frame = frame;
    handle.update(frame);
    figureTable(place.querySelector("details .scroll"), figure, frame);
  });
  if (choose && figure.option.junshi?.drag) drag(chart, handle, figure, choose);
  tools(place, run, figure, handle, shown);
  chart.addEventListener("junshi:source", (event) => showSources(place, run, figure, event.detail));
}

// --- controls: few values are buttons, many a slider with play ---------------------------------------------

function controls(place, figure, onFrame) {
  if (!figure.frames?.length) return null;
  const chosen = Object.fromEntries(figure.controls.map((one) => [one.key, one.shown]));
  const parts = figure.controls.map((one) => control(one, chosen, show));
  const find = () => figure.frames.find((frame) => Object.entries(chosen).every(([key, value]) => frame.keys[key] === value));

  function show() {
    const frame = find();
    if (frame) onFrame(frame);
  }
  function choose(frame) {
    Object.assign(chosen, frame.keys);
    parts.forEach((part) => part.set());
    show();
  }
  place.querySelector(".controls").append(...parts.map((part) => part.element));
  show();
  return choose;
}

function control(one, chosen, show) {
  return one.values.length <= 4 ? buttons(one, chosen, show) : slider(one, chosen, show);
}

function buttons(one, chosen, show) {
  const made = one.values.map(({ id, label }) => {
    const button = node("button", { type: "button", onclick: () => pick(id) }, label);
    return { id, button };
  });
  const set = () => made.forEach(({ id, button }) => button.setAttribute("aria-pressed", String(chosen[one.key] === id)));
  function pick(id) {
    chosen[one.key] = id;
    set();
    show();
  }
  set();
  return { set, element: node("div", { class: "segments", role: "group", "aria-label": one.name }, node("span", {}, one.name), ...made.map(({ button }) => button)) };
}

function slider(one, chosen, show) {
  const index = () => one.values.findIndex(({ id }) => id === chosen[one.key]);
  const output = node("output");
  const input = node("input", { type: "range", min: 0, max: one.values.length - 1, step: 1, "aria-label": one.name, oninput: () => go(Number(input.value)) });
  const set = () => {
    input.value = index();
    output.textContent = one.values[index()].label;
    input.setAttribute("aria-valuetext", output.textContent);
  };
  function go(place) {
    chosen[one.key] = one.values[place].id;
    set();
    show();
  }
  set();
  return { set, element: node("div", { class: "slider" }, node("span", {}, one.name), player(() => go((index() + 1) % one.values.length)), input, output) };
}

function player(next) {
  let timer = null;
  const button = node("button", { type: "button", class: "play", onclick: toggle }, said("play"));
  function toggle() {
    timer = timer ? (clearInterval(timer), null) : setInterval(next, PLAY_MS);
    button.textContent = said(timer ? "pause" : "play");
  }
  return button;
}

// --- the chosen point of a frontier is dragged -------------------------------------------------------------

function drag(element, { chart }, figure, choose) {
  const renderer = chart.getZr();
  let held = false;
  const nearest = ({ offsetX, offsetY }) => {
    const far = figure.frames.map((frame) => {
      const [x, y] = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, frame.at);
      return Math.hypot(x - offsetX, y - offsetY);
    });
    return figure.frames[far.indexOf(Math.min(...far))];
  };
  renderer.on("mousedown", (event) => {
    held = chart.containPixel("grid", [event.offsetX, event.offsetY]);
  });
  renderer.on("mousemove", (event) => held && choose(nearest(event)));
  renderer.on("mouseup", (event) => {
    if (held) choose(nearest(event));
    held = false;
  });
  renderer.on("globalout", () => (held = false));
}

// --- files and sources ---------------------------------------------------------------------------------------

function tools(place, run, figure, handle, shown) {
  const button = (kind, file) =>
    node("button", { type: "button", "aria-label": said("download", { what: said(kind), title: figure.title }), onclick: () => save(`${figure.name}.${kind}`, file()) }, said(kind));
  place.querySelector(".tools").append(
    node("button", { type: "button", onclick: () => showSources(place, run, figure, { names: [] }) }, said("sources")),
    button("png", () => handle.toPng()),
    button("svg", () => address(handle.toSvg(), "image/svg+xml")),
    button("csv", () => address(csv(figure, shown.frame), "text/csv;charset=utf-8")),
  );
}

const address = (text, type) => URL.createObjectURL(new Blob([text], { type }));

function csv(figure, frame) {
  const cell = (text) => `"${String(text ?? "").replaceAll('"', '""')}"`;
  const rows = [figure.table.columns.map((column) => column.name), ...(frame?.rows ?? figure.table.rows)];
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function save(name, href) {
  const link = node("a", { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

const MOST = 12;

function showSources(place, run, figure, { names = [], value }) {
  place.querySelector(".sources")?.remove();
  const found = originsFor(run, figure, names);
  const title = names.length ? said("sources_of", { names: names.join(", ") }) : said("all_sources");
  const close = node("button", { type: "button", onclick: () => panel.remove() }, said("close"));
  const head = node("div", { class: "sources-head" }, node("strong", { tabindex: "-1" }, value ? `${title}: ${value}` : title), close);
  const facts = found.slice(0, MOST).map((one) => node("li", {}, node("strong", {}, one.name), `: ${[one.value, one.unit].filter(Boolean).join(" ")}. `, node("span", { class: "hint" }, [one.source, one.date && !one.source.includes(one.date) ? one.date : "", one.confidence, one.note].filter(Boolean).join(" · "))));
  const more = found.length > MOST ? node("p", {}, node("a", { href: "#sources" }, said("more", { count: found.length - MOST }))) : null;
  const panel = node("div", { class: "sources", role: "region", "aria-label": title }, head, found.length ? node("ul", {}, ...facts) : node("p", {}, said("no_sources")), more);
  place.append(panel);
  head.firstChild.focus({ preventScroll: true });
}

// --- start, theme, print -------------------------------------------------------------------------------------

for (const run of report.runs) for (const [name, figure] of Object.entries(run.figures)) mount(run, name, figure);
system.addEventListener("change", () => handles.forEach((handle) => handle.setDark(system.matches)));
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  handles.forEach((handle) => handle.setDark(false, true));
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  handles.forEach((handle) => handle.setDark(system.matches));
});
document.documentElement.dataset.drawn = String(handles.length);
