/** A price in US dollars, with the day on which it was looked up at its source. */
export interface Price {
  readonly dollars: number;
  readonly unit: string;
  readonly date: string;
  readonly source: string;
}

const neon = "https://neon.com/docs/introduction/plans";
const fly = "https://fly.io/docs/about/pricing/";
const flyRegion = "https://fly.io/docs/about/cost-management/";
const railway = "https://docs.railway.com/pricing/plans";
const vercel = "https://vercel.com/pricing";
const date = "2026-11-30";

/**
 * What the clouds charge, without taxes, reservations and credits. A price that has changed is changed here, with its day; a test holds the figures
 * that users were promised against it.
 */
export const prices = {
  /** Of the Launch plan. Free has 100 CU-hours a project, which a database that is kept awake uses up in 17 days. */
  compute: { dollars: 0.106, unit: "CU-hour", date, source: neon },
  storage: { dollars: 0.35, unit: "GB-month", date, source: neon },
  /** History of changes that a restore reaches back through; of root branches alone. */
  history: { dollars: 0.2, unit: "GB-month", date, source: neon },
  /** Beyond the ten branches of a project. */
  branch: { dollars: 1.5, unit: "branch-month", date, source: neon },
  /** A shared CPU with 256 MB in the region iad. */
  sharedCpu: { dollars: 1.94, unit: "month", date, source: fly },
  /** A dedicated CPU with 2 GB, there. */
  performanceCpu: { dollars: 31, unit: "month", date, source: fly },
  /** Beyond the memory that a CPU comes with. */
  memory: { dollars: 5, unit: "GB-month", date, source: fly },
  /** What a replica uses, not what it may use. */
  railwayCpu: { dollars: 20, unit: "vCPU-month", date, source: railway },
  railwayMemory: { dollars: 10, unit: "GB-month", date, source: railway },
  /** Of a workspace, with as much use included. Images of a private registry need it. */
  railwayPro: { dollars: 20, unit: "month", date, source: railway },
  seat: { dollars: 20, unit: "seat-month", date, source: vercel },
} as const satisfies Readonly<Record<string, Price>>;

/** How many times as much a machine costs in a region as in iad, as Fly's pages and examples show it. */
export const regionFactors: Readonly<Record<string, { readonly factor: number; readonly source: string }>> = {
  iad: { factor: 1, source: fly },
  lax: { factor: 1.2, source: fly },
  sjc: { factor: 1.2, source: flyRegion },
};

/** Of the other regions, whose prices are on Fly's page alone: from and up to so many times as much. */
export const otherRegions = { least: 1, most: 1.4 } as const;

/** Memory that comes with each CPU, in GB. */
export const includedMemory = { shared: 0.25, performance: 2 } as const;
