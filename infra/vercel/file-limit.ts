/** Of one deployment (vercel/terraform-provider-vercel#289, vercel.com/docs/limits). */
const mostFiles = 15_000;

/** @throws Error before anything is uploaded, where Vercel would refuse a deployment of so many files. */
export function checkFileCount(count: number): void {
  if (count <= mostFiles) return;
  throw new Error(
    `the web's build has ${String(count)} files, and Vercel takes ${String(mostFiles)} in a deployment at most: ` +
      "leave out those that the web does not serve",
  );
}
