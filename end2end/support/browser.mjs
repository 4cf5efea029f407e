// Chromium as residents and staff use it, and a note of everything a page did that it should not.

import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1400, height: 900 };

/** Opens the browser. */
export function openBrowser() {
  return chromium.launch({ executablePath: PROGRAM, args: QUIET });
}

/**
 * A browser of one person: phone-sized and Chinese unless said otherwise. Scripts' errors, refused policies and
 * requests to other sites are noted in `house.faults`.
 */
export async function person(house, { desk = false, lang = "zh-CN", js = true, dark = false, width } = {}) {
  const viewport = width ? { width, height: 740 } : desk ? DESK : PHONE;
  const context = await house.browser.newContext({
    baseURL: house.portal.url,
    viewport,
    isMobile: !desk,
    hasTouch: !desk,
    locale: lang === "en" ? "en-GB" : lang,
    timezoneId: "Asia/Shanghai",
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: js,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(8_000);
  watch(context, house);
  house.contexts.add(context);
  context.on("close", () => house.contexts.delete(context));
  const page = await context.newPage();
  return page;
}

function watch(context, house) {
  const note = (what, page) => house.faults.push(`${new URL(page?.url() ?? "about:blank").pathname}: ${what}`);
  context.on("console", (message) => {
    const refused = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    // A form that is refused in place answers 422: the browser says so, and the page shows it.
    if (refused && message.location().url.includes("/api/")) return;
    if (message.type() === "error") note(`console: ${message.text()} ${message.location().url}`, message.page());
  });
  context.on("weberror", (error) => note(`script: ${error.error()}`, error.page()));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(data|blob):$/.test(url.protocol)) return;
    house.requests += 1;
    if (url.origin !== new URL(house.portal.url).origin) house.faults.push(`another site was asked: ${request.url()}`);
  });
}
