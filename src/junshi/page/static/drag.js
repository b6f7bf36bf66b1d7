// A point of a picture is chosen by dragging along it: the frame whose `at` is nearest to the pointer.

const REACH = 3; // a move of fewer pixels is a click

/** Let the pointer choose among frames with `at: [x, y]`; `choose(index)` is called while it moves. */
export function draggable(element, frames, choose) {
  const chart = globalThis.echarts?.getInstanceByDom(element) ?? globalThis.echarts?.getInstanceByDom(element.querySelector("[_echarts_instance_]"));
  if (!chart || !frames.every((frame) => Array.isArray(frame.at))) return;
  element.classList.add("draggable");
  const renderer = chart.getZr();
  let from = null;

  const nearest = (event) => {
    const pixels = frames.map((frame) => chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, frame.at));
    const distances = pixels.map(([x, y]) => Math.hypot(x - event.offsetX, y - event.offsetY));
    return distances.indexOf(Math.min(...distances));
  };
  renderer.on("mousedown", (event) => {
    if (chart.containPixel("grid", [event.offsetX, event.offsetY])) from = [event.offsetX, event.offsetY];
  });
  renderer.on("mousemove", (event) => {
    if (from && Math.hypot(event.offsetX - from[0], event.offsetY - from[1]) > REACH) choose(nearest(event));
  });
  renderer.on("mouseup", (event) => {
    if (from) choose(nearest(event));
    from = null;
  });
  renderer.on("globalout", () => (from = null));
}
