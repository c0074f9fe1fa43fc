// Decodes a blurhash (https://blurha.sh) into a few pixels: what a picture looks like from afar.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

const number = (text) => [...text].reduce((sum, digit) => sum * 83 + DIGITS.indexOf(digit), 0);
const linear = (value) => {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const visible = (value) => {
  const part = Math.max(0, Math.min(1, value));
  return Math.round(255 * (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055));
};
const signedSquare = (value) => Math.sign(value) * value * value;

// The average colour, then how it changes: [red, green, blue] each; null for a hash that is none.
export function factors(hash) {
  if (!hash || hash.length < 6) return null;
  const size = number(hash[0]);
  const [columns, rows] = [(size % 9) + 1, Math.floor(size / 9) + 1];
  if (hash.length !== 4 + 2 * columns * rows) return null;
  const most = (number(hash[1]) + 1) / 166;
  const average = number(hash.slice(2, 6));
  const colours = [[average >> 16, (average >> 8) & 255, average & 255].map(linear)];
  for (let at = 6; at < hash.length; at += 2) {
    const value = number(hash.slice(at, at + 2));
    const parts = [Math.floor(value / 361), Math.floor(value / 19) % 19, value % 19];
    colours.push(parts.map((part) => signedSquare((part - 9) / 9) * most));
  }
  return { columns, rows, colours };
}

// RGBA bytes of width × height pixels, or null.
export function decode(hash, width, height) {
  const found = factors(hash);
  if (!found) return null;
  const { columns, rows, colours } = found;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sum = [0, 0, 0];
      for (let j = 0; j < rows; j += 1) {
        for (let i = 0; i < columns; i += 1) {
          const basis = Math.cos((Math.PI * x * i) / width) * Math.cos((Math.PI * y * j) / height);
          colours[i + j * columns].forEach((value, part) => { sum[part] += value * basis; });
        }
      }
      sum.forEach((value, part) => { pixels[4 * (y * width + x) + part] = visible(value); });
    }
  }
  return pixels;
}
