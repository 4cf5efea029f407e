// Photos as phones make them: drawn here, with the place they were taken at inside.

import * as zlib from "node:zlib";

/** Stands in the EXIF data, to be looked for in what the portal serves. */
export const PLANTED = "gps-plant-38.771200";

/** A JPEG of 1,200 × 900 with EXIF: where it was taken, and a line that betrays the phone's owner. */
export async function photoWithPlace(house, words = "路灯") {
  const context = await house.browser.newContext();
  const page = await context.newPage();
  const drawn = await page.evaluate((words) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1200, 900];
    const pen = canvas.getContext("2d");
    for (let n = 0; n < 60; n += 1) {
      pen.fillStyle = `hsl(${n * 6} 60% ${30 + (n % 5) * 12}%)`;
      pen.fillRect((n * 173) % 1200, (n * 97) % 900, 260, 190);
    }
    pen.fillStyle = "white";
    pen.font = "120px sans-serif";
    pen.fillText(words, 80, 480);
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1];
  }, words);
  await context.close();
  const jpeg = Buffer.from(drawn, "base64");
  return Buffer.concat([jpeg.subarray(0, 2), exif(), jpeg.subarray(2)]);
}

/** An APP1 segment: ImageDescription, and a GPS directory with latitude and longitude. */
function exif() {
  const tiff = Buffer.alloc(220);
  tiff.write("MM\0*", "latin1");
  tiff.writeUInt32BE(8, 4);
  const entry = (at, tag, type, count, value) => {
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(count, at + 4);
    if (typeof value === "string") tiff.write(value, at + 8, "latin1");
    else tiff.writeUInt32BE(value, at + 8);
  };
  const degrees = (at, parts) => parts.forEach((part, n) => {
    tiff.writeUInt32BE(part, at + n * 8);
    tiff.writeUInt32BE(1, at + n * 8 + 4);
  });
  tiff.writeUInt16BE(2, 8);
  entry(10, 0x010e, 2, PLANTED.length + 1, 100);
  entry(22, 0x8825, 4, 1, 40);
  tiff.writeUInt16BE(4, 40);
  entry(42, 1, 2, 2, "N\0");
  entry(54, 2, 5, 3, 130);
  entry(66, 3, 2, 2, "E\0");
  entry(78, 4, 5, 3, 160);
  tiff.write(PLANTED, 100, "latin1");
  degrees(130, [38, 46, 16]);
  degrees(160, [105, 36, 9]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(tiff.length + 8, 2);
  return Buffer.concat([head, Buffer.from("Exif\0\0", "latin1"), tiff]);
}

/** Whether a JPEG still says anything about where and by whom it was taken. */
export function tells(jpeg) {
  return ["Exif", PLANTED, "http://ns.adobe.com"].filter((sign) => jpeg.includes(Buffer.from(sign, "latin1")));
}

/** The beginning of a PNG that says it is as large as a stadium, with next to nothing in it. */
export function hugePng(width = 20_000, height = 20_000) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = zlib.deflateSync(Buffer.alloc(64));
  const sign = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([sign, chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}
