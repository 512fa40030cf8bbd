/** `8 min ago`, by the largest unit that fits. */
export function agoText(time: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - time.getTime()) / 1000));
  if (seconds < 120) return `${String(seconds)} s ago`;
  if (seconds < 7_200) return `${String(Math.round(seconds / 60))} min ago`;
  if (seconds < 172_800) return `${String(Math.round(seconds / 3_600))} h ago`;
  return `${String(Math.round(seconds / 86_400))} days ago`;
}

/** `31 MB`; decimal units. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${String(Math.round(bytes / 1000 ** step))} ${units[step] ?? ""}`;
}

/** `1 row`, `3 rows`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
