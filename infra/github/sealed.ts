/**
 * A text that only the holder of the key's other half can read: a sealed box, as GitHub wants its secrets
 * (docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api).
 */
export async function sealed(text: string, publicKey: string): Promise<string> {
  const { default: sodium } = await import("libsodium-wrappers");
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  return sodium.to_base64(sodium.crypto_box_seal(text, sodium.from_base64(publicKey, ORIGINAL)), ORIGINAL);
}
