// Brings the line of choices near when rivals far away would press it into a corner; a button shows all again.
import { h } from "./dom.js";
import { t } from "./text.js";

const FAR = 3;
const MARGIN = 0.25;

/** Button that switches between the line alone and everything; null where all is near. It starts with the line. */
export function zoomButton(figure, shown) {
  const points = figure.option.series[0].data;
  const all = [...points, ...figure.option.series.slice(1).flatMap((series) => series.data.map((one) => one.value ?? one))];
  const [line, whole] = [points, all].map((some) => [0, 1].map((axis) => ends(some.map((point) => point[axis]))));
  if (![0, 1].some((axis) => width(whole[axis]) > FAR * width(line[axis])) || [0, 1].some((axis) => width(line[axis]) === 0)) return null;
  let isNear = true;
  const button = h("button", { type: "button", class: "quiet", "aria-pressed": "true", onclick: flip }, t("zoom_line"));
  function flip() {
    isNear = !isNear;
    button.setAttribute("aria-pressed", String(isNear));
    apply();
  }
  function apply() {
    const [x, y] = line.map((range) => (isNear ? near(range) : { min: null, max: null }));
    shown.handle?.chart?.setOption({ xAxis: [x], yAxis: [y] });
  }
  return { button, apply };
}

const ends = (values) => [Math.min(...values), Math.max(...values)];
const width = ([low, high]) => high - low;

/** Round ends a little outside a range. */
function near([low, high]) {
  const step = 10 ** Math.floor(Math.log10(high - low));
  const margin = MARGIN * (high - low);
  return { min: Math.floor((low - margin) / step) * step, max: Math.ceil((high + margin) / step) * step };
}
