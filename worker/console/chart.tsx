/** A day of a connection as a small chart: what it changed above the line, what it was refused below. */
import { counted } from "./parts.tsx";

export interface Hour {
  /** When it begins: ISO 8601 in UTC. */
  readonly at: string;
  readonly changes: number;
  readonly refusals: number;
}

/** Units of the chart; it is drawn as wide as there is room. */
const STEP = 10;
const HEIGHT = 64;
const LINE = 42;
/** What happened once is to be seen beside a thousand. */
const LEAST = 3;

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly outcome: "done" | "refused";
}

export function Chart({ hours }: { hours: readonly Hour[] }) {
  const width = Math.max(hours.length, 1) * STEP;
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={describe(hours)}
    >
      {barsOf(hours).map(({ x, y, height, outcome }) => (
        <rect class={outcome} x={x} y={y} width={STEP - 2} height={height} rx="1" />
      ))}
      <line class="base" x1="0" x2={width} y1={LINE} y2={LINE} />
    </svg>
  );
}

/** Both kinds to one scale, so that they may be compared. */
export function barsOf(hours: readonly Hour[]): readonly Bar[] {
  const most = (count: (hour: Hour) => number): number => Math.max(1, ...hours.map(count));
  const scale = Math.min(
    LINE / most((hour) => hour.changes),
    (HEIGHT - LINE) / most((hour) => hour.refusals),
  );
  const heightOf = (count: number): number => Math.max(LEAST, round(count * scale));
  return hours.flatMap(({ changes, refusals }, index) => {
    const x = index * STEP + 1;
    const [up, down] = [heightOf(changes), heightOf(refusals)];
    return [
      ...(changes > 0 ? [{ x, y: round(LINE - up), height: up, outcome: "done" as const }] : []),
      ...(refusals > 0 ? [{ x, y: LINE, height: down, outcome: "refused" as const }] : []),
    ];
  });
}

/** The same in words. */
export function describe(hours: readonly Hour[]): string {
  const [changes, refusals] = [sum(hours, "changes"), sum(hours, "refusals")];
  if (changes + refusals === 0) return "Nothing was changed or refused in the last 24 hours.";
  const busiest = hours.reduce((most, hour) => (totalOf(hour) > totalOf(most) ? hour : most));
  return (
    `Last 24 hours: ${plural(changes, "change")}, ${plural(refusals, "refusal")}. ` +
    `Most in the hour from ${busiest.at.slice(11, 16)} UTC: ` +
    `${plural(busiest.changes, "change")}, ${plural(busiest.refusals, "refusal")}.`
  );
}

export function sum(hours: readonly Hour[], kind: "changes" | "refusals"): number {
  return hours.reduce((total, hour) => total + hour[kind], 0);
}

export function plural(count: number, what: string): string {
  return `${counted(count)} ${what}${count === 1 ? "" : "s"}`;
}

function totalOf({ changes, refusals }: Hour): number {
  return changes + refusals;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
