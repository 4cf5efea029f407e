// axe-core on every page in both languages, light, dark and large; filing by keyboard alone; 320 pixels.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import * as act from "../support/actions.mjs";
import { DESK, PHONE, person } from "../support/browser.mjs";
import { pagesOfPacts } from "../support/pacts.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, one line each. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => window.axe.run(document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
  }), RULES);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} – ${node.failureSummary.split("\n").slice(1, 2).join("").trim()}`));
}

/** Elements that reach over the page's edge, where the page scrolls sideways. */
const sideways = (page) => page.evaluate(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  const scrolls = (element) => element && (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((element) => !scrolls(element.parentElement === document.body ? null : element.parentElement))
    .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 5)
    .map((element) => `${element.tagName}.${element.className} by ${wide} px`);
});

/** Text in a column so narrow that it reads down instead of along. */
const squeezed = (page) => page.evaluate(() =>
  [...document.querySelectorAll("main *:not(.hidden-text, option)")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 3))
    .filter((element) => {
      const size = parseFloat(getComputedStyle(element).fontSize);
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && width < 2.2 * size && height > 3 * size;
    })
    .slice(0, 5)
    .map((element) => `${element.tagName} “${element.textContent.trim().slice(0, 20)}”`));

/** What does not fit a phone 320 px wide. */
async function narrow(page) {
  await page.setViewportSize({ width: 320, height: 640 });
  return [
    ...(await sideways(page)).map((line) => `sideways: ${line}`),
    ...(await squeezed(page)).map((line) => `squeezed: ${line}`),
  ];
}

async function publicPages(house) {
  const page = await person(house);
  await page.goto("/requests?stage=answered");
  const answered = page.locator(".list-item a[href^='/requests/2']");
  const one = await answered.first().getAttribute("href");
  const rated = await ratedOf(page, await answered.evaluateAll((links) => links.map((link) => link.getAttribute("href"))));
  await page.goto("/areas");
  const area = `/areas/${await page.locator("#f-code option").nth(2).getAttribute("value")}`;
  const pacts = await pagesOfPacts(page);
  await page.context().close();
  return [...pacts.public, "/", "/requests", "/requests/new", one, rated, "/ask", "/areas", area, "/me/sign-in", "/me", "/privacy", "/requests/none"];
}

/** The first of these requests whose writer has rated the answer. */
async function ratedOf(page, paths) {
  for (const path of paths) {
    await page.goto(path);
    if (await page.locator("#rated").count()) return path;
  }
  throw new Error(`none of ${paths.length} answered requests is rated`);
}

const LOOKS = [
  { look: "light", dark: false },
  { look: "dark", dark: true },
  { look: "large", dark: false, elder: true },
];

export default function accessible(house) {
  for (const lang of ["zh-CN", "en"]) {
    for (const { look, dark, elder } of LOOKS) {
      test(`axe finds nothing on residents' pages in ${lang}, ${look}, and none scrolls sideways at 320 px`, async () => {
        const paths = await publicPages(house);
        const page = await person(house, { lang, dark });
        await page.goto("/");
        if (elder) await page.click("button[name=elder]");
        const wrong = [];
        const look = async (path) => {
          wrong.push(...(await violations(page)).map((line) => `${path} ${line}`));
          wrong.push(...(await narrow(page)).map((line) => `${path} ${line}`));
          await page.setViewportSize(PHONE);
        };
        for (const path of paths) {
          await page.goto(path);
          await look(path);
        }
        await page.goto("/requests/new");
        await page.fill("#f-text", "x");
        await act.awake(page);
        await page.locator("#filing > button.button-primary, #filing button.button-wide").last().click();
        await page.locator("#filing-errors a").first().waitFor();
        await look("/requests/new refused");
        await page.fill("#f-text", "路口的减速带松了，车一过就响。");
        await page.fill("#f-place_words", "东门");
        await page.locator("#f-anonymous").check({ force: true });
        await page.locator("#filing button.button-wide").last().click();
        await act.receiptOn(page);
        await look("receipt");
        await page.locator("main a[href^='/requests/2']").first().click();
        await page.waitForLoadState();
        await look("my request");
        house.faults = house.faults.filter((fault) => !fault.startsWith("/requests/none: console: Failed to load"));
        await page.context().close();
        assert.deepEqual(wrong, []);
      });
    }
  }

  for (const lang of ["zh-CN", "en"]) {
    for (const { look, dark, elder } of LOOKS) {
      test(`axe finds nothing on the pages of a neighbour who votes and signs in ${lang}, ${look}`, async () => {
        const wrong = [];
        const page = await neighbourOf(house);
        await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
        await page.goto("/me");
        await prefer(page, { lang, elder });
        for (const path of (await pagesOfPacts(page)).own) {
          await page.goto(path);
          wrong.push(...(await violations(page)).map((line) => `${path} ${line}`));
          wrong.push(...(await narrow(page)).map((line) => `${path} ${line}`));
          await page.setViewportSize(PHONE);
        }
        assert.deepEqual(wrong, []);
      });

      test(`axe finds nothing at the desks of pacts in ${lang}, ${look}, on a laptop and on a phone`, async () => {
        const wrong = [];
        for (const role of ["committee", "grid_worker", "teller1"]) {
          const page = await act.deskOf(house, role);
          await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
          await page.goto("/desk");
          await prefer(page, { lang, elder });
          for (const path of (await pagesOfPacts(page)).desk[role]) {
            await page.goto(path);
            wrong.push(...(await violations(page)).map((line) => `${path} ${line}`));
            wrong.push(...(await narrow(page)).map((line) => `${path} ${line}`));
            await page.setViewportSize(DESK);
          }
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto("/desk");
          await prefer(page, { lang: "zh-CN" });
        }
        assert.deepEqual(wrong, []);
      });
    }
  }

  for (const lang of ["zh-CN", "en"]) {
    for (const { look, dark, elder } of LOOKS) {
      test(`axe finds nothing at the desk in ${lang}, ${look}, on a laptop and on a phone`, async () => {
        const wrong = [];
        for (const [role, paths] of [
          ["dispatcher", ["/desk?view=all", "/desk?view=overdue", "order", "/desk/style"]],
          ["moderator", ["/desk/moderation"]],
        ]) {
          const page = await act.deskOf(house, role);
          await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
          await page.goto("/desk");
          await prefer(page, { lang, elder });
          for (const path of paths) {
            if (path === "order") {
              await page.goto("/desk?view=to_dispatch");
              await page.locator(".list-item a").first().click();
              await page.waitForURL(/\/desk\/orders\//);
              await page.locator("details.move summary").first().click();
            } else {
              await page.goto(path);
            }
            wrong.push(...(await violations(page)).map((line) => `${path} ${line}`));
            wrong.push(...(await narrow(page)).map((line) => `${path} ${line}`));
            await page.setViewportSize(DESK);
          }
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto("/desk");
          await prefer(page, { lang: "zh-CN" });
        }
        assert.deepEqual(wrong, []);
      });
    }
  }

  test("axe finds nothing on the sign-in of the desk", async () => {
    const page = await person(house, { desk: true });
    await page.goto("/desk/sign-in");
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  test("a request is filed with the keyboard alone: Tab reaches every field and Enter sends", async () => {
    const page = await person(house, { desk: true });
    await page.goto("/requests/new");
    await act.awake(page);
    await page.keyboard.press("Tab");
    assert.equal(await page.locator(":focus").getAttribute("class"), "skip", "the first stop leads to the content");
    await page.keyboard.press("Enter");
    const met = [];
    const reach = async (id) => {
      for (let steps = 0; steps < 40; steps += 1) {
        await page.keyboard.press("Tab");
        const focused = page.locator(":focus");
        const at = await focused.getAttribute("id");
        met.push(at);
        const ring = await focused.evaluate((element) => {
          const style = getComputedStyle(element);
          return style.outlineStyle !== "none" || style.boxShadow !== "none" || element.matches("input[type=radio], input[type=checkbox], input[type=file]");
        });
        assert.ok(ring, `the focus on ${at} cannot be seen`);
        if (at === id) return;
      }
      assert.fail(`Tab does not reach ${id}: ${met}`);
    };
    await reach("f-text");
    await page.keyboard.type("路口的减速带松了，车一过就响。");
    await reach("f-photos");
    await reach("f-area");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await page.inputValue("#f-area"), "");
    await reach("f-place_words");
    await page.keyboard.type("东门");
    await reach("f-anonymous");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await act.receiptOn(page);
    await page.context().close();
  });
}

/** The demo's resident, who has an opinion to give, a vote and a signature; signed in once. */
async function neighbourOf(house) {
  if (!house.neighbour) {
    house.neighbour = await person(house);
    await act.signInAsResident(house.neighbour, house.portal.signIns.resident.name);
  }
  return house.neighbour;
}

/** Presses language and large type until they are as wanted. */
async function prefer(page, { lang, elder = false }) {
  if ((await page.locator("html").getAttribute("lang")) !== lang) await page.click(`button[name=lang][value='${lang}']`);
  const press = page.locator(`button[name=elder][value='${elder ? 1 : 0}']`);
  if (await press.count()) await press.click();
  await page.waitForLoadState();
}
