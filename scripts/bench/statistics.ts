/** What is made of many measurements: medians, percentiles, ratios. */

/** The value below which this share (0 to 1) of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Undefined where one of them wasn't measured, or is too small to divide by. */
export function ratio(value: number | undefined, of: number | undefined): number | undefined {
  if (value === undefined || of === undefined) return undefined;
  const quotient = value / of;
  return Number.isFinite(quotient) ? quotient : undefined;
}
