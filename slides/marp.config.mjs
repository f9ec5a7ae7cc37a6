/* No script, font or picture from elsewhere: a deck is opened without a network. */
export default {
    html: true,
    themeSet: [new URL("proclab.css", import.meta.url).pathname],
    theme: "proclab",
    options: { emoji: { shortcode: false, unicode: false }, math: false },
};
