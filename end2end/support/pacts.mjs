// What people do with pacts: forms go by the verb they post to and the names of their fields, as the pages have them.

import assert from "node:assert/strict";

import * as act from "./actions.mjs";
import { person } from "./browser.mjs";

/** The form that posts to a verb; `where` names hidden fields that tell it from its neighbours. */
export function formOf(page, verb, where = {}) {
  let form = page.locator(`form[action='/api/${verb}']`);
  for (const [name, value] of Object.entries(where)) {
    form = form.filter({ has: page.locator(`[name='${name}'][value='${value}']`) });
  }
  return form.first();
}

/** Fills a form and sends it; what is refused is named. `press` is the button's name and value. */
export async function send(page, verb, fields = {}, { where, press, refused } = {}) {
  const form = formOf(page, verb, where);
  await form.waitFor({ state: "attached" });
  for (const folded of await form.locator("xpath=ancestor::details[not(@open)]").all()) {
    await folded.locator("summary").first().click();
  }
  for (const [name, value] of Object.entries(fields)) await fill(form.locator(`[name='${name}']`), value);
  const button = press
    ? form.locator(`button[name='${press[0]}'][value='${press[1]}']`).last()
    : form.locator("button[type=submit]:not(.hidden-text)").last();
  await Promise.all([page.waitForNavigation(), button.click()]);
  await page.waitForLoadState();
  const wrong = page.locator("#error-summary, .error-summary");
  if (refused) return assert.match((await wrong.allInnerTexts()).join(" "), refused);
  assert.equal(await wrong.count(), 0, `${verb}: ${await wrong.allInnerTexts()}`);
}

async function fill(field, value) {
  const first = field.first();
  const kind = await first.evaluate((element) => element.type || element.tagName);
  if (kind === "select-one") return first.selectOption(value);
  if (kind === "radio") return field.locator(`xpath=self::*[@value='${value}']`).check({ force: true });
  if (kind === "checkbox") return first.setChecked(Boolean(value), { force: true });
  if (kind === "file") return first.setInputFiles(value);
  return first.fill(value);
}

/** The desk of a pact officer. After days have passed everybody signs in again. */
export async function officer(house, role) {
  house.officers ??= { day: house.portal.daysAhead };
  if (house.officers.day !== house.portal.daysAhead) {
    const { day, ...desks } = house.officers;
    for (const page of Object.values(desks)) await page.context().close();
    house.officers = { day: house.portal.daysAhead };
  }
  house.officers[role] ??= await act.signInAsStaff(house, role);
  return house.officers[role];
}

/** A neighbour of the six doors, signed in by phone. */
export async function neighbour(house, door, options = {}) {
  const page = await person(house, options);
  await act.signInAsResident(page, `138000009${String(door).padStart(2, "0")}`);
  return page;
}

/** Gives the assents a move needs, one officer after the other. */
export async function move(house, number, step, offices, { note = "", ending = "" } = {}) {
  for (const office of offices) {
    const page = await officer(house, office);
    await page.goto(`/desk/pacts/${number}`);
    await send(page, "move-pact", note ? { note } : {}, { where: { step, ...(ending && { ending }) } });
  }
}

/** Records evidence in an office. */
export async function record(house, number, office, kind, note, photo) {
  const page = await officer(house, office);
  await page.goto(`/desk/pacts/${number}`);
  const files = photo ? { photos: photo } : {};
  await send(page, "record-evidence", { kind, note, ...files });
}

/** Where a pact stands, as its public page says. */
export async function stageOf(house, number) {
  const page = await person(house);
  await page.goto(`/pacts/${number}`);
  const said = await page.locator("main").innerText();
  await page.context().close();
  return said;
}

/** What stands where in the demo town: a page of every kind, found by the pacts' stages. */
export async function pagesOfPacts(page) {
  const at = await pactsByStage(page);
  const first = async (path, selector) => {
    await page.goto(path);
    const link = page.locator(selector).first();
    return (await link.count()) ? [await link.getAttribute("href")] : [];
  };
  const clause = await first(`/pacts/${at.down1}`, "a.clause-open");
  const room = await first("/rooms", "a[href^='/rooms/']:not([href$='/new'])");
  const of = (number, ...parts) => parts.map((part) => `/pacts/${number}${part}`);
  return {
    public: [
      "/pacts",
      ...Object.values(at).flatMap((number) => of(number, "")),
      ...of(at.in_force, "/text", "/roll", "/result", "/keeping"),
      ...of(at.notice, "/roll"),
      ...of(at.down3, "/vote"),
      ...of(at.result, "/result"),
      ...of(at.sign, "/sign"),
      ...clause,
      "/rooms",
      ...room,
      "/rules",
      "/rules/resident_convention/1",
      "/points/tariff",
      "/points/rewards",
      "/log",
      "/verify",
      "/neighbours",
    ],
    own: [
      ...clause,
      ...of(at.down3, "/vote", "/roll"),
      ...of(at.sign, "/sign"),
      ...of(at.in_force, "/signed", "/keeping"),
      "/me/household",
      "/me/passkeys",
      "/me/close",
      "/points",
      "/points/rewards",
      "/rooms/new",
      "/neighbours",
    ],
    desk: {
      committee: [
        "/desk/pacts",
        "/desk/pacts/new",
        ...[at.up1, at.down1, at.down3, at.in_force].map((number) => `/desk/pacts/${number}`),
        ...["/draft", "/analysis", "/delivery"].map((part) => `/desk/pacts/${at.down1}${part}`),
        ...["/roll", "/vote"].map((part) => `/desk/pacts/${at.down3}${part}`),
        `/desk/pacts/${at.sign}/signing`,
        "/desk/rules",
        "/desk/rules/new",
        "/desk/households",
        "/desk/households/new",
        "/desk/meetings",
        "/desk/rooms",
        "/desk/keeping",
        "/desk/points",
        "/desk/points/tariff",
        "/desk/points/rewards",
      ],
      grid_worker: ["/desk/delivery"],
      teller1: [`/desk/pacts/${at.down3}/vote`],
    },
  };
}

/** The number of one pact of the demo town in each stage, by what the log of its moves says on the page of its kind. */
async function pactsByStage(page) {
  const titles = {
    in_force: "巴彦社区居民公约",
    ended: "杏花里五号楼楼道清理承诺书",
    up1: "垃圾分类与投放公约",
    down1: "电动车停放充电公约",
    down3: "广场舞与安静时间约定",
    sign: "巴彦小区三号楼承诺书",
    up2: "丁香苑管理规约（停车与公共收益）",
    down2: "沙枣村红白事从简村规民约",
    up3: "锦绣社区文明养犬公约",
    notice: "乌兰布拉格嘎查草场与水井轮用村规民约",
    result: "学府苑管理规约（停车与装修）",
    publish: "下渠村用水与村容村规民约",
  };
  const english = {
    in_force: "Bayan Community Neighbourhood Pact",
    ended: "Pledge of Building 5, Xinghua Lane: Clear Stairs",
    up1: "Sorting Rubbish and Where It Goes",
    down1: "Scooters: Where They Stand and Charge",
    down3: "Square Dancing and Quiet Hours",
    sign: "Pledge of Building 3, Bayan Compound",
    up2: "Covenant of Dingxiang Court: Parking and Common Income",
    down2: "Shazao Village: Plain Weddings and Funerals",
    up3: "Jinxiu Community: Keeping Dogs Well",
    notice: "Ulaan Bulag Gacha: Pastures and Wells in Turn",
    result: "Covenant of Xuefu Court: Parking and Building Work",
    publish: "Xiaqu Village: Water and a Clean Village",
  };
  await page.goto("/pacts");
  const found = {};
  const links = await page.locator("main a[href^='/pacts/']").all();
  for (const link of links) {
    const said = (await link.textContent()).trim();
    const number = /^\/pacts\/([A-Z0-9-]+)$/.exec(await link.getAttribute("href"))?.[1];
    const stage = Object.keys(titles).find((stage) => said.includes(titles[stage]) || said.includes(english[stage]));
    if (number && stage) found[stage] = number;
  }
  const missing = Object.keys(titles).filter((stage) => !found[stage]);
  assert.deepEqual(missing, [], "the list shows a pact in every stage");
  return found;
}
