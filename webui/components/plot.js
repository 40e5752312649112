/** A plot in a box: as wide as its place, in the colours of its place, drawn anew with either. */

import { theme } from "../state/theme.js";
import { html, useEffect, useRef } from "../vendor/preact.js";
import uPlot from "../vendor/uplot.js";

/**
 * @typedef {(name: string) => string} Token a design token's value where the plot stands
 * @typedef {Array<Array<number | null>>} Columns
 * @typedef {{options: Omit<import("../vendor/uplot.js").Options, "width">, columns: Columns}} Drawing
 */

/** @param {{shown: unknown, draw: (token: Token) => Drawing, label: string}} props `shown`: all that `draw` reads */
export function Plot({ shown, draw, label }) {
  const host = useRef(/** @type {HTMLElement | null} */ (null));
  const chosen = theme.value;
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const { options, columns } = draw((name) => getComputedStyle(element).getPropertyValue(name).trim());
    const chart = new uPlot({ ...options, width: element.clientWidth }, columns, element);
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: element.clientWidth, height: options.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [JSON.stringify(shown), chosen]);
  return html`<div class="curve" ref=${host} role="img" aria-label=${label}></div>`;
}

/** What both axes of a plot share. @param {Token} token @returns {import("../vendor/uplot.js").Axis} */
export function axis(token) {
  const font = `11px ${token("--font")}`;
  return {
    stroke: token("--muted"),
    font,
    labelFont: font,
    grid: { stroke: token("--line"), width: 1 },
    ticks: { show: false, stroke: token("--line"), size: 4 },
  };
}
