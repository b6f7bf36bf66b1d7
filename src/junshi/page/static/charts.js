// One figure of a view drawn with ECharts (global `echarts`), for the page and for the report alike.
//
// Options come as plain JSON. Where ECharts takes a function or a colour of the theme, a word that begins with
// "@" stands for it and is replaced here. The key `junshi` of an option says how its panels are laid out.

const STEPS = {
  en: [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]],
  zh: [[1e12, "万亿"], [1e8, "亿"], [1e4, "万"]],
};
const FONTS = {
  en: 'Inter, "Source Sans 3", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  zh: 'Inter, system-ui, -apple-system, "PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif',
};
const THEMES = {
  light: { ink: "#1b2126", muted: "#55606a", paper: "#ffffff", grid: "#dfe3e7", accent: "#005f96", heat: ["#f1f5f8", "#8fbfe0", "#00528a"] },
  dark: { ink: "#e7eaed", muted: "#a9b3bc", paper: "#15191d", grid: "#313940", accent: "#6fbdf0", heat: ["#1f262c", "#2f6c98", "#8ccbf5"] },
};
const NARROW = 560;
const NOISE = 5e-5;
const LEAST_CELL = 0.005;
const SMALLEST_CELL = 24;
const HALF_CONTRAST = 0.179; // above it black reads better than white
const TITLE_ROOM = 40;

/** Three significant digits with the letter or character of the size. */
export function short(value, language) {
  if (!Number.isFinite(value)) return "–";
  for (const [size, letter] of STEPS[language]) {
    if (Math.abs(value) >= 0.9995 * size) return `${Number((value / size).toPrecision(3))} ${letter}`;
  }
  return String(Number(value.toPrecision(3)));
}

/** Share as a percentage; what is above zero never reads as zero, what is below one never as all. */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const value = 100 * (Math.abs(share - Math.round(share)) < NOISE ? Math.round(share) : share);
  if (value > 0 && value < 0.5) return "< 1 %";
  if (value > 99.5 && value < 100) return "> 99 %";
  return `${value.toFixed(0)} %`;
}

/**
 * Draw a figure into an element, whose height is set to what the figure needs.
 *
 * Returns {update(frame), resize(), setDark(dark, still: at once, for print), toPng(), toSvg(), dispose(), chart}. A click on something drawn
 * sends the bubbling event `junshi:source` with {figure, names, value}.
 */
export function drawFigure(element, figure, { language = "en", dark = false, words = {} } = {}) {
  if (!globalThis.echarts || !figure.option) return withoutChart(element, figure, words);
  const state = { figure, language, dark, option: figure.option, frame: null };
  const inside = document.createElement("div");
  element.replaceChildren(inside);
  const chart = globalThis.echarts.init(inside, null, { renderer: "canvas" });
  if (!element.hasAttribute("aria-label")) element.setAttribute("aria-label", figure.title);
  if (!element.hasAttribute("role")) element.setAttribute("role", "img");

  function show(still = false) {
    const width = Math.max(element.clientWidth || 640, figure.option.junshi?.minWidth ?? 0);
    const laid = laidOut(state, width);
    element.style.height = `${laid.height}px`;
    element.style.overflowX = width > element.clientWidth + 1 ? "auto" : "";
    if (width > element.clientWidth + 1) element.tabIndex = 0;
    inside.style.width = `${width}px`;
    inside.style.height = `${laid.height}px`;
    chart.resize({ width, height: laid.height });
    chart.setOption(still ? { ...laid.option, animation: false } : laid.option);
    if (still) chart.getZr().flush();
  }

  let width = element.clientWidth;
  const watch = new ResizeObserver(() => {
    if (Math.abs(element.clientWidth - width) < 2) return;
    width = element.clientWidth;
    show();
  });
  chart.on("click", (event) => sendSource(element, figure, event, state));
  show();
  watch.observe(element);
  return {
    chart,
    update(frame) {
      state.frame = frame;
      state.option = frame ? merged(figure.option, frame.option) : figure.option;
      show();
    },
    resize: () => show(),
    setDark(isDark, still = false) {
      state.dark = isDark;
      show(still);
    },
    toPng: () => exported(state, "canvas", inside.clientWidth),
    toSvg: () => exported(state, "svg", inside.clientWidth),
    dispose() {
      watch.disconnect();
      chart.dispose();
      element.replaceChildren();
    },
  };
}

/** Put the table of a figure, or of one of its frames, into an element. */
export function figureTable(element, figure, frame = null) {
  const sheet = figure.table;
  const table = document.createElement("table");
  const caption = table.createCaption();
  caption.textContent = frame?.label ? `${sheet.title}: ${frame.label}` : sheet.title;
  const head = table.createTHead().insertRow();
  for (const column of sheet.columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column.name;
    if (column.is_number) cell.className = "number";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of frame?.rows ?? sheet.rows) {
    const line = body.insertRow();
    row.forEach((text, place) => {
      const cell = document.createElement(place === 0 ? "th" : "td");
      if (place === 0) cell.scope = "row";
      if (sheet.columns[place]?.is_number) cell.className = "number";
      cell.textContent = text;
      line.append(cell);
    });
  }
  element.replaceChildren(table);
  return table;
}

/** Origins of a figure that speak of the names clicked; all of them where none does. */
export function originsFor(view, figure, names = []) {
  const known = new Map((view.origins ?? []).map((origin) => [origin.id, origin]));
  const all = (figure.origins ?? []).map((id) => known.get(id)).filter(Boolean);
  const wanted = new Set(names.flatMap((name) => [name, ...(view.kin?.[name] ?? [])]));
  const found = all.filter((origin) => origin.about.length > 0 && origin.about.every((name) => wanted.has(name)));
  return found.length > 0 ? found : all;
}

function withoutChart(element, figure, words) {
  const note = document.createElement("p");
  const place = document.createElement("div");
  if (words.no_chart) note.textContent = words.no_chart;
  element.removeAttribute("role");
  element.style.height = "auto";
  element.replaceChildren(note, place);
  figureTable(place, figure);
  const nothing = () => "";
  return { chart: null, update: (frame) => figureTable(place, figure, frame), resize() {}, setDark() {}, toPng: nothing, toSvg: nothing, dispose: () => element.replaceChildren() };
}

function sendSource(element, figure, event, { option, language }) {
  const names = [event.seriesName, event.name, ...(event.treePathInfo ?? []).map((one) => one.name)];
  if (figure.kind === "heat") names.push(option.yAxis[0].data[event.value[1]], option.xAxis[0].data[event.value[0]]);
  const kept = [...new Set(names.filter((name) => typeof name === "string" && name))];
  const value = valueText(figure, event, option, language);
  element.dispatchEvent(new CustomEvent("junshi:source", { bubbles: true, detail: { figure, names: kept, value } }));
}

function valueText(figure, event, option, language) {
  if (figure.kind === "heat") return percent(event.value[2]);
  const single = Array.isArray(event.value) ? event.value.at(-1) : event.value;
  if (typeof single !== "number") return undefined;
  const isShare = option.yAxis?.[0]?.axisLabel?.formatter === "@share" || option.xAxis?.[0]?.axisLabel?.formatter === "@share";
  return isShare ? percent(single) : short(single, language);
}

// --- options -------------------------------------------------------------------------------------------------

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const areObjects = (value) => Array.isArray(value) && value.every(isObject);

/** Option with the changes of a frame: lists of objects entry by entry, but data whole. */
function merged(base, changes) {
  const result = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const before = base[key];
    if (isObject(value) && isObject(before)) result[key] = merged(before, value);
    else if (key !== "data" && areObjects(value) && areObjects(before) && value.length === before.length) {
      result[key] = value.map((one, place) => merged(before[place], one));
    } else result[key] = value;
  }
  return result;
}

/** Option for ECharts at a width: words replaced, panels placed. */
function laidOut(state, width, top = 0) {
  const theme = THEMES[state.dark ? "dark" : "light"];
  const tokens = tokensOf(state, theme);
  const option = replaced(state.option, tokens);
  const plan = option.junshi ?? { panels: 1, perRow: 1, height: 320 };
  delete option.junshi;
  const height = placed(option, plan, width, top);
  const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
  return {
    height,
    option: { backgroundColor: "transparent", textStyle: { fontFamily: FONTS[state.language], color: theme.ink }, animation: !calm, animationDuration: 300, animationDurationUpdate: 300, ...option },
  };
}

function replaced(value, tokens, key = "", holder = null) {
  if (typeof value === "string") {
    if (value === "#000000") return tokens["@ink"];
    if (!value.startsWith("@") || !(value in tokens)) return value;
    const token = tokens[value];
    return key === "renderItem" ? token(holder) : token;
  }
  if (Array.isArray(value)) return key === "data" && typeof value[0] === "string" ? value : value.map((one) => replaced(one, tokens, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === "name" ? one : replaced(one, tokens, name, value)]));
}

/** Give grids, titles and axes their place; returns the height. */
function placed(option, plan, width, top) {
  const narrow = width < NARROW;
  const columns = narrow ? 1 : Math.min(plan.perRow ?? 1, plan.panels);
  const rows = Math.ceil(plan.panels / columns);
  const bottom = plan.legend ? 34 : 6;
  const titled = (option.title ?? []).some((one) => one.text);
  const head = (titled ? 26 : 10) + (option.yAxis?.[0]?.name ? 18 : 0);
  const panelWidth = (width - 8) / columns;
  const cell = plan.heat ? (panelWidth - 150) / option.xAxis[0].data.length : 0;
  const isSlanted = plan.heat && cell < 80;
  const height = plan.height - (plan.heat && !isSlanted ? 44 : 0);
  (option.grid ?? []).forEach((grid, place) => {
    const row = Math.floor(place / columns);
    const left = 4 + (place % columns) * panelWidth;
    const above = top + row * height;
    Object.assign(grid, { left, top: above + head, width: panelWidth - 22, height: height - head - 14, outerBoundsMode: "same", outerBoundsContain: "all" });
    if (option.title?.[place]) Object.assign(option.title[place], { left, top: above, padding: [2, 4] });
  });
  if (option.title && !titled) option.title = option.title.map((one) => ({ ...one, show: false }));
  const roomForLabels = plan.heat ? width * (narrow ? 0.3 : 0.25) : Math.min(280, width * 0.42);
  if (plan.heat || plan.wideLabels) {
    for (const axis of option.yAxis) Object.assign(axis.axisLabel, { width: roomForLabels, overflow: plan.heat ? "truncate" : "break" });
  }
  if (plan.heat) {
    for (const axis of option.xAxis) Object.assign(axis.axisLabel, { rotate: isSlanted ? 40 : 0, fontSize: cell < 30 ? 10 : 12 });
  }
  if (narrow) for (const axis of [...(option.xAxis ?? []), ...(option.yAxis ?? [])]) Object.assign(axis.axisLabel, { fontSize: 10 });
  for (const one of option.series) if (one.type === "tree" || one.type === "treemap") one.top = top + (one.top ?? 0);
  return top + rows * height + bottom;
}

function tokensOf({ language, figure, option }, theme) {
  const number = (value) => (isObject(value) ? bare(value) : value);
  const asShort = (value) => short(Number(number(value)), language);
  const asShare = (value) => percent(Number(number(value)));
  const signed = (value) => `${value > 0 ? "+" : ""}${short(value, language)}`;
  return {
    "@short": asShort,
    "@share": asShare,
    "@ink": theme.ink,
    "@muted": theme.muted,
    "@paper": theme.paper,
    "@grid": theme.grid,
    "@accent": theme.accent,
    "@cell_tip": ({ value, seriesName }) =>
      [seriesName && !seriesName.startsWith("series") ? seriesName : "", `${option.yAxis[0].data[value[1]]} · ${option.xAxis[0].data[value[0]]}`, percent(value[2])].filter(Boolean).join("\n"),
    "@step_tip": ({ value, name }) => `${name}\n${value[3] ? short(value[4], language) : signed(value[4])} ${figure.unit ?? ""}`,
    "@tile_tip": ({ name, value }) => (Array.isArray(value) ? `${name}\n${(option.junshi.words ?? []).map((word, place) => `${word}: ${short(value[place], language)}`).join("\n")}` : name),
    "@note_tip": ({ data, name }) => [name, data?.note].filter(Boolean).join("\n"),
    "@point_tip": ({ name, seriesName, value }) => `${name || seriesName}\n${option.xAxis[0].name}: ${short(value[0], language)}\n${option.yAxis[0].name}: ${short(value[1], language)}`,
    "@heat_cell": () => heatCell(theme),
    "@band": (series) => band(series),
    "@whisker": () => whisker(theme),
    "@step": () => step(theme, (value, isLevel) => (isLevel ? short(value, language) : signed(value))),
  };
}

const bare = (params) => (Array.isArray(params.value) ? params.value.at(-1) : params.value);

// --- things that ECharts has no series for -------------------------------------------------------------------

/** Cell in the colour of its share, with the share in it where there is room. */
const heatCell = (theme) => (params, api) => {
  const share = api.value(2);
  const [x, y] = api.coord([api.value(0), api.value(1)]);
  const [width, height] = api.size([1, 1]);
  const colour = mixed(theme.heat, share);
  const shape = { x: x - width / 2 + 0.5, y: y - height / 2 + 0.5, width: Math.max(width - 1, 1), height: Math.max(height - 1, 1) };
  const cell = { type: "rect", shape, style: { fill: `rgb(${colour.join(",")})` }, emphasis: { style: { stroke: theme.ink, lineWidth: 1.5 } } };
  if (share < LEAST_CELL || width < SMALLEST_CELL) return cell;
  const text = { text: String(Math.round(100 * share)), x, y, textAlign: "center", textVerticalAlign: "middle", fill: luminance(colour) > HALF_CONTRAST ? "#000000" : "#ffffff", fontSize: width < 34 ? 9 : 11 };
  return { type: "group", children: [cell, { type: "text", style: text, silent: true }] };
};

const rgb = (hex) => [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));

/** Colour between three at a share from 0 to 1. */
function mixed(stops, share) {
  const along = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(along), stops.length - 2);
  const [from, to] = [rgb(stops[below]), rgb(stops[below + 1])];
  return from.map((value, place) => Math.round(value + (to[place] - value) * (along - below)));
}

/** Relative luminance, as WCAG defines it. */
const luminance = (colour) => {
  const [red, green, blue] = colour.map((value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** One polygon for the whole band. */
const band = (series) => (params, api) => {
  if (params.dataIndex !== 0) return undefined;
  const known = series.data.filter(([, low, high]) => low !== null && high !== null);
  const points = [...known.map(([at, low]) => api.coord([at, low])), ...known.map(([at, , high]) => api.coord([at, high])).reverse()];
  return { type: "polygon", shape: { points }, style: { fill: series.color, opacity: 0.22 }, silent: true };
};

/** Line from low to high with ends. */
const whisker = (theme) => (params, api) => {
  const [left, y] = api.coord([api.value(1), api.value(0)]);
  const [right] = api.coord([api.value(2), api.value(0)]);
  const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: theme.ink, lineWidth: 1.4 } });
  return { type: "group", children: [line(left, y, right, y), line(left, y - 4, left, y + 4), line(right, y - 4, right, y + 4)] };
};

/** Level as a thick line, change as a bar from one level to the next; its number above. */
const step = (theme, write) => (params, api) => {
  const [place, start, end, isLevel, value] = [0, 1, 2, 3, 4].map((dimension) => api.value(dimension));
  const [x, from] = api.coord([place, start]);
  const to = api.coord([place, end])[1];
  const room = api.size([1, 0])[0];
  const half = room * (isLevel ? 0.4 : 0.28);
  const upper = Math.min(from, to);
  const bar = isLevel ? { x: x - half, y: to - 2, width: 2 * half, height: 4 } : { x: x - half, y: upper, width: 2 * half, height: Math.max(Math.abs(to - from), 1) };
  return {
    type: "group",
    children: [
      { type: "line", shape: { x1: x + half, y1: to, x2: x + room - half, y2: to }, style: { stroke: theme.muted, lineDash: [3, 3], lineWidth: 1, opacity: params.dataIndex < params.dataInsideLength - 1 ? 1 : 0 } },
      { type: "rect", shape: bar, style: { fill: api.visual("color") } },
      { type: "text", style: { text: write(value, isLevel === 1), x, y: upper - 7, textAlign: "center", textVerticalAlign: "bottom", fill: theme.ink, fontSize: 12 } },
    ],
  };
};

// --- files ---------------------------------------------------------------------------------------------------

/** The figure as now shown with its title, as the address of a PNG or the text of an SVG. */
function exported(state, renderer, shownWidth) {
  const width = Math.max(shownWidth, 720);
  const theme = THEMES[state.dark ? "dark" : "light"];
  const { option, height } = laidOut(state, width, TITLE_ROOM);
  const { figure, frame } = state;
  const heading = [figure.unit ? `${figure.title} (${figure.unit})` : figure.title, frame?.label].filter(Boolean).join(" · ");
  const title = { text: heading, left: 4, top: 6, textStyle: { color: theme.ink, fontSize: 16, fontFamily: FONTS[state.language] } };
  const isSvg = renderer === "svg";
  const place = document.createElement("div");
  const size = isSvg ? { renderer: "svg", ssr: true, width, height } : { renderer: "canvas", width, height, devicePixelRatio: 2 };
  const chart = globalThis.echarts.init(isSvg ? null : place, null, size);
  chart.setOption({ ...option, animation: false, backgroundColor: theme.paper, title: [...(option.title ?? []), title] });
  const result = isSvg ? chart.renderToSVGString() : chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: theme.paper });
  chart.dispose();
  return result;
}
