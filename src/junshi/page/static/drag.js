// A point of a line is chosen by dragging along it: the frame of the point that is nearest to the pointer.

const REACH = 3; // a move of fewer pixels is a click

/** Let the pointer choose among the points of the first series of a chart; `choose(index)` follows it. */
export function draggable(element, chart, points, choose) {
  if (!chart) return;
  element.classList.add("draggable");
  const renderer = chart.getZr();
  let from = null;

  const nearest = (event) => {
    const pixels = points.map((point) => chart.convertToPixel({ seriesIndex: 0 }, point));
    const distances = pixels.map(([x, y]) => Math.hypot(x - event.offsetX, y - event.offsetY));
    return distances.indexOf(Math.min(...distances));
  };
  renderer.on("mousedown", (event) => {
    if (chart.containPixel("grid", [event.offsetX, event.offsetY])) from = [event.offsetX, event.offsetY];
  });
  renderer.on("mousemove", (event) => {
    if (from && Math.hypot(event.offsetX - from[0], event.offsetY - from[1]) > REACH) choose(nearest(event));
  });
  renderer.on("mouseup", () => (from = null));
  renderer.on("globalout", () => (from = null));
}
