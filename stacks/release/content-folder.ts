/** Variable that names a folder with the content of another commit: application, migrations, Dockerfile and fly.*.toml. */
export const contentVariable = "ROLLOUT_CONTENT";

/**
 * The folder whose content is planned with: the checkout's own, or in a preview another one, none of whose code runs.
 *
 * @throws Error where a rollout is to be of another folder, which the gate would not have judged.
 */
export function contentFolder(
  environment: NodeJS.ProcessEnv,
  { checkout, isPreview }: { readonly checkout: string; readonly isPreview: boolean },
): string {
  const folder = environment[contentVariable];
  if (!folder) return checkout;
  if (isPreview) return folder;
  throw new Error(`${contentVariable} is for previews: a rollout is of the checkout alone. Unset it`);
}
