/** Crockford's alphabet: no letter that is read as a digit. https://www.crockford.com/base32.html */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ten letters from random bytes, 50 bits, written in two halves: `7QX2M-K0D9P`. Pure. */
export function codeFrom(bytes: Uint8Array): string {
  const text = [...bytes.subarray(0, 10)].map((byte) => letters[byte & 31]).join("");
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

/** A code as a person typed it, in the form it was made in. Pure. */
export function asMade(typed: string): string {
  const text = typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}
