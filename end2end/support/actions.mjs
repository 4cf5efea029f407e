// What people do, in one line each. They go by what stands on the page: words, labels, links.

import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { person } from "./browser.mjs";
import { totp } from "./totp.mjs";

/** A number nobody of the demo town has; every caller gets its own, because a number gets one code a minute. */
export const freshPhone = () => `139${String(randomInt(100_000_000)).padStart(8, "0")}`;

/** Waits until the filing form's island is awake: the location button appears. */
export const awake = (page) => page.locator("#use-location").waitFor({ state: "visible" });

/** The desk of an officer, signed in once with password and one-time code and kept for the whole run. */
export async function deskOf(house, role) {
  house.desks ??= {};
  house.desks[role] ??= await signInAsStaff(house, role);
  return house.desks[role];
}

export async function signInAsStaff(house, role, options = {}) {
  const { name, password, secret } = house.portal.signIns[role];
  const page = await person(house, { desk: true, ...options });
  // A code is good once: whoever just used this one waits for the next.
  for (let tries = 0; tries < 4; tries += 1) {
    await page.goto("/desk/sign-in");
    await page.fill("#f-name", name);
    await page.fill("#f-password", password);
    await page.fill("#f-totp", totp(secret, tries % 2, house.portal.now()));
    await page.click("main button[type=submit]");
    await page.waitForLoadState();
    if (new URL(page.url()).pathname === "/desk") return page;
    if (tries % 2) await sleep(30_500 - (Date.now() % 30_000));
  }
  throw new Error(`${role} could not sign in: ${await page.locator("main").innerText()}`);
}

/** A resident of the demo town, signed in once and kept for the whole run. */
export async function residentOf(house) {
  if (!house.resident) {
    house.resident = await person(house, { lang: "en" });
    await signInAsResident(house.resident, "13800000002");
  }
  return house.resident;
}

/** Signs a resident in by phone code; the demo shows the code on the page. */
export async function signInAsResident(page, phone, to = "/me") {
  await page.goto(`/me/sign-in?next=${to}`);
  await page.fill("#f-phone", phone);
  await page.click("main form[action='/api/send-code'] button");
  await page.fill("#f-code", await codeOn(page));
  await page.click("main form[action='/api/sign-in'] button");
  await page.waitForURL((url) => url.pathname === to);
}

/** The code the demonstration shows. */
export async function codeOn(page) {
  const shown = await page.locator(".demo-code").innerText();
  return /\d{6}/.exec(shown)[0];
}

/** Number and query code of the receipt that is shown. */
export async function receiptOn(page) {
  await page.locator(".receipt").waitFor();
  const [number, grouped] = await page.locator(".receipt-value").allInnerTexts();
  const code = grouped.replaceAll(" ", "");
  assert.match(number, /^\d{8}-[A-Z0-9]{4}-\d{4}-[A-Z0-9]$/);
  assert.match(code, /^[A-Z0-9]{8}$/);
  return { number, code };
}

/** Files an anonymous request by plain HTTP; answers its number. */
export async function fileByHttp(visitor, fields = {}) {
  const hidden = await visitor.form("/requests/new", "file-request");
  const answer = await visitor.postFiles("/api/file-request", {
    ...hidden,
    text: "花园里的长椅坏了一条腿，坐不了人。",
    place_words: "中心花园东门",
    anonymous: "1",
    visibility: "public",
    step: "send",
    ...fields,
  });
  return numberIn(answer);
}

/** The number in the address a filing leads to; `undefined` where it was refused. */
export function numberIn(answer) {
  return /^\/requests\/([^/]+)\/receipt$/.exec(answer.location ?? "")?.[1];
}

/** Opens an order at somebody's desk by its number. */
export async function openOrder(page, number, view = "all") {
  await page.goto(`/desk?view=${view}&words=${number}`);
  await page.locator(".list-item a").first().click();
  await page.waitForURL(/\/desk\/orders\//);
}

/** Waits until a picture is there and was really loaded. */
export async function seen(image) {
  await image.scrollIntoViewIfNeeded();
  for (let tries = 0; !(await image.evaluate((picture) => picture.complete && picture.naturalWidth > 0)); tries += 1) {
    assert.ok(tries < 50, `${await image.getAttribute("src")} is not shown`);
    await sleep(100);
  }
}

/** Unfolds a move and presses its button. `fill` answers what it asks. */
export async function move(page, verb, fill = async () => {}) {
  const form = page.locator(`form[action='/api/${verb}']`);
  const folded = page.locator("details.move", { has: form });
  if (await folded.count()) await folded.locator("summary").click();
  await fill(form);
  await Promise.all([page.waitForResponse((answer) => answer.url().includes("/desk/orders/")), form.locator("button[type=submit]").click()]);
  await page.waitForLoadState();
  const wrong = page.locator("#error-summary");
  assert.equal(await wrong.count(), 0, `${verb}: ${await wrong.allInnerTexts()}`);
}

/** Chooses a radio card; its face covers the control. */
export const choose = (form, name, value) => form.locator(`input[name='${name}'][value='${value}']`).check({ force: true });

/** Publishes what waits under a number, at the moderator's desk. */
export async function publish(house, number) {
  const item = await waiting(await deskOf(house, "moderator"), number);
  await item.locator("button[value=publish]").click();
  await item.waitFor({ state: "detached" });
}

/** Turns the pages of the moderator's queue to what waits under a number. */
export async function waiting(page, number) {
  await page.goto("/desk/moderation");
  const item = page.locator(".moderation-item", { hasText: number });
  while (!(await item.count())) {
    const older = page.locator("a[href*='/desk/moderation?after=']");
    assert.ok(await older.count(), `${number} does not wait for a moderator`);
    await page.goto(await older.last().getAttribute("href"));
  }
  return item;
}

/** Leads an order from the clerk to the answer; `after` is a photo of how it is now. */
export async function answerOrder(house, number, { category, result = "solved", reply, after }) {
  const clerk = await deskOf(house, "clerk");
  await openOrder(clerk, number);
  await move(clerk, "accept-order", async (form) => {
    if (category) await form.locator("[name=category]").selectOption(category);
    await choose(form, "urgency", "normal");
  });
  await dispatchAndAnswer(house, number, { result, reply, after });
}

/** From the dispatcher to the answer: the second round begins here too. */
export async function dispatchAndAnswer(house, number, { result = "solved", reply, after, dispatch = true }) {
  const handler = await deskOf(house, "handler");
  if (dispatch) {
    await handler.goto("/desk");
    const unit = (await handler.locator(".desk-name span:last-child").first().innerText()).trim();
    const dispatcher = await deskOf(house, "dispatcher");
    await openOrder(dispatcher, number);
    await move(dispatcher, "dispatch-order", async (form) => {
      const option = form.locator("[name=lead] option", { hasText: unit }).first();
      await form.locator("[name=lead]").selectOption(await option.getAttribute("value"));
      await form.locator("[name=basis]").fill("三定方案：公共照明由该单位维护");
    });
  }
  await openOrder(handler, number);
  if (await handler.locator("form[action='/api/start-handling']").count()) await move(handler, "start-handling");
  await move(handler, "log-contact", async (form) => {
    await choose(form, "way", "phone");
    await choose(form, "outcome", "reached");
    await form.locator("textarea[name=note]").fill("已和反映人通话，约好下午去看。");
  });
  await move(handler, "submit-reply", async (form) => {
    await choose(form, "result", result);
    await form.locator("textarea[name=reply]").fill(reply);
    if (after) await form.locator("input[name=photos]").setInputFiles(after);
  });
  const manager = await deskOf(house, "unit_manager");
  await openOrder(manager, number);
  if (after) await seen(manager.locator(".card", { hasText: "办理后照片" }).locator("img"));
  await move(manager, "approve-reply");
}
