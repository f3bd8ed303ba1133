/** @returns {boolean} whether the reader has asked to be sent as little as possible */
export function savesData() {
  const connection = /** @type {{saveData?: boolean} | undefined} */ (/** @type {any} */ (navigator).connection);
  return connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}
