// The second file of the panel: asked for when the panel opens, again where it did not come.

/** @returns {Promise<typeof import("./extras.js")>} */
export const extras = () => import(document.documentElement.dataset.extras ?? "");
