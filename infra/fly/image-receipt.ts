/**
 * What an attempt says of the image that its workers run: a receipt that another environment can ask for. The digest
 * alone, since GitHub keeps 140 characters.
 */
export function imageReceipt(digest: string): string {
  return `image ${digest}`;
}

export function isImageReceipt(description: string): boolean {
  return description.startsWith("image ");
}
