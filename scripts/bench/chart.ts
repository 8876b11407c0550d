/** Growth curves as an SVG: one panel for users, one for members, the floor as a dashed line in both; for light and dark pages. */
import { NAMES } from "./operations.ts";
import { cpuOf, grouped } from "./results.ts";
import type { Results } from "./results.ts";

interface Panel {
  readonly title: string;
  readonly sizes: readonly number[];
  readonly operations: readonly string[];
  readonly floor: string;
}

interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const PANEL = Object.freeze({ width: 640, height: 360, left: 56, top: 56, right: 230, bottom: 44 });
const PLOT = Object.freeze({
  width: PANEL.width - PANEL.left - PANEL.right,
  height: PANEL.height - PANEL.top - PANEL.bottom,
});
/** Labels stand at least so far apart. */
const LABEL_STEP = 15;
const GRID_LINES = 4;
/** Okabe and Ito's colours, which differ for every eye; each in a tone for light and one for dark pages. */
const COLOURS = [
  ["#0072b2", "#56b4e9"],
  ["#b35900", "#e69f00"],
  ["#007a5a", "#2fc79b"],
  ["#a8457f", "#dd90bd"],
  ["#8a6d00", "#f0e442"],
  ["#b33c00", "#ff8a5c"],
] as const;

export function drawChart(results: Results): string {
  const panels: readonly Panel[] = [
    {
      title: "users in the tenant",
      sizes: results.users,
      operations: [
        NAMES.get,
        NAMES.byEmail,
        NAMES.patch,
        NAMES.create,
        NAMES.firstPage,
        NAMES.deepCursor,
      ],
      floor: NAMES.read,
    },
    {
      title: "members of the group",
      sizes: results.groups,
      operations: [NAMES.addMember, NAMES.removeMember, NAMES.getGroup],
      floor: NAMES.read,
    },
  ];
  const height = PANEL.height * panels.length;
  const drawn = panels.map((panel, index) => {
    const top = index * PANEL.height;
    return `<g transform="translate(0 ${top})">\n${drawPanel(panel, results)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PANEL.width} ${height}" width="${PANEL.width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">CPU milliseconds per request by size: what doesn't grow is a level line</title>
<style>
${styles()}
</style>
${drawn.join("\n")}
</svg>
`;
}

function styles(): string {
  const rules = (tone: 0 | 1): string =>
    COLOURS.map((colour, index) => `.c${index} { --ink: ${colour[tone]}; }`).join(" ");
  return `svg { font: 12px system-ui, sans-serif; --text: #24292f; --grid: #d0d7de; }
${rules(0)}
@media (prefers-color-scheme: dark) { svg { --text: #e6edf3; --grid: #3d444d; } ${rules(1)} }
text { fill: var(--text); } .title { font-weight: 600; font-size: 14px; }
.grid { stroke: var(--grid); } .line { fill: none; stroke: var(--ink); stroke-width: 2; } .dot, .label { fill: var(--ink); }
.floor { stroke: var(--text); stroke-dasharray: 4 4; }`;
}

function drawPanel(panel: Panel, results: Results): string {
  const floor = cpuOf(results, panel.floor, 0);
  const times = panel.operations.map((operation) =>
    panel.sizes.map((size) => cpuOf(results, operation, size)),
  );
  const most = Math.max(...times.flat().filter((time) => time !== undefined), floor ?? 0);
  const top = niceAbove(most);
  const yOf = (time: number): number => round(PANEL.top + PLOT.height * (1 - time / top));
  const lines = panel.operations.map((label, line): Line => {
    const points = panel.sizes.flatMap((size, index) => {
      const time = times[line]?.[index];
      return time === undefined ? [] : [{ x: xOf(panel.sizes, size), y: yOf(time) }];
    });
    return { label, points };
  });
  return [
    text({ x: PANEL.left, y: 24, className: "title" }, `CPU ms per request, by ${panel.title}`),
    ...drawGrid(top, yOf),
    ...panel.sizes.map((size) =>
      text(
        { x: xOf(panel.sizes, size), y: PANEL.height - PANEL.bottom + 20, anchor: "middle" },
        grouped(size),
      ),
    ),
    ...(floor === undefined ? [] : drawFloor(yOf(floor), panel.floor)),
    ...lines.map(drawLine),
    ...drawLabels(lines),
  ].join("\n");
}

function drawGrid(top: number, yOf: (time: number) => number): string[] {
  return Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const time = (top * index) / GRID_LINES;
    const y = yOf(time);
    const label = text({ x: PANEL.left - 8, y: y + 4, anchor: "end" }, String(round(time)));
    return `<line class="grid" x1="${PANEL.left}" x2="${PANEL.left + PLOT.width}" y1="${y}" y2="${y}"/>${label}`;
  });
}

function drawFloor(y: number, name: string): string[] {
  const x2 = PANEL.left + PLOT.width;
  return [
    `<line class="floor" x1="${PANEL.left}" x2="${x2}" y1="${y}" y2="${y}"/>`,
    text({ x: PANEL.left + 4, y: y + 14 }, `floor: ${name}`),
  ];
}

function drawLine({ points }: Line, index: number): string {
  const path = points.map(({ x, y }) => `${x},${y}`).join(" ");
  const dots = points.map(({ x, y }) => `<circle class="dot" cx="${x}" cy="${y}" r="3"/>`).join("");
  return `<g class="c${index}"><polyline class="line" points="${path}"/>${dots}</g>`;
}

/** Beside the end of each line, pushed apart where lines end close to each other. */
function drawLabels(lines: readonly Line[]): string[] {
  const ends = lines.flatMap(({ label, points }, index) => {
    const end = points.at(-1);
    return end === undefined ? [] : [{ label, index, y: end.y }];
  });
  const bottom = PANEL.height - PANEL.bottom;
  const sorted = ends.toSorted((a, b) => b.y - a.y);
  let free = bottom;
  return sorted.map(({ label, index, y }) => {
    const at = Math.min(y, free);
    free = at - LABEL_STEP;
    const place = { x: PANEL.left + PLOT.width + 10, y: at + 4, className: `label c${index}` };
    return text(place, label);
  });
}

/** Sizes differ by powers of ten, so they stand at equal distances by their logarithm. */
function xOf(sizes: readonly number[], size: number): number {
  const [least, most] = [Math.log(sizes[0] ?? 1), Math.log(sizes.at(-1) ?? 1)];
  const share = most === least ? 0.5 : (Math.log(size) - least) / (most - least);
  return round(PANEL.left + PLOT.width * share);
}

/** The least of 1, 2, 4, 6, 8 times a power of ten that is not below. */
function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 6, 8, 10].find((one) => one * unit >= value) ?? 10;
  return step * unit;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "middle" | "end";
  readonly className?: string;
}

function text({ x, y, anchor, className }: Place, content: string): string {
  const anchored = anchor === undefined ? "" : ` text-anchor="${anchor}"`;
  const classed = className === undefined ? "" : ` class="${className}"`;
  return `<text x="${x}" y="${y}"${anchored}${classed}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
