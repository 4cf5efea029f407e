// The portal in a real browser: one portal with the demo town, one browser, every flow after the other.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser } from "./support/browser.mjs";
import { Portal } from "./support/portal.mjs";

const FLOWS = [
  "main-job",
  "main-job-plain",
  "filing",
  "twice",
  "moderation",
  "private",
  "preferences",
  "bytes",
  "accessible",
  "foreign",
  "hostile",
  "power-cut",
  // Months pass in it: what comes after it lives in another season.
  "pact-whole",
];
/** Only these flows, while one is written: GONGZHI_END2END_ONLY=filing,bytes */
const only = process.env.GONGZHI_END2END_ONLY?.split(",");

const house = { contexts: new Set(), faults: [], requests: 0 };

before(async () => {
  house.portal = new Portal();
  await house.portal.start();
  house.browser = await openBrowser();
});

after(async () => {
  await house.browser?.close();
  await house.portal?.remove();
});

for (const name of FLOWS.filter((name) => only?.includes(name) ?? true)) {
  const { default: flow } = await import(`./flows/${name}.mjs`);
  flow(house);
  test(`no page of “${name}” breaks a rule of the browser or asks another site`, () => {
    assert.deepEqual(house.faults.splice(0), []);
  });
}
