import { z } from "zod";

/** What `npm audit --json` prints, as far as it is read: advisories of a package, or the name of a package that has some. */
const auditReport = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      via: z.array(
        z.union([
          z.string(),
          z.object({ url: z.string(), title: z.string(), severity: z.string(), range: z.string() }),
        ]),
      ),
      nodes: z.array(z.string()).default([]),
    }),
  ),
});

const exceptionList = z.array(
  z.strictObject({
    advisory: z.string().regex(/^GHSA(-[0-9a-z]{4}){3}$/, "is no GitHub advisory (GHSA-xxxx-xxxx-xxxx)"),
    reason: z.string().min(20, "says too little about why it does no harm here"),
    until: z.iso.date(),
  }),
);
export type AuditException = z.infer<typeof exceptionList>[number];

/** Severities that a check refuses; `info` and `low` are printed by `npm audit` alone. */
const refused: ReadonlySet<string> = new Set(["moderate", "high", "critical"]);
/** An exception is looked at again after this long at most. */
const mostDays = 90;

/** The exceptions that are past their date or too far ahead, one line each, with those that hold. */
export function readExceptions(
  file: unknown,
  now: Date,
): { readonly faults: readonly string[]; readonly valid: readonly AuditException[] } {
  const read = exceptionList.safeParse(file);
  if (!read.success)
    return {
      faults: read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`),
      valid: [],
    };
  const faultOf = ({ advisory, until }: AuditException): string | undefined => {
    const days = (Date.parse(`${until}T23:59:59Z`) - now.getTime()) / 86_400_000;
    if (days < 0)
      return `${advisory}: its exception ended on ${until}: update the package, or judge it again`;
    if (days > mostDays + 1)
      return `${advisory}: expected a date within ${String(mostDays)} days, found ${until}`;
    return undefined;
  };
  return {
    faults: read.data.flatMap((each) => faultOf(each) ?? []),
    valid: read.data.filter((each) => faultOf(each) === undefined),
  };
}

/** The advisories of a report that are refused and not excepted, and exceptions that none needs any more; one line each. */
export function auditFaults(report: unknown, exceptions: readonly AuditException[]): readonly string[] {
  const seen = new Set<string>();
  const faults = Object.entries(auditReport.parse(report).vulnerabilities).flatMap(([name, { via, nodes }]) =>
    via.flatMap((each) => {
      if (typeof each === "string" || !refused.has(each.severity)) return [];
      const advisory = each.url.split("/").at(-1) ?? each.url;
      seen.add(advisory);
      if (exceptions.some((exception) => exception.advisory === advisory)) return [];
      return [
        `${name} ${each.range}: ${each.severity}: ${each.title} (${each.url}), at ${nodes.join(", ")}: ` +
          `npm update ${name}, or an exception in tests/check/audit-exceptions.json`,
      ];
    }),
  );
  const unused = exceptions.filter(({ advisory }) => !seen.has(advisory));
  return [
    ...faults,
    ...unused.map(({ advisory }) => `${advisory}: nothing has it any more: delete its exception`),
  ];
}
